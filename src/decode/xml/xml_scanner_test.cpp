// What the scanner takes is held against Expat: the same elements, text and lines, and the same
// words about what is wrong, on documents broken at random.

#include "decode/xml/xml_scanner.h"

#include <expat.h>

#include <functional>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "decode/xml/xml_reader.h"

namespace rhumb {
namespace {

/// What a document holds as one text; pieces of text are put together.
class Events final : public XmlHandler {
 public:
  void open(std::string_view name, const XmlAttributes& attributes) override {
    out += fmt::format("\n{} <{}", line(), name);
    for (const auto& [key, value] : attributes) out += fmt::format(" {}=[{}]", key, value);
    out += ">";
    tags_end_ = out.size();
  }
  void text(std::string_view piece) override { out += piece; }
  void close(std::string_view name) override {
    out += fmt::format("</{}>", name);
    tags_end_ = out.size();
  }
  /// How much of a text is given before it turns out to be bad depends on the pieces.
  void forget_text() { out.resize(tags_end_); }

  std::function<uint64_t()> line;
  std::string out;

 private:
  size_t tags_end_ = 0;
};

struct Outcome {
  std::string events;
  std::string why;  ///< "" = well-formed
  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& shown) {
  return out << shown.events << "\n" << shown.why;
}

Outcome by_reader(std::string_view bytes, size_t piece) {
  Events events;
  XmlReader reader(events);
  events.line = [&] { return reader.line(); };
  Status status;
  for (size_t i = 0; i < bytes.size() && status.ok(); i += piece)
    status = reader.feed(bytes.substr(i, piece), false);
  if (status.ok()) status = reader.feed("", true);
  if (status.ok()) return {events.out, ""};
  events.forget_text();
  return {events.out, status.error().message};
}

Outcome by_expat(std::string_view bytes, size_t piece) {
  struct Held {
    Events events;
    XML_Parser parser = XML_ParserCreate(nullptr);
  } held;
  held.events.line = [&] { return XML_GetCurrentLineNumber(held.parser); };
  XML_SetUserData(held.parser, &held);
  XML_SetElementHandler(
      held.parser,
      [](void* to, const XML_Char* name, const XML_Char** pairs) {
        XmlAttributes attributes;
        for (; *pairs != nullptr; pairs += 2)
          attributes.emplace_back(without_prefix(pairs[0]), pairs[1]);
        static_cast<Held*>(to)->events.open(without_prefix(name), attributes);
      },
      [](void* to, const XML_Char* name) {
        static_cast<Held*>(to)->events.close(without_prefix(name));
      });
  XML_SetCharacterDataHandler(held.parser, [](void* to, const XML_Char* text, int length) {
    static_cast<Held*>(to)->events.text({text, static_cast<size_t>(length)});
  });
  bool good = true;
  for (size_t i = 0; i < bytes.size() && good; i += piece) {
    const std::string_view part = bytes.substr(i, piece);
    good = XML_Parse(held.parser, part.data(), static_cast<int>(part.size()), 0) == XML_STATUS_OK;
  }
  good = good && XML_Parse(held.parser, "", 0, 1) == XML_STATUS_OK;
  std::string why;
  if (!good) {
    held.events.forget_text();
    why = fmt::format("no well-formed XML at line {}, column {}: {}",
                      XML_GetCurrentLineNumber(held.parser),
                      XML_GetCurrentColumnNumber(held.parser) + 1,
                      XML_ErrorString(XML_GetErrorCode(held.parser)));
  }
  XML_ParserFree(held.parser);
  return {held.events.out, why};
}

const std::vector<std::string>& documents() {
  static const std::vector<std::string> all = {
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone='no' ?>\r\n<gpx a='1' b = \"x>y\">\n"
      "<trkpt lat=\"45.1\" lon='7.6'><ele>200.5</ele><time>2024-01-01T00:00:00Z</time></trkpt>\r\n"
      "<wpt lat='1' lon='2'/><gx:name xml:space='preserve'>a &lt; b &#x4e1C;&#10; &amp;</gx:name>"
      "</gpx>\n<!-- behind -->\n",
      "\xEF\xBB\xBF<a>Z\xC3\xBCrich \xE6\x9D\xB1 \xF0\x9F\x97\xBA\r\nx\ry ] ]] > <b c='t\tu\r\nv\n"
      "&quot;\xC3\xBC' ></b  ><![CDATA[<x> & ]] ]>\r\n]]></a>",
      "<!-- one --><?style of='it'?>\n<a><!-- t\xC3\xBCwo --><?pi?><b/><c></c>\ntext</a>",
      "<?xml version='1.0'?><a xmlns='urn:x' xmlns:y='urn:y'><y:b y:c='1' c='2'/>"
      "<n\xC3\xA4me/></a>",
      "<!DOCTYPE a><a>\n<b>&apos;</b></a>",
  };
  return all;
}

TEST(XmlScanner, TakesWhatIsPlainByItself) {
  struct Ignore final : XmlHandler {
    void open(std::string_view, const XmlAttributes&) override {}
    void text(std::string_view) override {}
    void close(std::string_view) override {}
  } ignore;
  for (size_t i = 0; i < 3; ++i) {
    XmlScanner scanner(ignore);
    EXPECT_EQ(scanner.take(documents()[i], true), documents()[i].size());
    EXPECT_FALSE(scanner.stuck());
    EXPECT_TRUE(scanner.whole());
  }
  XmlScanner typed(ignore);
  EXPECT_EQ(typed.take(documents()[4], true), 0U);
  EXPECT_TRUE(typed.stuck());
}

TEST(XmlScanner, SaysTheSameAsExpat) {
  for (const std::string& document : documents()) {
    for (const size_t piece : {1U, 2U, 7U, 64U, 100'000U})
      EXPECT_EQ(by_reader(document, piece), by_expat(document, piece))
          << document << "\nby " << piece;
  }
}

/// Bytes are changed, left out, doubled, or replaced by something that means something.
std::string broken(std::string text, std::mt19937& chance) {
  static const std::vector<std::string> kPieces = {"<",
                                                   ">",
                                                   "&",
                                                   "&lt;",
                                                   "&#0;",
                                                   "&#xD800;",
                                                   "]]>",
                                                   "--",
                                                   "<!--",
                                                   "-->",
                                                   "'",
                                                   "\"",
                                                   "/",
                                                   "<a>",
                                                   "</a>",
                                                   "<?",
                                                   "?>",
                                                   "=",
                                                   " ",
                                                   "\r",
                                                   "\n",
                                                   "\t",
                                                   "\x01",
                                                   "\xFF",
                                                   "\xEF\xBF\xBF",
                                                   "\xC3",
                                                   "<![CDATA[",
                                                   "xml",
                                                   ":",
                                                   "a='1' a='1'",
                                                   "\x7F",
                                                   "<?xml version='1.0'?>",
                                                   "<!DOCTYPE a>",
                                                   "&x;",
                                                   "&#32",
                                                   "\xED\xA0\x80"};
  const auto below = [&](size_t count) { return chance() % std::max<size_t>(count, 1); };
  for (size_t changes = 1 + below(3); changes > 0; --changes) {
    const size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(chance());
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, text.substr(below(text.size()), below(20)));
        break;
      default:
        text.insert(at, kPieces[below(kPieces.size())]);
    }
  }
  return text;
}

TEST(XmlScanner, SaysTheSameAsExpatOnBrokenDocuments) {
  const auto seed = std::random_device{}();
  std::mt19937 chance(seed);
  for (int round = 0; round < 20'000; ++round) {
    const auto& all = documents();
    const std::string document = broken(all[chance() % all.size()], chance);
    if (document.empty() || document.find("<!ENTITY") != std::string::npos) continue;
    const std::string about = fmt::format("seed {}, round {}:\n{}", seed, round, document);
    const Outcome whole = by_expat(document, document.size());
    // XmlReader knows more of them.
    if (whole.why.find("unknown encoding") != std::string::npos) continue;
    ASSERT_EQ(by_reader(document, document.size()), whole) << about;
    // What Expat says is wrong depends on the pieces in places; that it is wrong does not.
    const Outcome pieces = by_reader(document, 1 + chance() % 200);
    ASSERT_EQ(pieces.events, whole.events) << about;
    ASSERT_EQ(pieces.why.empty(), whole.why.empty()) << about;
  }
}

TEST(XmlScanner, LeavesWhatIsTooMuchForItToExpat) {
  std::string tags, attributes = "<a", text = "<a>" + std::string(3'000'000, 'x') + "</a>";
  for (int i = 0; i < 220; ++i) tags += "<a>";
  for (int i = 0; i < 220; ++i) tags += "</a>";
  for (int i = 0; i < 200; ++i) attributes += fmt::format(" a{}='{}'", i, i);
  attributes += "/>";
  for (const std::string& document : {tags, attributes, text})
    EXPECT_EQ(by_reader(document, 65'536), by_expat(document, 65'536));
}

}  // namespace
}  // namespace rhumb
