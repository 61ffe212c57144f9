#include "decode/csv/record_scanner.h"

#include <gtest/gtest.h>

#include "decode/text/text_buffer.h"

namespace rhumb {
namespace {

using Step = RecordScanner::Step;

constexpr size_t kRoomy = 1 << 20;

// `line: field|field` per record; faults in capitals; `...` when the text ends too early.
std::string scan(std::string_view text, const CsvDialect& dialect = {}, size_t max_record = kRoomy,
                 bool complete = true) {
  TextBuffer buffer;
  buffer.assign(text);
  RecordScanner scanner(dialect, max_record, 1000);
  scanner.reset(buffer.begin(), buffer.end(), 1, complete);
  std::string out, scratch;
  for (;;) {
    const Step step = scanner.next();
    if (step == Step::kEnd) return out;
    if (step == Step::kMore) return out + "...";
    out += std::to_string(scanner.line()) + ": ";
    if (scanner.fault() == RecordFault::kNone) {
      for (size_t i = 0; i < scanner.fields().size(); ++i) {
        if (i > 0) out += '|';
        out += field_text(scanner.fields()[i], dialect, scratch);
      }
    } else {
      out += scanner.fault() == RecordFault::kBadQuoting ? "BAD "
             : scanner.fault() == RecordFault::kBadSpan  ? "SPAN "
                                                         : "LONG ";
      out += scanner.text();
    }
    out += "; ";
  }
}

TEST(RecordScanner, LineEndsOfEveryKind) {
  EXPECT_EQ(scan("a,b\nc,d\n"), "1: a|b; 2: c|d; ");
  EXPECT_EQ(scan("a,b\r\nc,d\r\n"), "1: a|b; 2: c|d; ");
  EXPECT_EQ(scan("a,b\rc,d\r"), "1: a|b; 2: c|d; ");
  EXPECT_EQ(scan("a\nb\r\nc\rd"), "1: a; 2: b; 3: c; 4: d; ");
  EXPECT_EQ(scan("a\r\r\nb"), "1: a; 3: b; ");
}

TEST(RecordScanner, BlankLinesAreNoRecords) {
  EXPECT_EQ(scan(""), "");
  EXPECT_EQ(scan("\n\r\n\r  \n\t\n"), "");
  EXPECT_EQ(scan("a\n\n  \nb\n"), "1: a; 4: b; ");
  EXPECT_EQ(scan("\"\"\na"), "1: ; 2: a; ");  // an empty text in quotes is one
  CsvDialect tabs;
  tabs.delimiter = '\t';
  EXPECT_EQ(scan("a\tb\n\t\n  \nc\td", tabs), "1: a|b; 2: |; 4: c|d; ");
}

TEST(RecordScanner, Quotes) {
  EXPECT_EQ(scan("\"a,b\",c\n"), "1: a,b|c; ");
  EXPECT_EQ(scan("\"a\nb\r\nc\rd\",e\nf,g"), "1: a\nb\r\nc\rd|e; 5: f|g; ");
  EXPECT_EQ(scan("\"a\"\"b\",\"\"\"\",\"\""), "1: a\"b|\"|; ");
  EXPECT_EQ(scan("a\"b\",c\"\n"), "1: a\"b\"|c\"; ");
  EXPECT_EQ(scan("a, \"b\"\n"), "1: a| \"b\"; ");
  EXPECT_EQ(scan("\"a\""), "1: a; ");
  EXPECT_EQ(scan("x,\"a\"\r"), "1: x|a; ");
}

TEST(RecordScanner, ABadRecordIsItsFirstLine) {
  EXPECT_EQ(scan("\"a\"b,c\nd,e\n"), "1: BAD \"a\"b,c; 2: d|e; ");
  EXPECT_EQ(scan("a,\"b\nc,d\ne,f\n"), "1: SPAN a,\"b; 2: c|d; 3: e|f; ");
  EXPECT_EQ(scan("a,\"b\nc,\"d\"\ne,f\n"), "1: SPAN a,\"b; 2: c|d; 3: e|f; ");
  EXPECT_EQ(scan("\""), "1: SPAN \"; ");
  EXPECT_EQ(scan("\"\"\""), "1: SPAN \"\"\"; ");
  EXPECT_EQ(scan("\"a\r\nb"), "1: SPAN \"a; 2: b; ");
}

TEST(RecordScanner, RecordsThatAreTooLong) {
  EXPECT_EQ(scan("1234567890\n12345678901\nx\n", {}, 10),
            "1: 1234567890; 2: LONG 12345678901; 3: x; ");
  EXPECT_EQ(scan("\"123\n5\",90\nx", {}, 10), "1: 123\n5|90; 3: x; ");
  EXPECT_EQ(scan("\"123\n56\",90\nx", {}, 10), "1: SPAN \"123; 2: 56\"|90; 3: x; ");
  EXPECT_EQ(scan("\"a\nb\nc\nd\nefghijkl\"\nx", {}, 10),
            "1: SPAN \"a; 2: b; 3: c; 4: d; 5: efghijkl\"; 6: x; ");
}

TEST(RecordScanner, Dialects) {
  CsvDialect dialect;
  dialect.escape = '\\';
  EXPECT_EQ(scan(R"("a\"b","c\\",d\"e)", dialect), R"(1: a"b|c\|d\"e; )");
  EXPECT_EQ(scan("\"a\\\nb\"", dialect), "1: a\\\nb; ");
  EXPECT_EQ(scan("\"a\"\"b\"", dialect), "1: BAD \"a\"\"b\"; ");
  dialect = {};
  dialect.quoting = false;
  EXPECT_EQ(scan("\"a,b\"\n", dialect), "1: \"a|b\"; ");
  dialect = {};
  dialect.trim = true;
  EXPECT_EQ(scan("  a , \"b \" \t,  \n", dialect), "1: a|b |; ");
  dialect = {};
  dialect.comment = "#";
  EXPECT_EQ(scan("# \"x\na,b\n#\n#,\"\nc,#d", dialect), "2: a|b; 5: c|#d; ");
}

TEST(RecordScanner, WaitsForTheRest) {
  EXPECT_EQ(scan("a,b\nc", {}, kRoomy, false), "1: a|b; ...");
  EXPECT_EQ(scan("a,b\r", {}, kRoomy, false), "...");
  EXPECT_EQ(scan("a\n\"b\"", {}, kRoomy, false), "1: a; ...");
  EXPECT_EQ(scan("a\n\"b\nc\n", {}, kRoomy, false), "1: a; ...");
  EXPECT_EQ(scan("a\n", {}, kRoomy, false), "1: a; ");
  EXPECT_EQ(scan("\"a\nbc\nde\nfg\nhi\nj", {}, 10, false),
            "1: SPAN \"a; 2: bc; 3: de; 4: fg; 5: hi; ...");
}

TEST(RecordScanner, CountsFieldsItDoesNotKeep) {
  TextBuffer buffer;
  buffer.assign(std::string(999, ',') + "\n");
  RecordScanner scanner({}, kRoomy, 3);
  scanner.reset(buffer.begin(), buffer.end(), 1, true);
  ASSERT_EQ(scanner.next(), Step::kRecord);
  EXPECT_EQ(scanner.fields().size(), 3U);
  EXPECT_EQ(scanner.field_count(), 1000U);
}

TEST(RecordScanner, CountsLinesAsTheBlocksDo) {
  for (const std::string line_end : {"\n", "\r", "\r\n"}) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += std::string(static_cast<size_t>(i % 7), 'x') + line_end;
    TextBuffer buffer;
    buffer.assign(text);
    EXPECT_EQ(count_lines(buffer.begin(), buffer.end()), 300U);
    for (size_t size = 0; size < text.size(); ++size) {
      TextBuffer part;
      part.assign(std::string_view(text).substr(0, size));
      uint64_t expected = 0;
      for (size_t i = 0; i < size; ++i) {
        expected += text[i] == '\n' && (i == 0 || text[i - 1] != '\r') ? 1U : 0U;
        expected += text[i] == '\r' ? 1U : 0U;
      }
      ASSERT_EQ(count_lines(part.begin(), part.end()), expected);
    }
  }
}

// Every line opens a quote that is never closed: without care each would read the rest of the file.
TEST(RecordScanner, StaysLinear) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "a,\"b\n";
  std::string evens;
  for (int i = 0; i < 200'000; ++i) evens += "a,\"\"\"b\n";
  for (const std::string& hostile :
       {text, evens, "\"" + evens, "\"\n" + std::string(1'000'000, '\n')}) {
    TextBuffer buffer;
    buffer.assign(hostile);
    RecordScanner scanner({}, kRoomy, 10);
    scanner.reset(buffer.begin(), buffer.end(), 1, true);
    size_t records = 0;
    while (scanner.next() == Step::kRecord) ++records;
    EXPECT_GT(records, 0U);
  }
}

}  // namespace
}  // namespace rhumb
