#include "decode/json/json_framer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "decode/text/text_buffer.h"

namespace rhumb {
namespace {

using Texts = std::vector<std::string>;
using Step = JsonFramer::Step;

// Records as they stand; in the place of others `line:column fault at byte: text`.
Texts frames(std::string_view text, JsonFraming framing, size_t block) {
  Texts out;
  JsonFramer framer(std::move(framing));
  TextBuffer buffer;
  size_t at = 0, size = std::min(block, text.size());
  for (;;) {
    buffer.assign(text.substr(at, size));
    framer.reset(buffer.begin(), buffer.end(), at + size == text.size());
    JsonFrame frame;
    Step step = Step::kEnd;
    while ((step = framer.next(frame)) == Step::kFrame) {
      EXPECT_EQ(frame.offset, at + frame.begin);
      const std::string raw(buffer.view().substr(frame.begin, frame.end - frame.begin));
      if (frame.fault == nullptr) {
        out.push_back(raw);
      } else {
        out.push_back(std::to_string(frame.line) + ":" + std::to_string(frame.column) + " " +
                      frame.fault + (frame.too_long ? " (long)" : "") + ": " + raw);
      }
    }
    if (step == Step::kEnd) return out;
    at += static_cast<size_t>(framer.position() - buffer.begin());
    size = std::min(size + block, text.size() - at);
  }
}

Texts lines(std::string_view text, size_t block = 1 << 20) {
  return frames(text, {}, block);
}
Texts features(std::string_view text, size_t block = 1 << 20) {
  return frames(text, {.path = {"features"}, .features = true}, block);
}

TEST(JsonFramer, ArraysLinesAndSequencesGiveTheSameRecords) {
  const Texts records = {R"({"a":1})", R"({"a":[{"b":2}]})", R"({"a":"}{"})"};
  for (const char* separator : {"\n", " ", "", "\r\n", ",", "\n\x1E", ",\n"}) {
    std::string text;
    for (const std::string& record : records) text += (text.empty() ? "" : separator) + record;
    EXPECT_EQ(lines(text), records) << separator;
    EXPECT_EQ(lines(" [" + text + "] "), records) << separator;
    EXPECT_EQ(features(R"({"type":"FeatureCollection","features":[)" + text + "]}"), records);
  }
}

TEST(JsonFramer, LongWordsAreTakenInTheSamePiecesWhateverTheBlocks) {
  const std::string text = std::string(25, 'x') + "\n{\"a\":1}";
  for (const size_t block : {size_t{1}, size_t{7}, size_t{1000}}) {
    EXPECT_EQ(frames(text, {.max_record = 10}, block),
              (Texts{"1:1 expected an object: xxxxxxxxxx", "1:11 expected an object: xxxxxxxxxx",
                     "1:21 expected an object: xxxxx", R"({"a":1})"}));
  }
}

TEST(JsonFramer, RootObjectsWithoutTheArrayAreRecords) {
  EXPECT_EQ(features(R"({"type":"Point","coordinates":[1,2]})"),
            Texts{R"({"type":"Point","coordinates":[1,2]})"});
  EXPECT_EQ(features(R"({"x":{"features":[1]},"features":{}})"),
            Texts{R"({"x":{"features":[1]},"features":{}})"});
  EXPECT_EQ(frames(R"({"n":1,"data":{"x":0,"items":[{"a":1},{"a":2}],"y":3},"z":4})",
                   {.path = {"data", "items"}}, 100),
            (Texts{R"({"a":1})", R"({"a":2})"}));
}

TEST(JsonFramer, MembersBesideTheArrayAreKept) {
  JsonFramer framer({.path = {"features"}});
  TextBuffer buffer;
  buffer.assign(R"({"crs":{"type":"name"},"features":[{}],"after":[1]})");
  framer.reset(buffer.begin(), buffer.end(), true);
  JsonFrame frame;
  while (framer.next(frame) == Step::kFrame) {
  }
  ASSERT_EQ(framer.members().size(), 2U);
  EXPECT_EQ(framer.members()[0].second, R"({"type":"name"})");
  EXPECT_EQ(framer.members()[1].first, "after");
}

TEST(JsonFramer, ABrokenRecordDoesNotTakeTheNextWithIt) {
  const std::string good = R"({"type":"Feature","a":2})";
  // A quote is missing, a brace, a bracket, a name; one bracket too many.
  for (const char* bad : {R"({"type":"Feature","a":"x})", R"({"type":"Feature","a":{"b":1})",
                          R"({"type":"Feature","a":[1})", R"({"type":"Feature",a":1})"}) {
    for (const char* separator : {",", ",\n", "\n"}) {
      const Texts found = features("[" + std::string(bad) + separator + good + "," + good + "]");
      ASSERT_EQ(found.size(), 3U) << bad << testing::PrintToString(found);
      EXPECT_EQ(found[1], good);
      EXPECT_EQ(found[2], good);
      EXPECT_TRUE(found[0].ends_with(bad)) << found[0];
    }
  }
}

