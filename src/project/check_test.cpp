#include "project/check.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "project/language/fields.h"
#include "project/language/language.h"
#include "project/project_on_disk.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

Declaration inner() {
  return {.name = "inner",
          .fields = {{.name = "share", .type = FieldType::kFraction, .default_value = "5%"},
                     {.name = "on", .type = FieldType::kBoolean}}};
}

Declaration everything() {
  Field nested = object_field("nested", inner(), "");
  nested.default_value = "{}";
  return {
      .name = "thing",
      .fields = {
          {.name = "text"},
          {.name = "whole", .type = FieldType::kInteger, .example = "3"},
          {.name = "number", .type = FieldType::kNumber},
          {.name = "flag", .type = FieldType::kBoolean},
          {.name = "share", .type = FieldType::kFraction},
          {.name = "wait", .type = FieldType::kDuration},
          {.name = "size", .type = FieldType::kSize},
          {.name = "pick", .type = FieldType::kChoice, .choices = {"red", "green"}},
          {.name = "secret", .type = FieldType::kSecret},
          {.name = "sql", .type = FieldType::kSql},
          {.name = "type", .type = FieldType::kColumnType},
          {.name = "any", .type = FieldType::kAny},
          nested,
          object_field("bare", inner(), ""),
          item_field(FieldType::kMapOf, "map", {.type = FieldType::kInteger}, ""),
          item_field(FieldType::kListOf, "list", {.type = FieldType::kInteger}, ""),
          texts_field("texts", "", "[a, b]"),
          one_of_field("either", {{.type = FieldType::kInteger}, object_field("", inner(), "")},
                       ""),
          one_of_field("hidden", {{.type = FieldType::kSecret}, object_field("", inner(), "")}, ""),
          {.name = "quoted", .default_value = "'\"'"}}};
}

struct Checked {
  Config value;
  Errors errors;
};

Checked run(std::string_view yaml, const Declaration& declaration = everything()) {
  Checked out;
  const auto parsed = read_yaml(yaml, Origin{"a.yaml", {}}, out.errors);
  if (parsed) out.value = check(*parsed, declaration, out.errors);
  return out;
}

std::string refusals(std::string_view yaml, const Declaration& declaration = everything()) {
  std::string all;
  for (const Error& error : run(yaml, declaration).errors) all += error.text() + "\n";
  return all;
}

TEST(Check, EveryTypeTakesItsValues) {
  EXPECT_EQ(
      refusals(
          "text: 5\nwhole: -3\nnumber: 1e3\nflag: true\nshare: 5%\nwait: 15 minutes\nsize: 4 GiB\n"
          "pick: red\nsecret: ${X}\nsql: max(a)\ntype: decimal(10,2)\nany: [1, {a: b}]\n"
          "nested: {on: false}\nbare:\nmap: {a: 1}\nlist: []\ntexts: a\neither: {on: true}\n"),
      "");
}

TEST(Check, DefaultsAreFilledInWhereTheBlockStands) {
  const Checked got = run("text: x\nbare: {}\n");
  EXPECT_EQ(got.value["nested"]["share"].text(), "5%");
  EXPECT_EQ(got.value["bare"]["share"].place(), (Place{"a.yaml", 2, 7}));
  EXPECT_EQ(got.value["nested"].place(), (Place{"a.yaml", 1, 1}));
  EXPECT_EQ(got.value["quoted"].text(), "\"");
  EXPECT_FALSE(got.value.has("whole")) << "no default, no value";
  EXPECT_EQ(got.value.key_place("text"), (Place{"a.yaml", 1, 1}));
}

struct Case {
  const char* yaml;
  const char* expected;  ///< after `error[bad-value]: `
};

class CheckRefuses : public testing::TestWithParam<Case> {};

