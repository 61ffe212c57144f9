#include "decode/csv/csv_decoder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "decode/csv/decoding_checks.h"

namespace rhumb {
namespace {

std::vector<DeclaredColumn> trips() {
  return {declare("region text"), declare("origin point", {"origin_coord"}),
          declare("destination point", {"destination_coord"}),
          declare("started_at timestamp", {"date_time", "datetime"}), declare("datasource text")};
}

TEST(CsvDecoder, ReadsTrips) {
  const DecodedText out = decode(
      "region,origin_coord,destination_coord,datetime,datasource\r\n"
      "Turin,POINT (7.67 44.99),POINT (7.72 45.06),2018-05-21 02:54:04,baba_car\r\n"
      "Prague,,\"POINT (14.4 50)\",2018-05-13 08:52:25,\"cheap, mobile\"",
      trips());
  EXPECT_EQ(fault(out), "");
  EXPECT_EQ(out.columns, (Texts{"region text", "origin point", "destination point",
                                "started_at timestamp", "datasource text"}));
  EXPECT_EQ(out.rows,
            (Rows{{"Turin", "POINT (7.67 44.99)", "POINT (7.72 45.06)", "2018-05-21T02:54:04",
                   "baba_car"},
                  {"Prague", "null", "POINT (14.4 50)", "2018-05-13T08:52:25", "cheap, mobile"}}));
  EXPECT_EQ(out.rejects.size(), 0U);
  EXPECT_EQ(out.preamble, "region,origin_coord,destination_coord,datetime,datasource\n");
}

TEST(CsvDecoder, EveryBadRecordHasItsPlace) {
  const DecodedText out = decode(
      "\n"
      "region,origin_coord,destination_coord,datetime,datasource\n"
      "Turin,POINT (0 0),POINT (1 2),2018-05-21 02:54:04,a\n"
      "\"two\nlines\",\"POINT (1 2)\",POINT (1 2),yesterday,a\n"
      "Turin,POINT (1 2)\n"
      "Turin,POINT (1 2),POINT (1 2),2018-05-21 02:54:04,a,b,c\n"
      "Turin,\"POINT (1 2)\"x,POINT (1 2),2018-05-21 02:54:04,a\n"
      "Turin,POINT (1 2),\"POINT (100 200)\",2018-05-21,a\n"
      "Turin,POINT (1 2),POINT (1 2),2018-05-21 02:54:04,good\n"
      "Turin,\"POINT (1 2),POINT (1 2),2018-05-21 02:54:04,open\n",
      trips());
  EXPECT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(
      rejects(out),
      (Texts{"3:7 origin null-island Turin,POINT (0 0),POINT (1 2),2018-05-21 02:54:04,a",
             "4:34 started_at bad-date \"two\nlines\",\"POINT (1 2)\",POINT (1 2),yesterday,a",
             "6:0  too-few-fields Turin,POINT (1 2)",
             "7:0  too-many-fields Turin,POINT (1 2),POINT (1 2),2018-05-21 02:54:04,a,b,c",
             "8:20  bad-quoting Turin,\"POINT (1 2)\"x,POINT (1 2),2018-05-21 02:54:04,a",
             "9:19 destination out-of-range Turin,POINT (1 2),\"POINT (100 200)\",2018-05-21,a",
             "11:7  bad-quoting Turin,\"POINT (1 2),POINT (1 2),2018-05-21 02:54:04,open"}));
}

TEST(CsvDecoder, RejectedRecordsCanBeReadAgain) {
  for (const bool header : {true, false}) {
    const std::string head =
        header ? "Datasource;region;origin_coord;destination_coord;date_time\n" : "";
    const std::string record = header ? "\"a\nb\";Turin;POINT (0 0);POINT (1 2);2018-05-21 02:54\n"
                                      : "Turin;POINT (0 0);POINT (1 2);2018-05-21 02:54;a\n";
    const std::string good = header ? "b;Turin;POINT (1 0);POINT (1 2);2018-05-21 02:54\n"
                                    : "Turin;POINT (1 0);POINT (1 2);2018-05-21 02:54;b\n";
    CsvOptions options;
    options.skip = 1;
    const DecodedText first =
        decode(fmt::format("a title\n{}{}{}", head, good, record), trips(), options);
    ASSERT_EQ(first.rows.size(), 1U) << fault(first);
    ASSERT_EQ(first.rejects.size(), 1U);
    auto columns = trips();
    columns[1].allow_null_island = true;
    const DecodedText again =
        decode(first.preamble + first.rejects[0].raw + "\n", columns, options);
    ASSERT_EQ(again.rows.size(), 1U) << fault(again);
    EXPECT_EQ(again.rows[0][1], "POINT (0 0)");
  }
}

TEST(CsvDecoder, HeaderNames) {
  EXPECT_EQ(decode(" B , \"a\" \n1,2\n", {declare("a integer"), declare("b integer")}).rows,
            (Rows{}));
  CsvOptions trimmed;
  trimmed.dialect.trim = true;
  EXPECT_EQ(
      decode(" B , \"a\" \n1,2\n", {declare("a integer"), declare("b integer")}, trimmed).rows,
      (Rows{{"2", "1"}}));
  // The first alias that is there wins, not the first column.
  EXPECT_EQ(decode("x,y\n1,2\n", {declare("a integer", {"z", "Y", "x"})}).rows, (Rows{{"2"}}));
}

TEST(CsvDecoder, MissingColumnsAreAnError) {
  const DecodedText out =
      decode("region,orgin_coord\nTurin,POINT (1 2)\n",
             {declare("origin point", {"origin_coord", "origin"}), declare("region text")});
  EXPECT_EQ(fault(out),
            "in.csv:1: error[bad-file]: the header has no column 'origin_coord' or 'origin' for "
            "'origin'; "
            "it has: region, orgin_coord\n"
            "  hint: Did you mean 'orgin_coord'? Add the name it has in this file to `from:` of "
            "column 'origin'.");
  DeclaredColumn pair = declare("p point");
  pair.lon = "lon";
  pair.lat = "lat";
  EXPECT_NE(fault(decode("lon,y\n1,2\n", {pair})).find("no column 'lat' for 'p'"),
            std::string::npos);
}

TEST(CsvDecoder, TakesColumnsAsFound) {
  const DecodedText out = decode(
      "id,name,zip,ok,day,at,us,amount,big,,name\n"
      "1,x,10001,true,2024-01-02,2024-01-02 08:30,1/31/2024,1.5,12345678901234567890,e,y\n"
      "-2,,07030,FALSE,2024-01-03,2024-01-03,1/2/2024,-2,1,,\n");
  EXPECT_EQ(fault(out), "");
  EXPECT_EQ(out.columns,
            (Texts{"id integer", "name text", "zip text", "ok boolean", "day date", "at timestamp",
                   "us date", "amount double", "big text", "column9 text", "name_2 text"}));
  EXPECT_EQ(out.rows[0], (Texts{"1", "x", "10001", "true", "2024-01-02", "2024-01-02T08:30:00",
                                "2024-01-31", "1.500000", "12345678901234567890", "e", "y"}));
  EXPECT_EQ(out.rows[1][1], "null");
}

TEST(CsvDecoder, DaysAndMonthsAreNotGuessed) {
  EXPECT_EQ(decode("d\n1/2/2024\n3/4/2024\n").columns, (Texts{"d text"}));
  EXPECT_EQ(decode("d\n1/2/2024\n3/14/2024\n").columns, (Texts{"d date"}));
  EXPECT_EQ(decode("d\n14/2/2024\n").columns, (Texts{"d text"}));
  EXPECT_EQ(decode("t\n2024-01-02T08:30Z\n2024-01-02T08:30+01:00\n").columns,
            (Texts{"t timestamptz"}));
  EXPECT_EQ(decode("t\n2024-01-02T08:30Z\n2024-01-02T08:30\n").columns, (Texts{"t text"}));
}

TEST(CsvDecoder, LaterValuesThatDoNotFitAreNotLost) {
  std::string text = "n\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + "\n";
  const DecodedText out = decode(text + "x\n007\n8\n");
  EXPECT_EQ(out.columns, (Texts{"n integer"}));
  EXPECT_EQ(out.rows.size(), 20'001U);
  EXPECT_EQ(rejects(out), (Texts{"20002:1 n bad-number x", "20003:1 n bad-number 007"}));
}

TEST(CsvDecoder, TypesAreFoundBehindAnOpenQuote) {
  // More text than the sample holds, so that the quote's end is not known when types are guessed.
  std::string text = "n,at\n1,\"open\n";
  while (text.size() < (9U << 20)) text += "123456789,2024-01-02\n";
  const DecodedText out = decode(text);
  EXPECT_EQ(out.columns, (Texts{"n integer", "at date"}));
  EXPECT_EQ(out.rejects.size(), 1U);
}

TEST(CsvDecoder, HeaderOrNot) {
  EXPECT_EQ(decode("1,a\n2,b\n").columns, (Texts{"column0 integer", "column1 text"}));
  EXPECT_EQ(decode("1,a\n2,b\n").rows.size(), 2U);
  EXPECT_EQ(decode("id,name\n").columns, (Texts{"id text", "name text"}));
  EXPECT_EQ(decode("id,name\n").rows.size(), 0U);
  CsvOptions no_header;
  no_header.header = HeaderOption::kFalse;
  EXPECT_EQ(decode("id,name\n", {}, no_header).rows, (Rows{{"id", "name"}}));
  // Declared columns: by their names, by their place, or by the numbered names.
  const auto columns = {declare("at timestamp"), declare("n integer")};
  EXPECT_EQ(decode("2024-01-02 08:30,7\n2024-01-02 08:31,x\n", columns).rows,
            (Rows{{"2024-01-02T08:30:00", "7"}}));
  EXPECT_NE(fault(decode("when,count\n2024-01-02,7\n", columns)).find("no column 'at'"),
            std::string::npos);
  EXPECT_EQ(decode("a,5\n", {declare("n integer", {"column1"})}, no_header).rows, (Rows{{"5"}}));
  DeclaredColumn pair = declare("p point");
  pair.lon = "lon";
  pair.lat = "lat";
  EXPECT_EQ(decode("7,45,x\n", {pair, declare("t text")}).rows, (Rows{{"POINT (7 45)", "x"}}));
  CsvOptions with_header;
  with_header.header = HeaderOption::kTrue;
  EXPECT_EQ(decode("1,2\n3,4\n", {}, with_header).columns, (Texts{"1 integer", "2 integer"}));
}

TEST(CsvDecoder, NothingToRead) {
  for (const std::string bytes : {"", "\xEF\xBB\xBF", "\n\r\n  \n", "\xFF\xFE"}) {
    EXPECT_EQ(fault(decode(bytes)).substr(0, 42), "in.csv: error[bad-file]: the file is empty")
        << bytes;
    EXPECT_NE(fault(decode(bytes, trips())), "");
  }
  CsvOptions options;
  options.dialect.comment = "#";
  options.skip = 3;
  EXPECT_NE(fault(decode("# a\n# b\n", {}, options)).find("is empty"), std::string::npos);
}

TEST(CsvDecoder, Delimiters) {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    std::string text = "id,name,at\n1,\"a,b;c|d\te\",2024-01-02\n2,x,2024-01-03\n";
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == ',' && text[i + 1] != 'b') text[i] = delimiter;
    }
    const DecodedText out = decode(text);
    EXPECT_EQ(out.columns, (Texts{"id integer", "name text", "at date"})) << delimiter;
    EXPECT_EQ(out.rows[0][1], "a,b;c|d\te");
  }
  // Decimal commas agree with themselves, but the header decides.
  EXPECT_EQ(decode("a;b\n1,5;2,5\n3,5;4,5\n").columns, (Texts{"a text", "b text"}));
  EXPECT_EQ(decode("g|n\nLINESTRING (1 2, 3 4)|1\n").columns, (Texts{"g text", "n integer"}));
  EXPECT_EQ(decode("just text\nmore text\n").columns, (Texts{"just text text"}));
  CsvOptions given;
  given.guess_delimiter = false;
  given.dialect.delimiter = ':';
  EXPECT_EQ(decode("a:b\n1:2\n", {}, given).rows, (Rows{{"1", "2"}}));
}