TEST(JsonFramer, LinesThatAreNoObjectsAreSaid) {
  EXPECT_EQ(lines("{\"a\":1}\n12\nnull\n[1,2]\n\"x\"\n{\"a\":2}\n"),
            (Texts{"{\"a\":1}", "2:1 expected an object: 12", "3:1 expected an object: null",
                   "4:2 expected an object: 1", "4:4 expected an object: 2",
                   "5:1 expected an object: \"x\"", "{\"a\":2}"}));
}

TEST(JsonFramer, AnUnclosedQuoteEndsWithItsLine) {
  EXPECT_EQ(lines("{\"a\":\"x}\n{\"a\":2}\n{\"a\":\"y\n"),
            (Texts{"1:1 a text in quotes is not closed on its line: {\"a\":\"x}", "{\"a\":2}",
                   "3:1 a text in quotes is not closed on its line: {\"a\":\"y"}));
}

TEST(JsonFramer, CutOffIsSaidEvenBetweenRecords) {
  EXPECT_EQ(
      features(R"({"features":[{"a":1},)"),
      (Texts{R"({"a":1})", "1:22 the file ends before its array is closed: it may be cut off: "}));
  EXPECT_EQ(features(R"({"features":[{"a":1},{"a")"),
            (Texts{R"({"a":1})", "1:22 the file ends inside the record: {\"a\"",
                   "1:26 the file ends before its array is closed: it may be cut off: "}));
}

TEST(JsonFramer, TooLongRecordsAreCutAndTheNextIsFound) {
  const std::string text = "{\"a\":\"" + std::string(500, 'x') + "\"}\n{\"a\":1}\n";
  for (const size_t block : {16U, 64U, 1000U}) {
    const Texts found = frames(text, {.max_record = 100}, block);
    ASSERT_EQ(found.size(), 2U) << block;
    EXPECT_EQ(found.back(), "{\"a\":1}");
  }
}

TEST(JsonFramer, AnyBlocksGiveTheSameFrames) {
  std::mt19937 random(3);
  const std::string alphabet = "{}[]\"\\:,\n\r ax1";
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (auto pieces = random() % 12; pieces > 0; --pieces) {
      switch (random() % 4) {
        case 0:
          text += alphabet[random() % alphabet.size()];
          break;
        case 1:
          text += R"({"type":"Feature","p":{"a":[1,2],"b":"\"x"}})";
          break;
        case 2:
          text += R"({"features":[{"a":1},)";
          break;
        default:
          text += "{\"a\":1},\n";
      }
    }
    const Texts whole = features(text);
    for (const size_t block : {1U, 7U, 64U}) {
      ASSERT_EQ(features(text, block), whole) << testing::PrintToString(text) << block;
    }
  }
}

}  // namespace
}  // namespace rhumb