TEST_P(CheckRefuses, SayingWhatWasExpected) {
  const std::string got = refusals(GetParam().yaml);
  const size_t at = got.find("error[bad-value]: ");
  ASSERT_NE(at, std::string::npos) << got;
  EXPECT_EQ(got.substr(at + 18), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Values, CheckRefuses,
    testing::Values(
        Case{"text: [a]", "`text` must be text, found a list\n"},
        Case{"text:", "`text` must be text, found nothing\n"},
        Case{"whole: 1.5",
             "`whole` must be a whole number, found `1.5`\n  hint: for example `whole: 3`\n"},
        Case{"whole: \"1\"",
             "`whole` must be a whole number, found `1`\n  hint: take the quotes off\n"},
        Case{"number: one", "`number` must be a number, found `one`\n"},
        Case{"flag: yes",
             "`flag` must be true or false, found `yes`\n  hint: write true or false\n"},
        Case{"share: 5", "`share` must be a share such as 5% or 0.05, found `5`\n"},
        Case{"wait: 15", "`wait` must be a length of time such as 15 minutes, found `15`\n"},
        Case{"size: big", "`size` must be a size such as 4 GiB, found `big`\n"},
        Case{"pick: gren",
             "`pick` must be one of red, green, found `gren`\n  hint: did you mean `green`?\n"},
        Case{"sql: \"  \"", "`sql` must be an SQL expression, found `  `\n"},
        Case{"type: pont",
             "`type` must be a type such as text or point, found `pont`\n  hint: did you mean "
             "`point`?\n"},
        Case{"nested: 5", "`nested` must be a map, found `5`\n"},
        Case{"map: [1]", "`map` must be a map, found a list\n"},
        Case{"map: {a: x}", "`a` must be a whole number, found `x`\n"},
        Case{"list: 1", "`list` must be a list, found `1`\n"},
        Case{"list: [1, x]", "an item of `list` must be a whole number, found `x`\n"},
        Case{"texts: {a: b}",
             "`texts` must be text, or a list, found a map\n  hint: for example `texts: [a, b]`\n"},
        Case{"texts: [[a]]", "an item of `texts` must be text, found a list\n"},
        Case{"either: x", "`either` must be a whole number, found `x`\n"},
        Case{"either: [1]", "`either` must be a whole number or a map, found a list\n"},
        Case{"either: {on: 1}",
             "`on` must be true or false, found `1`\n  hint: write true or false\n"}));

TEST(Check, ASecretIsNeverShown) {
  for (const char* yaml :
       {"secret: postgres://a:hunter2@h", "hidden: postgres://a:hunter2@h", "secret: [hunter2]",
        "hidden: [hunter2]", "secret: {hunter2: hunter2}"}) {
    const std::string got = refusals(yaml);
    EXPECT_NE(got, "") << yaml;
    EXPECT_EQ(got.find("hunter2"), std::string::npos) << got;
  }
}

TEST(Check, UnknownKeysComeWithTheNearestKnownOne) {
  const Declaration small{.name = "small", .fields = {{.name = "description"}, {.name = "kind"}}};
  EXPECT_EQ(refusals("descripton: x\ntemperature: y\n", small),
            "a.yaml:1:1: error[unknown-key]: `small` has no key `descripton`\n  hint: did you mean "
            "`description`? known keys: description, kind\n"
            "a.yaml:2:1: error[unknown-key]: `small` has no key `temperature`\n  hint: known keys: "
            "description, kind\n");
  EXPECT_EQ(refusals("a: x\n", {.name = "none"}),
            "a.yaml:1:1: error[unknown-key]: `none` has no key `a`\n  hint: it takes no keys\n");
}

TEST(Check, MissingKeysComeWithTheirMeaning) {
  const Declaration small{
      .name = "small",
      .fields = {{.name = "path", .doc = "The folder.", .required = true, .example = "in"}}};
  EXPECT_EQ(refusals("{}\n", small),
            "a.yaml:1:1: error[missing-key]: `small` needs the key `path`: The folder.\n  hint: "
            "add `path: "
            "in`\n");
}

TEST(Check, ExactlyOneKeyWhereOneIsChosen) {
  const Declaration one{
      .name = "read", .fields = {{.name = "a"}, {.name = "b"}}, .exactly_one = true};
  EXPECT_EQ(refusals("a: 1\n", one), "");
  EXPECT_EQ(refusals("{}\n", one),
            "a.yaml:1:1: error[missing-key]: `read` needs exactly one key, found none\n  hint: "
            "known keys: a, b\n");
  EXPECT_EQ(refusals("a: 1\nb: 2\n", one),
            "a.yaml:1:1: error[bad-value]: `read` needs exactly one key, found a, b\n  hint: known "
            "keys: a, b\n");
}

TEST(Check, LongAndStrangeValuesAreShownSafely) {
  const std::string got = refusals("whole: \"" + std::string(500, 'x') + "\"\npick: \"\\e[31m\"\n");
  EXPECT_NE(got.find("xxx...`"), std::string::npos);
  EXPECT_NE(got.find("`\\x1b[31m`"), std::string::npos);
  EXPECT_LT(got.size(), 600U);
}

TEST(Check, ExamplesOfEveryBlockAndComponentPass) {
  const Catalogue catalogue = ProjectOnDisk::catalogue();
  std::vector<Declaration> all = language_blocks(catalogue);
  for (const auto* group : {&catalogue.connections, &catalogue.sources, &catalogue.decoders}) {
    all.insert(all.end(), group->begin(), group->end());
  }
  for (const Declaration& each : all) {
    const Errors errors = check_example(each);
    EXPECT_TRUE(errors.empty()) << each.name << ": " << (errors.empty() ? "" : errors[0].text());
  }
  for (const char* wrong :
       {"kind: ful\n", "knd: full\n", "wrapped: { kind: ful }\n", "kind: [\n"}) {
    Declaration broken = model_file({.type = FieldType::kAny});
    broken.example = wrong;
    EXPECT_FALSE(check_example(broken).empty()) << wrong;
  }
}

/// The field alone as a block, its example as the only entry.
void expect_example_fits(const Field& field, const std::string& path) {
  const std::string label = path + "." + field.name;
  for (const std::string& written : {field.example, field.default_value}) {
    if (written.empty()) continue;
    Errors errors;
    static_cast<void>(check(parse_declared(written, {"example", 1, 1}), field, errors));
    EXPECT_TRUE(errors.empty()) << label << ": " << (errors.empty() ? "" : errors[0].text());
  }
  if (field.object) {
    for (const Field& each : field.object->fields) expect_example_fits(each, label);
  }
  if (field.item) expect_example_fits(*field.item, label);
  for (const auto& each : field.alternatives) expect_example_fits(*each, label);
}

TEST(Check, ExamplesAndDefaultsOfEveryFieldPass) {
  for (const Declaration& block : language_blocks(ProjectOnDisk::catalogue())) {
    for (const Field& field : block.fields) expect_example_fits(field, block.name);
  }
}

TEST(Check, EveryFieldOfTheLanguageIsDocumented) {
  for (const Declaration& block : language_blocks({})) {
    EXPECT_FALSE(block.summary.empty()) << block.name;
    for (const Field& field : block.fields)
      EXPECT_FALSE(field.doc.empty()) << block.name << "." << field.name;
  }
}

}  // namespace
}  // namespace rhumb
