#include "project/yaml_reader.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace rhumb {
namespace {

struct Read {
  std::optional<Config> value;
  Errors errors;

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const Error& error : errors) {
      out += fmt::format("{} {}: {}\n", error.place.text(), code_name(error.code), error.message);
    }
    return out;
  }
};

Read read(std::string_view text) {
  Read out;
  out.value = read_yaml(text, Origin{"a.yaml", {}}, out.errors);
  return out;
}

Place at(int line, int column) {
  return {"a.yaml", line, column};
}

TEST(Yaml, KeysAndValuesKnowTheirPlaces) {
  const Read got = read(
      "# a comment\nname: views\nlist:\n  - a\n  - {b: [1, 2]}\nwide: 'gr\xC3\xBC\xC3\x9F'  \n");
  ASSERT_TRUE(got.value) << got.text();
  const Config& map = *got.value;
  EXPECT_EQ(map.place(), at(2, 1));
  EXPECT_EQ(map.key_place("name"), at(2, 1));
  EXPECT_EQ(map["name"].place(), at(2, 7));
  EXPECT_EQ(map["list"].place(), at(4, 3));
  EXPECT_EQ(map["list"].items()[1]["b"].place(), at(5, 9));
  EXPECT_EQ(map["list"].items()[1].key_place("b"), at(5, 6));
  EXPECT_EQ(map["list"].items()[1]["b"].items()[1].text(), "2");
  EXPECT_TRUE(map["wide"].quoted());
  EXPECT_FALSE(map["name"].quoted());
}

TEST(Yaml, ColumnsCountCharactersNotBytes) {
  const Read got = read("{\"\xC3\xBC\xC3\xBC\": 1, b: 2}\n");
  ASSERT_TRUE(got.value);
  EXPECT_EQ(got.value->key_place("b"), at(1, 11));
}

TEST(Yaml, NothingIsNullAndQuotedNothingIsText) {
  const Read got = read("a:\nb: ~\nc: null\nd: \"\"\ne: 'null'\n");
  ASSERT_TRUE(got.value);
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE((*got.value)[key].is_null()) << key;
  for (const char* key : {"d", "e"}) EXPECT_FALSE((*got.value)[key].is_null()) << key;
}

TEST(Yaml, LinesOfFrontMatterAreMapped) {
  Errors errors;
  const Origin origin{"m.sql",
                      {{.line = 3, .columns_before = 3}, {.line = 4, .columns_before = 2}}};
  const auto got = read_yaml("a: 1\nb: {c: 2}\n", origin, errors);
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)["a"].place(), (Place{"m.sql", 3, 7}));
  EXPECT_EQ((*got)["b"]["c"].place(), (Place{"m.sql", 4, 10}));
}

struct Case {
  const char* yaml;
  const char* expected;
};

class YamlRefuses : public testing::TestWithParam<Case> {};