TEST(CsvDecoder, TooFewAndTooManyFields) {
  CsvOptions lenient;
  lenient.drop_extra_fields = true;
  lenient.fill_missing_fields = true;
  const auto columns = {declare("a text"), declare("b integer")};
  EXPECT_EQ(decode("a,b\nx\ny,1,,\n", columns, lenient).rows, (Rows{{"x", "null"}, {"y", "1"}}));
  lenient.nulls = {"-"};
  DeclaredColumn required = declare("b integer");
  required.column.nullable = false;
  EXPECT_EQ(rejects(decode("a,b\nx\n", {declare("a text"), required}, lenient)),
            (Texts{"2:0 b missing-value x"}));
  EXPECT_EQ(rejects(decode("a,b\nx\ny,1,,\n", columns)),
            (Texts{"2:0  too-few-fields x", "3:0  too-many-fields y,1,,"}));
}

TEST(CsvDecoder, SkipsAndComments) {
  CsvOptions options;
  options.skip = 2;
  options.dialect.comment = "//";
  for (const std::string_view end : {"\n", "\r\n", "\r"}) {
    const std::string text = fmt::format("a \"title{0}{0}// note{0}n{0}// x{0}1{0}x{0}", end);
    const DecodedText out = decode(text, {declare("n integer")}, options);
    EXPECT_EQ(out.rows, (Rows{{"1"}})) << fault(out);
    EXPECT_EQ(rejects(out), (Texts{"7:1 n bad-number x"}));
  }
}

