// The decoder's blocks and threads against a plain splitter that looks at one character at a time.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "decode/csv/decoded_text.h"

namespace rhumb {
namespace {

struct PlainRecord {
  uint64_t line = 0;
  std::vector<std::string> fields;
  std::string raw;
  const char* fault = nullptr;
  auto key() const {
    return std::tuple(line, fields, raw, std::string(fault == nullptr ? "" : fault));
  }
  bool operator<(const PlainRecord& other) const { return key() < other.key(); }
  bool operator==(const PlainRecord& other) const { return key() == other.key(); }
};

class PlainSplitter {
 public:
  PlainSplitter(std::string text, size_t max_record, std::string comment)
      : text_(std::move(text)), max_record_(max_record), comment_(std::move(comment)) {}

  std::vector<PlainRecord> run() {
    std::vector<PlainRecord> out;
    while (at_ < text_.size()) {
      const size_t begin = at_;
      const uint64_t line = line_;
      if (!comment_.empty() && text_.compare(begin, comment_.size(), comment_) == 0) {
        at_ = line_end(begin);
        pass_line_end();
        continue;
      }
      PlainRecord record{.line = line};
      record.fault = read(record, begin);
      size_t end = at_;
      if (record.fault == nullptr && end - begin > max_record_) record.fault = "too-long";
      if (record.fault != nullptr) {
        record.fields.clear();
        if (line_ > line) record.fault = "bad-quoting";  // a quote ran over the first line's end
        line_ = line;
        end = at_ = line_end(begin);
        if (end - begin > max_record_) record.fault = "too-long";
      }
      record.raw = text_.substr(begin, end - begin);
      if (record.raw.size() > max_record_) record.raw.resize(max_record_);
      pass_line_end();
      const bool blank =
          record.fault == nullptr && record.raw.find_first_not_of(" \t") == std::string::npos;
      if (!blank) out.push_back(std::move(record));
    }
    return out;
  }

 private:
  bool is_end(size_t i) const { return i >= text_.size() || text_[i] == '\n' || text_[i] == '\r'; }

  size_t line_end(size_t from) const {
    while (!is_end(from)) ++from;
    return from;
  }
  void pass_line_end() {
    ++line_;
    if (at_ >= text_.size()) return;
    at_ += text_.compare(at_, 2, "\r\n") == 0 ? 2 : 1;
  }

  const char* read(PlainRecord& record, size_t begin) {
    for (;;) {
      std::string field;
      if (at_ < text_.size() && text_[at_] == '"') {
        ++at_;
        for (;;) {
          if (at_ >= text_.size() || at_ - begin > max_record_) return "bad-quoting";
          if (text_.compare(at_, 2, "\"\"") == 0) {
            field += '"';
            at_ += 2;
          } else if (text_[at_] == '"') {
            ++at_;
            break;
          } else {
            if (text_[at_] == '\n' || (text_[at_] == '\r' && text_.compare(at_, 2, "\r\n") != 0))
              ++line_;
            field += text_[at_++];
          }
        }
        if (!is_end(at_) && text_[at_] != ',') return "bad-quoting";
      } else {
        while (!is_end(at_) && text_[at_] != ',') field += text_[at_++];
      }
      record.fields.push_back(std::move(field));
      if (is_end(at_)) return nullptr;
      ++at_;
    }
  }