TEST_P(YamlRefuses, WithPlaceAndReason) {
  EXPECT_EQ(read(GetParam().yaml).text(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Language, YamlRefuses,
    testing::Values(
        Case{"", "a.yaml:1:1 bad-yaml: the file is empty\n"},
        Case{"# only this\n\n", "a.yaml:1:1 bad-yaml: the file is empty\n"},
        Case{"---\n...\n", "a.yaml:1:1 bad-yaml: the file is empty\n"},
        Case{"a: 1\n---\nb: 2\n",
             "a.yaml:2:1 bad-yaml: a file holds one YAML document, and a second one begins here\n"},
        Case{"a: 1\nb: 2\na: 3\n",
             "a.yaml:3:1 duplicate: the key `a` stands twice; first at a.yaml:1:1\n"},
        Case{"a: {b: 1, b: 2}\n",
             "a.yaml:1:11 duplicate: the key `b` stands twice; first at a.yaml:1:5\n"},
        Case{"a: &x 1\nb: *x\n",
             "a.yaml:1:4 bad-yaml: anchors (`&`) are not taken\na.yaml:2:4 bad-yaml: aliases (`*`) "
             "are not "
             "taken\n"},
        Case{"a: !!int 1\n", "a.yaml:1:4 bad-yaml: tags (`!`) are not taken\n"},
        Case{"a: ! x\n", "a.yaml:1:4 bad-yaml: tags (`!`) are not taken\n"},
        Case{"a: {b: 1}\n<<: {c: 1}\n", "a.yaml:2:1 bad-yaml: merge keys (`<<`) are not taken\n"},
        Case{"? [a, b]\n: c\n", "a.yaml:1:3 bad-yaml: a key must be plain text\n"},
        Case{": c\n", "a.yaml:1:1 bad-yaml: a key was expected here\n"},
        Case{"\"\": c\n", "a.yaml:1:1 bad-yaml: a key is missing before the `:`\n"},
        Case{"*x : 1\n", "a.yaml:1:1 bad-yaml: a key must be plain text\n"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax, YamlRefuses,
    testing::Values(
        Case{"a:\n\tb: 1\n", "a.yaml:2:1 bad-yaml: a tab cannot indent a line\n"},
        Case{"a:\n  \tb: 1\n", "a.yaml:2:3 bad-yaml: a tab cannot indent a line\n"},
        Case{"a: b: c\n", "a.yaml:1:5 bad-yaml: a `:` cannot stand here\n"},
        Case{"a: 1\nbc\nd: 2\n", "a.yaml:3:1 bad-yaml: this entry has no `:` after its key\n"},
        Case{"a: @b\n", "a.yaml:1:4 bad-yaml: a value cannot begin with this character\n"},
        Case{"a: \"b\nc: 1\n", "a.yaml:1:4 bad-yaml: the quote that opens here is never closed\n"},
        Case{"a: 'b\n", "a.yaml:1:4 bad-yaml: the quote that opens here is never closed\n"},
        Case{"a: [1, 2\nb: 3\n", "a.yaml:1:4 bad-yaml: the `[` that opens here is not closed\n"},
        Case{"a: {b: 1\n", "a.yaml:1:4 bad-yaml: the `{` that opens here is not closed\n"},
        Case{"a:\n  - 1\n  b: 2\n",
             "a.yaml:3:3 bad-yaml: a list item was expected here, beginning with `-`\n"},
        Case{"a:\n    b: 1\n  c: 2\n", "a.yaml:3:3 bad-yaml: a key was expected here\n"},
        Case{"a: - 1\n", "a.yaml:1:4 bad-yaml: a list item cannot begin here\n"},
        Case{"a: \"\\q\"\n", "a.yaml:1:5 bad-yaml: this escape is not known in double quotes\n"},
        Case{"a: \"\\xZZ\"\n", "a.yaml:1:7 bad-yaml: this escape needs hexadecimal digits\n"},
        Case{"a: |0\n  b\n",
             "a.yaml:1:5 bad-yaml: the digit after `|` or `>` must be from 1 to 9\n"},
        Case{"a: | b\n", "a.yaml:1:6 bad-yaml: nothing but a comment may follow here\n"},
        Case{"a: *\n", "a.yaml:1:5 bad-yaml: `&` and `*` begin a YAML anchor or alias\n"},
        Case{"a: [\n", "a.yaml:2:1 bad-yaml: a value or a closing bracket was expected here\n"},
        Case{"a: ]\n", "a.yaml:1:4 bad-yaml: a value or a closing bracket was expected here\n"},
        Case{"%FOO\na: 1\n", "a.yaml:1:5 bad-yaml: directives (`%`) are not taken\n"}));

TEST(Yaml, DepthIsLimited) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(read(nested(100)).value);
  EXPECT_EQ(read(nested(101)).text(),
            "a.yaml:1:101 bad-yaml: values are nested deeper than 100 levels\n");
  EXPECT_EQ(read(std::string(200'000, '[')).text(),
            "a.yaml:1:101 bad-yaml: values are nested deeper than 100 levels\n");
  EXPECT_EQ(read(std::string(100'000, '{')).errors.size(), 1U);
}

TEST(Yaml, ValuesAreLimited) {
  std::string text = "[";
  for (int i = 0; i < 500'001; ++i) text += "1,";
  EXPECT_EQ(read(text + "]").text(),
            "a.yaml:1:1000000 bad-yaml: the file holds more than 500,000 values\n");
}

TEST(Yaml, ErrorsOfOneFileAreLimited) {
  std::string text = "a: [";
  for (int i = 0; i < 10'000; ++i) text += "&a" + std::to_string(i) + " 1,";
  const Read got = read(text + "]\n");
  EXPECT_GE(got.errors.size(), 50U);
  EXPECT_LE(got.errors.size(), 52U);
}

TEST(Yaml, AliasBombIsRefusedAtOnce) {
  std::string text = "a: &a [x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    text += fmt::format("{0}: &{0} [*{1}, *{1}, *{1}, *{1}]\n", c, static_cast<char>(c - 1));
  }
  EXPECT_FALSE(read(text).errors.empty());
}

}  // namespace
}  // namespace rhumb