TEST(CsvDecoder, LinesThatAreTooLong) {
  CsvOptions options;
  options.max_record = 100;
  for (const size_t block : {1U, 64U, 99U, 1000U, 1U << 20}) {
    options.block_size = block;
    const std::string line(1000, 'x');
    const DecodedText out = decode(fmt::format("n\n1\n{0}\r\n2\n\"{0}\"\n3\n{0}", line),
                                   {declare("n integer")}, options);
    EXPECT_EQ(out.rows, (Rows{{"1"}, {"2"}, {"3"}})) << block;
    EXPECT_EQ(rejects(out), (Texts{"3:0  too-long " + line.substr(0, 100),
                                   "5:0  too-long \"" + line.substr(0, 99),
                                   "7:0  too-long " + line.substr(0, 100)}))
        << block;
  }
}

TEST(CsvDecoder, AnOpenQuoteCostsOneRecord) {
  std::string text = "n,t\n1,\"open\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",x\n";
  CsvOptions options;
  options.max_record = 4096;
  options.block_size = 1000;
  const DecodedText out = decode(text, {declare("n integer"), declare("t text")}, options);
  EXPECT_EQ(out.rows.size(), 5000U);
  EXPECT_EQ(rejects(out), (Texts{"2:3  bad-quoting 1,\"open"}));
}