  std::string text_;
  size_t max_record_;
  std::string comment_;
  size_t at_ = 0;
  uint64_t line_ = 1;
};

std::string random_text(std::mt19937& random, size_t size, bool ascii) {
  const std::string alphabet = ascii ? "aab,,\"\n\n\r #" : "aab,,\"\n\n\r #\xC3\xBC";
  std::string out;
  while (out.size() < size) {
    const char c = alphabet[random() % alphabet.size()];
    if (c == '\xC3' || c == '\xBC')
      out += "\xC3\xBC";
    else if (c == '\r' && random() % 2 == 0)
      out += "\r\n";
    else
      out += c;
  }
  return out;
}

// Both as sets: several readers give rows in no order. Fields are cut or filled up to three.
std::vector<PlainRecord> rows_of(const std::vector<PlainRecord>& records) {
  std::vector<PlainRecord> out;
  for (const PlainRecord& record : records) {
    if (record.fault != nullptr) continue;
    PlainRecord row{.fields = record.fields};
    row.fields.resize(3, "null");
    for (std::string& field : row.fields) {
      if (field.empty()) field = "null";
    }
    out.push_back(std::move(row));
  }
  std::sort(out.begin(), out.end());
  return out;
}

void expect_equal(const std::string& text, const std::vector<PlainRecord>& plain,
                  const DecodedText& decoded) {
  std::vector<PlainRecord> rows, rejects, plain_rejects;
  for (const auto& cells : decoded.rows) rows.push_back({.fields = cells});
  for (const Reject& reject : decoded.rejects) {
    rejects.push_back(
        {.line = reject.line, .raw = reject.raw, .fault = reason_name(reject.reason)});
  }
  std::copy_if(plain.begin(), plain.end(), std::back_inserter(plain_rejects),
               [](const PlainRecord& record) { return record.fault != nullptr; });
  std::sort(rows.begin(), rows.end());
  std::sort(rejects.begin(), rejects.end());
  std::sort(plain_rejects.begin(), plain_rejects.end());
  const auto missing = [](const std::vector<PlainRecord>& from,
                          const std::vector<PlainRecord>& in) {
    std::string out;
    for (const PlainRecord& r : from) {
      if (std::find(in.begin(), in.end(), r) != in.end()) continue;
      out += std::to_string(r.line) + " " + (r.fault == nullptr ? "" : r.fault) + " " +
             testing::PrintToString(r.raw) + "\n";
    }
    return out;
  };
  EXPECT_EQ(missing(rejects, plain_rejects), "") << "not expected";
  EXPECT_EQ(missing(plain_rejects, rejects), "") << "expected";
  ASSERT_TRUE(rows == rows_of(plain)) << testing::PrintToString(text);
  ASSERT_TRUE(rejects == plain_rejects) << testing::PrintToString(text);
  ASSERT_EQ(decoded.counted_rows + decoded.counted_rejects, plain.size());
}

DecodeSettings lenient_settings() {
  DecodeSettings settings;
  settings.columns = {declare("a text"), declare("b text"), declare("c text")};
  CsvOptions& options = settings.options;
  options.header = HeaderOption::kFalse;
  options.guess_delimiter = false;
  options.drop_extra_fields = options.fill_missing_fields = true;
  return settings;
}

bool has_row(const std::vector<PlainRecord>& records) {
  return std::any_of(records.begin(), records.end(),
                     [](const PlainRecord& r) { return r.fault == nullptr; });
}

TEST(CsvBlocks, AnyBlocksAndThreadsGiveThePlainAnswer) {
  std::mt19937 random(42);
  for (int round = 0; round < 3000; ++round) {
    DecodeSettings settings = lenient_settings();
    const bool ascii = round % 2 == 0;
    settings.options.block_size = 1 + random() % 50;
    settings.options.max_record = ascii && random() % 2 == 0 ? 3 + random() % 40 : 1000;
    settings.options.dialect.comment = random() % 3 == 0 ? "#" : "";
    settings.readers = 1 + static_cast<int>(random() % 3);
    const std::string text = random_text(random, random() % 400, ascii);
    const auto plain =
        PlainSplitter(text, settings.options.max_record, settings.options.dialect.comment).run();
    const DecodedText decoded = decode_text(text, settings);
    if (!has_row(plain)) {
      ASSERT_TRUE(decoded.error) << testing::PrintToString(text);
      continue;
    }
    ASSERT_FALSE(decoded.error) << decoded.error->text() << testing::PrintToString(text);
    ASSERT_NO_FATAL_FAILURE(expect_equal(text, plain, decoded)) << "round " << round;
  }
}

TEST(CsvBlocks, FilesCutAtEveryByteAccountForEveryRecord) {
  const std::string whole =
      "x,1,\"POINT (1 2)\"\r\n\"two\nlines\",\"a \"\"b\"\" c\",\n\n  \n,,\r\"bad\"quote,1,2\n"
      "\xC3\xBC,\xE2\x82\xAC,\xF0\x9F\x98\x80\nlast,\"open";
  for (size_t size = 0; size <= whole.size(); ++size) {
    const std::string text = whole.substr(0, size);
    DecodeSettings settings = lenient_settings();
    settings.options.block_size = 1 + size % 13;
    settings.options.encoding = EncodingOption::kUtf8;
    const auto plain = PlainSplitter(text, settings.options.max_record, "").run();
    const DecodedText decoded = decode_text(text, settings);
    if (!has_row(plain)) {
      EXPECT_TRUE(decoded.error);
      continue;
    }
    ASSERT_FALSE(decoded.error);
    ASSERT_EQ(decoded.rows.size() + decoded.rejects.size(), plain.size()) << size;
  }
}

TEST(CsvBlocks, LargeFileWithManyReaders) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) {
    text += std::to_string(i) + (i % 10 == 0 ? ",\"a\nb\",x\n" : ",plain,x\n");
  }
  DecodeSettings settings = lenient_settings();
  settings.columns[0] = declare("a integer");
  settings.options.block_size = 10'000;
  settings.readers = 4;
  const DecodedText decoded = decode_text(text, settings);
  std::set<std::string> seen;
  for (const auto& row : decoded.rows) seen.insert(row[0]);
  EXPECT_EQ(decoded.rows.size(), 60'000U);
  EXPECT_EQ(seen.size(), 60'000U);
}

}  // namespace
}  // namespace rhumb
