#include <gtest/gtest.h>

#include <sys/stat.h>

#include "project/refusal.h"

namespace rhumb {
namespace {

class ProjectRefused : public testing::TestWithParam<Refusal> {};

TEST_P(ProjectRefused, WithPlaceReasonAndHint) {
  EXPECT_EQ(errors_with(GetParam()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    RhumbYaml, ProjectRefused,
    testing::Values(
        Refusal{
            "rhumb.yaml", "name: a\n",
            "rhumb.yaml:1:1: error[missing-key]: `rhumb.yaml` needs the key `rhumb`: Version of "
            "the language "
            "the project is written in.\n  hint: add `rhumb: 1`\n"},
        Refusal{"rhumb.yaml", "rhumb: 2\nnew_key: 1\n",
                "rhumb.yaml:1:8: error[newer-language]: the project is written in version 2 of the "
                "language, and "
                "this build of rhumb knows up to 1\n  hint: use a newer rhumb\n"},
        Refusal{"rhumb.yaml", "rhumb: 0\n",
                "rhumb.yaml:1:8: error[bad-value]: there is no version 0 of the language\n  hint: "
                "write `rhumb: 1`\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\nconections: {}\n",
                "rhumb.yaml:2:1: error[unknown-key]: `rhumb.yaml` has no key `conections`\n  hint: "
                "did you mean "
                "`connections`? known keys: rhumb, name, description, timezone, srid, store, "
                "memory_limit, "
                "threads, spark, timeout, connections, environments, vars\n"},
        Refusal{
            "rhumb.yaml", "just text\n",
            "rhumb.yaml:1:1: error[bad-value]: `rhumb.yaml` must be a map, found `just text`\n"},
        Refusal{
            "rhumb.yaml", "rhumb: 1\ntimezone: Europe/Berln\n",
            "rhumb.yaml:2:11: error[bad-value]: there is no time zone `Europe/Berln`\n  hint: did "
            "you mean "
            "`Europe/Berlin`?\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\ntimezone: ../../../etc/passwd\n",
                "rhumb.yaml:2:11: error[bad-value]: there is no time zone `../../../etc/passwd`\n  "
                "hint: IANA "
                "names look like Europe/Berlin\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\nsrid: 0\nthreads: -1\n",
                "rhumb.yaml:2:7: error[bad-value]: `srid` must be an EPSG code, found `0`\n  hint: "
                "for example "
                "`srid: 4326` or `srid: EPSG:4326`\n"
                "rhumb.yaml:3:10: error[bad-value]: `threads` must be from 0 to 1024, found -1\n  "
                "hint: 0 means "
                "one per core\n"},
        Refusal{
            "rhumb.yaml", "rhumb: 1\nvars: { a: [1], \"b c\": 2 }\n",
            "rhumb.yaml:2:12: error[bad-value]: `a` must be text, found a list\n"
            "rhumb.yaml:2:17: error[bad-value]: `b c` cannot be the name of a variable\n  hint: "
            "use letters, "
            "digits and _, not beginning with a digit\n"}));

INSTANTIATE_TEST_SUITE_P(
    Connections, ProjectRefused,
    testing::Values(
        Refusal{"rhumb.yaml", "rhumb: 1\nconnections: { a: { postgress: x } }\n",
                "rhumb.yaml:2:21: error[unknown-key]: `connection` has no key `postgress`\n  hint: "
                "did you mean "
                "`postgres`? known keys: postgres, bucket\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\nconnections: { a: {} }\n",
                "rhumb.yaml:2:19: error[missing-key]: `connection` needs exactly one key, found "
                "none\n  hint: "
                "known keys: postgres, bucket\n"},
        Refusal{
            "rhumb.yaml",
            "rhumb: 1\nconnections: { a: { postgres: \"postgres://u:hunter2@h/d\" } }\n",
            "rhumb.yaml:2:31: error[bad-value]: a password must not be written into the project\n "
            " hint: name "
            "an environment variable instead, for example `${WAREHOUSE_URL}`, or a file: "
            "`file:PATH`\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\nconnections:\n  a:\n    postgres:\n      ulr: ${X}\n",
                "rhumb.yaml:5:7: error[unknown-key]: `postgres` has no key `ulr`\n  hint: did you "
                "mean `url`? "
                "known keys: url\n"
                "rhumb.yaml:5:7: error[missing-key]: `postgres` needs the key `url`: URL of the "
                "database.\n  hint: "
                "add `url: \"${WAREHOUSE_URL}\"`\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\nconnections: { a: { postgres: \"${X\" } }\n",
                "rhumb.yaml:2:31: error[bad-value]: `${` must be followed by a variable's name and "
                "`}`\n  hint: "
                "write `${NAME}`; `$${` gives the two characters themselves\n"},
        Refusal{
            "rhumb.yaml", "rhumb: 1\nconnections: { a-b: { postgres: \"${X}\" } }\n",
            "rhumb.yaml:2:16: error[bad-value]: `a-b` cannot be the name of a connection\n  hint: "
            "use letters, "
            "digits and _, not beginning with a digit\n"}));

INSTANTIATE_TEST_SUITE_P(
    Environments, ProjectRefused,
    testing::Values(
        Refusal{
            "rhumb.yaml", "rhumb: 1\nenvironments: { prod: { sample: 1% } }\n",
            "rhumb.yaml:2:17: error[bad-value]: `prod` is always there and cannot be changed\n  "
            "hint: leave it "
            "out, or give the environment another name\n"},
        Refusal{"rhumb.yaml", "rhumb: 1\nenvironments: { dev: { suffix: \"\" } }\n",
                "rhumb.yaml:2:32: error[bad-value]: `suffix` must be letters, digits and _, found "
                "``\n  hint: for "
                "example `suffix: _dev`; without one the names would be those of prod\n"},
        Refusal{"rhumb.yaml",
                "rhumb: 1\nenvironments:\n  a: { suffix: _x }\n  b: { suffix: _x, sample: 5 }\n",
                "rhumb.yaml:4:3: error[duplicate]: `b` has the suffix of `a`, at rhumb.yaml:3:3\n  "
                "hint: give each "
                "environment its own: they would overwrite each other's tables\n"
                "rhumb.yaml:4:28: error[bad-value]: `sample` must be a share such as 5% or 0.05, "
                "found `5`\n  hint: "
                "for example `sample: 1%`\n"}));

INSTANTIATE_TEST_SUITE_P(
    Files, ProjectRefused,
    testing::Values(Refusal{"sources/s.yaml", "read: \xFF\n",
                            "sources/s.yaml:1:7: error[bad-yaml]: the file must "
                            "be UTF-8, and this byte is not\n  hint: save "
                            "the file as UTF-8\n"},
                    Refusal{"models/m.sql", "SELECT 1\nFROM \xC3\xBC\xC3\n",
                            "models/m.sql:2:7: error[bad-sql]: the file must be "
                            "UTF-8, and this byte is not\n  hint: save the "
                            "file as UTF-8\n"},
                    Refusal{"sources/s.yaml", "read: \x01\n",
                            "sources/s.yaml:1:7: error[bad-yaml]: the file holds "
                            "the control character \\x01\n  hint: take it "
                            "out; is this a text file?\n"},
                    Refusal{"sources/s.yaml", "read: \xC2\x80\n",
                            "sources/s.yaml:1:7: error[bad-yaml]: this character "
                            "cannot stand in YAML\n  hint: take it out\n"}));

TEST(ProjectErrors, AllFilesAreReportedAtOnceInOrder) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\nnam: x\nthreads: many\n");
  disk.write("sources/a.yaml", RHUMB_FILE_SOURCE "colums: {}\n")
      .write("sources/b.yaml", "read: [\n");
  disk.write("models/m.sql", RHUMB_MODEL_WITH("publish: { to: nowhere }\n-- kind: ful"));
  const auto loaded = disk.load();
  ASSERT_TRUE(std::holds_alternative<Errors>(loaded));
  std::string places;
  for (const Error& error : std::get<Errors>(loaded)) places += error.place.text() + "\n";
  EXPECT_EQ(
      places,
      "models/m.sql:2:19\nmodels/m.sql:3:10\nrhumb.yaml:2:1\nrhumb.yaml:3:10\nsources/a.yaml:3:1\n"
      "sources/b.yaml:2:1\n");
}

TEST(ProjectErrors, ABrokenRhumbYamlDoesNotMakeEveryConnectionUnknown) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\nname: [\n");
  disk.write("models/m.sql", RHUMB_MODEL_WITH("publish: { to: warehouse, view: v }"));
  EXPECT_EQ(disk.errors().find("warehouse"), std::string::npos) << disk.errors();
  EXPECT_NE(disk.errors(), "");
}

TEST(ProjectErrors, AKeyInBothPlacesNamesBoth) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\n");
  disk.write("models/m.sql", RHUMB_MODEL_WITH("kind: full"))
      .write("models/m.yaml", "tags: a\nkind: append\n");
  EXPECT_EQ(disk.errors(),
            "models/m.yaml:2:1: error[duplicate]: the key `kind` stands in the front matter, at "
            "models/m.sql:2:4, and here\n  hint: keep one of them\n");
}

TEST(ProjectErrors, FoldersWithoutAProjectSaySo) {
  const ProjectOnDisk disk;
  EXPECT_EQ(disk.errors(),
            "error[no-project]: there is no rhumb.yaml in " + disk.root().string() +
                "\n  hint: change to the project's folder, or make a project: rhumb init\n");
}

TEST(ProjectErrors, HugeFilesAndPipesAreNotRead) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\n").write("models/big.sql", std::string((16U << 20) + 1, ' '));
  ASSERT_EQ(mkfifo((disk.root() / "models/pipe.sql").c_str(), 0600), 0);
  EXPECT_EQ(disk.errors(),
            "models/big.sql: error[bad-sql]: files of a project may hold up to 16.0 MiB, this one "
            "holds 16.0 "
            "MiB\n  hint: data belongs behind a source, not into the project\n"
            "models/pipe.sql: error[io]: this is not a regular file\n");
}

TEST(ProjectErrors, NamesMayHaveUpTo48Letters) {
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\n")
      .write("models/" + std::string(48, 'a') + ".sql", "SELECT 1");
  EXPECT_EQ(disk.errors(), "");
  disk.write("models/" + std::string(49, 'b') + ".sql", "SELECT 1");
  EXPECT_NE(disk.errors().find("cannot be the name of a table"), std::string::npos);
}

// Whatever bytes stand there, loading ends with a project or with errors that name a file.
TEST(ProjectErrors, TornAndFlippedFilesNeverStopTheLoader) {
  const std::string source = RHUMB_FILE_SOURCE
      "columns: { a: { type: point, crs: 4326, from: [b, c] }, \"d\": text }\nbad_rows: { "
      "stop_above: 5% }\n";
  const std::string model =
      "-- ---\n-- key: [a]\n-- assert:\n--   - range: { column: a, min: 1 }\n-- ---\nSELECT 'x' /* "
      "y */ AS a;\n";
  const std::string test =
      "a test:\n  given:\n    s: |\n      a | \"d\"\n      1 | \"\"\n  expect: |\n    a\n    1\n";
  ProjectOnDisk disk;
  disk.write("rhumb.yaml", "rhumb: 1\n");
  const auto load_all = [&](const std::string& s, const std::string& m, const std::string& t) {
    disk.write("sources/s.yaml", s).write("models/m.sql", m).write("tests/m.yaml", t);
    const auto loaded = disk.load();
    if (const auto* errors = std::get_if<Errors>(&loaded)) {
      for (const Error& error : *errors) EXPECT_TRUE(error.place.known()) << error.text();
    }
    return std::holds_alternative<Project>(loaded);
  };
  ASSERT_TRUE(load_all(source, model, test)) << disk.errors();
  for (size_t cut = 0; cut < source.size(); ++cut) {
    load_all(source.substr(0, cut), model.substr(0, cut), test.substr(0, cut));
  }
  for (size_t at = 0; at < source.size(); ++at) {
    std::string s = source, m = model, t = test;
    for (std::string* text : {&s, &m, &t})
      (*text)[at % text->size()] ^= static_cast<char>(1 + at % 127);
    load_all(s, m, t);
  }
}

}  // namespace
}  // namespace rhumb