TEST(CsvDecoder, SamplesTheSameRecordsEachTime) {
  std::string text = "n\n";
  for (int i = 0; i < 20'000; ++i) text += (i % 100 == 7 ? "bad" : std::to_string(i)) + "\n";
  DecodeSettings settings{.columns = {declare("n integer")}, .sample = 0.1};
  const DecodedText once = decode_text(text, settings);
  EXPECT_NEAR(static_cast<double>(once.rows.size() + once.rejects.size()), 2000, 200);
  settings.options.block_size = 777;
  const DecodedText twice = decode_text(text, settings);
  EXPECT_EQ(once.rows, twice.rows);
  EXPECT_EQ(once.rejects.size(), twice.rejects.size());
  settings.sample = 0;
  EXPECT_EQ(decode_text(text, settings).rows.size(), 0U);
}

TEST(CsvDecoder, StopsWhenAsked) {
  CancelFlag cancel;
  cancel.request();
  DecodeSettings settings{.columns = {declare("n integer")}, .cancel = &cancel};
  const DecodedText out = decode_text("n\n1\n", settings);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Code::kCancelled);
}

TEST(CsvDecoder, ZonesAndBadDeclarations) {
  DecodeSettings settings{.columns = {declare("t timestamptz")}, .timezone = "America/New_York"};
  EXPECT_EQ(decode_text("t\n2024-07-01 12:00\n", settings).rows, (Rows{{"2024-07-01T16:00:00"}}));
  settings.timezone = "Mars/Olympus";
  EXPECT_EQ(decode_text("t\n2024-07-01 12:00\n", settings).error->code, Code::kBadValue);
  DeclaredColumn bad = declare("t timestamp");
  bad.time_format = "%Q";
  EXPECT_EQ(decode("t\nx\n", {bad}).error->code, Code::kBadValue);
}

TEST(CsvDecoder, ManyColumns) {
  std::string header, record;
  for (int i = 0; i < 3000; ++i) {
    header += i > 0 ? ",same" : "same";
    record += i > 0 ? ",1" : "1";
  }
  const DecodedText out = decode(header + "\n" + record + "\n");
  ASSERT_EQ(out.columns.size(), 3000U);
  EXPECT_EQ(out.columns[2999], "same_3000 integer");
  EXPECT_NE(fault(decode(std::string(1 << 20, ',') + "\n")).find("1,048,577 columns"),
            std::string::npos);
}

}  // namespace
}  // namespace rhumb
