#include "project/pipe_table.h"

#include <gtest/gtest.h>

#include "project/text_file.h"

namespace rhumb {
namespace {

struct Parsed {
  std::optional<GivenTable> table;
  Errors errors;
};

Parsed parse(std::string_view text) {
  Parsed out;
  std::vector<TableLine> lines;
  for (const std::string_view line : lines_of(text)) {
    lines.push_back({line, {"t.yaml", static_cast<int>(lines.size()) + 10, 3}});
  }
  out.table = parse_pipe_table(lines, {"t.yaml", 9, 1}, out.errors);
  return out;
}

std::string refusal(std::string_view text) {
  std::string all;
  for (const Error& error : parse(text).errors)
    all += error.place.text() + ": " + error.message + "\n";
  return all;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(PipeTable, CellsAreTrimmedAndEmptyOnesNull) {
  const Parsed got = parse("\n a |  b\n---|---\n 1 | POINT(0.5 0.5)\n\n | \n");
  ASSERT_TRUE(got.table);
  EXPECT_TRUE(got.errors.empty());
  EXPECT_EQ(got.table->columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(got.table->rows, (Rows{{"1", "POINT(0.5 0.5)"}, {"", ""}}));
  EXPECT_TRUE(got.table->is_null(1, 0));
  EXPECT_TRUE(got.table->is_null(1, 1));
  EXPECT_FALSE(got.table->is_null(0, 0));
}

TEST(PipeTable, QuotesKeepWhatTheyHold) {
  const Parsed got = parse("a | b\n\"\" | \" x | \"\"y\"\" \"\n5\" | it's\n");
  ASSERT_TRUE(got.table);
  EXPECT_EQ(got.table->rows, (Rows{{"", " x | \"y\" "}, {"5\"", "it's"}}));
  EXPECT_FALSE(got.table->is_null(0, 0)) << "empty text";
}

TEST(PipeTable, AHeaderAloneIsATableWithoutRows) {
  const Parsed got = parse("a\n");
  ASSERT_TRUE(got.table);
  EXPECT_TRUE(got.table->rows.empty());
  EXPECT_TRUE(got.errors.empty());
}

TEST(PipeTable, RaggedRowsAreNamedByLine) {
  EXPECT_EQ(refusal("a | b\n1\n1 | 2\n1 | 2 | 3\n"),
            "t.yaml:11:3: this row has 1 cells, and the header has 2\n"
            "t.yaml:13:3: this row has 3 cells, and the header has 2\n");
}

TEST(PipeTable, RefusesWhatItCannotTell) {
  EXPECT_EQ(refusal(""), "t.yaml:9:1: the table has no header\n");
  EXPECT_EQ(refusal("---|---\n"), "t.yaml:9:1: the table has no header\n");
  EXPECT_EQ(refusal("a | \n"), "t.yaml:10:3: a column of the header has no name\n");
  EXPECT_EQ(refusal("a | A\n"), "t.yaml:10:3: the column `A` stands twice\n");
  EXPECT_EQ(refusal("a\n\"x\n"), "t.yaml:11:3: a quote in this row is not closed\n");
  EXPECT_EQ(refusal("a\n\"x\" y\n"), "t.yaml:11:3: `y` follows a closing quote\n");
}

}  // namespace
}  // namespace rhumb
