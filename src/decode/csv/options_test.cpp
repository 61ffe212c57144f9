#include "decode/csv/options.h"

#include <gtest/gtest.h>

#include <set>

#include "decode/csv/csv_decoder.h"

namespace rhumb {
namespace {

Config block(const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<Config::Entry> entries;
  int line = 1;
  for (const auto& [key, value] : values) {
    entries.emplace_back(key, Config::scalar(value, {"sources/a.yaml", line++, 3}, true));
  }
  return Config::map(std::move(entries), {"sources/a.yaml", 1, 1});
}

std::string refused(const std::vector<std::pair<std::string, std::string>>& values) {
  const auto options = read_csv_options(block(values));
  if (options.ok()) return "";
  EXPECT_EQ(options.error().place.file, "sources/a.yaml");
  return options.error().message;
}

TEST(CsvOptions, Defaults) {
  const auto options = read_csv_options(Config());
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(options->guess_delimiter);
  EXPECT_EQ(options->dialect.quote, '"');
  EXPECT_EQ(options->dialect.escape, '"');
  EXPECT_EQ(options->header, HeaderOption::kAuto);
  EXPECT_EQ(options->encoding, EncodingOption::kAuto);
  EXPECT_EQ(options->nulls, std::vector<std::string>{""});
  EXPECT_EQ(options->max_record, 16U << 20);
}

TEST(CsvOptions, AreRead) {
  const auto options = read_csv_options(block({{"delimiter", "tab"},
                                               {"quote", "'"},
                                               {"escape", "\\"},
                                               {"header", "false"},
                                               {"encoding", "latin-1"},
                                               {"skip", "3"},
                                               {"comment", "#"},
                                               {"nulls", "NULL"},
                                               {"extra_fields", "drop"},
                                               {"missing_fields", "null"},
                                               {"max_record", "1 MiB"},
                                               {"trim", "true"}}));
  ASSERT_TRUE(options.ok());
  EXPECT_FALSE(options->guess_delimiter);
  EXPECT_EQ(options->dialect.delimiter, '\t');
  EXPECT_EQ(options->dialect.quote, '\'');
  EXPECT_EQ(options->dialect.escape, '\\');
  EXPECT_EQ(options->header, HeaderOption::kFalse);
  EXPECT_EQ(options->encoding, EncodingOption::kLatin1);
  EXPECT_EQ(options->skip, 3U);
  EXPECT_EQ(options->dialect.comment, "#");
  EXPECT_EQ(options->nulls, std::vector<std::string>{"NULL"});
  EXPECT_TRUE(options->drop_extra_fields);
  EXPECT_TRUE(options->fill_missing_fields);
  EXPECT_EQ(options->max_record, 1U << 20);
  EXPECT_TRUE(options->dialect.trim);
}

TEST(CsvOptions, NoQuotes) {
  const auto options = read_csv_options(block({{"quote", ""}, {"delimiter", "\""}}));
  ASSERT_TRUE(options.ok());
  EXPECT_FALSE(options->dialect.quoting);
}

TEST(CsvOptions, BadValuesAreRefusedWithTheirPlace) {
  EXPECT_EQ(refused({{"delimiter", "::"}}), "delimiter must be one ASCII character, found '::'");
  EXPECT_EQ(refused({{"delimiter", "\n"}}).substr(0, 33), "delimiter must be one ASCII chara");
  EXPECT_EQ(refused({{"quote", "\xC2\xAB"}}).substr(0, 29), "quote must be one ASCII chara");
  EXPECT_EQ(refused({{"delimiter", "\""}}), "delimiter must differ from quote and escape");
  EXPECT_EQ(refused({{"skip", "-1"}}), "skip must not be negative, found -1");
  EXPECT_EQ(refused({{"max_record", "2 B"}}), "max_record must be from 64 B to 1.0 GiB, found 2 B");
  EXPECT_EQ(refused({{"max_record", "2 GiB"}}).substr(0, 18), "max_record must be");
}

TEST(CsvOptions, EveryFieldIsDeclaredWithADoc) {
  std::set<std::string> names;
  for (const Field& field : csv_declaration().fields) {
    EXPECT_FALSE(field.doc.empty()) << field.name;
    EXPECT_FALSE(field.example.empty()) << field.name;
    names.insert(field.name);
  }
  EXPECT_EQ(names, (std::set<std::string>{"comment", "delimiter", "encoding", "escape",
                                          "extra_fields", "header", "max_record", "missing_fields",
                                          "nulls", "quote", "skip", "trim"}));
}

}  // namespace
}  // namespace rhumb
