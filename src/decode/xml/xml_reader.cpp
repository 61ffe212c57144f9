#include "decode/xml/xml_reader.h"

#include <expat.h>

#include <fmt/format.h>

#include "decode/xml/xml_scanner.h"
#include "io/charset/charset.h"

namespace rhumb {
namespace {

constexpr int kDeepest = 256;
constexpr size_t kPiece = size_t{1} << 20;
// The parser holds a tag or a comment in memory, and reads it anew with every piece.
constexpr size_t kLongestTag = size_t{16} << 20;
// The scanner looks at a cut token anew with every piece.
constexpr size_t kLongestCut = size_t{1} << 20;

/// Code points of a character set of one byte each; -1 where there is none.
bool describe_charset(const char* name, XML_Encoding& out) {
  auto reader = CharsetReader::make(name);
  if (!reader.ok()) return false;
  std::string utf8;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    int& code = out.map[byte];
    code = -1;
    if (!reader->to_utf8({&c, 1}, utf8) || utf8.empty()) continue;
    const auto at = [&](size_t i) { return static_cast<unsigned char>(utf8[i]); };
    if (utf8.size() == 1) code = at(0);
    if (utf8.size() == 2) code = (at(0) & 0x1F) << 6 | (at(1) & 0x3F);
    if (utf8.size() == 3) code = (at(0) & 0x0F) << 12 | (at(1) & 0x3F) << 6 | (at(2) & 0x3F);
  }
  out.data = nullptr;
  out.convert = nullptr;
  out.release = nullptr;
  return true;
}

}  // namespace

struct XmlReader::State {
  explicit State(XmlHandler& to) : handler(to), scanner(to) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XML_ParserFree(parser); }

  Status scan(std::string_view bytes, bool last) {
    rest += bytes;
    rest.erase(0, scanner.take(rest, last));
    const bool whole = rest.empty() && scanner.whole();
    if (!scanner.stuck() && (last ? whole : rest.size() <= kLongestCut)) return {};
    return hand_over(last);
  }

  /// Gives Expat what the scanner left, behind the tags that are open there.
  Status hand_over(bool last) {
    parser = XML_ParserCreate(nullptr);
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, on_open, on_close);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetEntityDeclHandler(parser, on_entity);
    XML_SetUnknownEncodingHandler(parser, on_encoding, nullptr);
    if (scanner.taken() > 0) {
      const std::string tags = scanner.open_tags() + '\n';
      muted = true;
      RHUMB_TRY(parse(tags, false));
      muted = false;
      silent = 0;
      tag_lines = 1;
    }
    return parse(rest, last);
  }

  Status parse(std::string_view bytes, bool last) {
    do {
      const std::string_view piece = bytes.substr(0, kPiece);
      bytes.remove_prefix(piece.size());
      const bool final = last && bytes.empty();
      silent += piece.size();
      if (XML_Parse(parser, piece.data(), static_cast<int>(piece.size()), final ? 1 : 0) ==
          XML_STATUS_OK) {
        if (silent <= kLongestTag) continue;
        reason = "a tag or comment is too long";
      }
      return failure();
    } while (!bytes.empty());
    return {};
  }

  [[nodiscard]] Error failure() const {
    const std::string what = reason.empty() ? XML_ErrorString(XML_GetErrorCode(parser)) : reason;
    const bool same_line = XML_GetCurrentLineNumber(parser) == tag_lines + 1;
    return {Code::kBadFile,
            fmt::format("no well-formed XML at line {}, column {}: {}", line(),
                        XML_GetCurrentColumnNumber(parser) + 1 + (same_line ? scanner.column() : 0),
                        what),
            "check that the file is whole; `xmllint --noout FILE` says more",
            {}};
  }

  [[nodiscard]] uint64_t line() const {
    if (parser == nullptr) return scanner.line();
    return scanner.line() + XML_GetCurrentLineNumber(parser) - 1 - tag_lines;
  }

  static void on_open(void* self, const XML_Char* name, const XML_Char** pairs) {
    State& state = *static_cast<State*>(self);
    state.silent = 0;
    if (++state.depth > kDeepest) return state.stop("elements are nested too deeply");
    if (state.muted) return;
    state.attributes.clear();
    for (; *pairs != nullptr; pairs += 2)
      state.attributes.emplace_back(without_prefix(pairs[0]), pairs[1]);
    state.handler.open(without_prefix(name), state.attributes);
  }
  static void on_close(void* self, const XML_Char* name) {
    State& state = *static_cast<State*>(self);
    state.silent = 0;
    --state.depth;
    if (!state.muted) state.handler.close(without_prefix(name));
  }
  static void on_text(void* self, const XML_Char* text, int length) {
    State& state = *static_cast<State*>(self);
    state.silent = 0;
    if (!state.muted) state.handler.text({text, static_cast<size_t>(length)});
  }
  static void on_entity(void* self, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
                        const XML_Char*, const XML_Char*, const XML_Char*) {
    static_cast<State*>(self)->stop("it declares entities, which data files have no use for");
  }
  static int on_encoding(void*, const XML_Char* name, XML_Encoding* out) {
    return describe_charset(name, *out) ? XML_STATUS_OK : XML_STATUS_ERROR;
  }

  void stop(const char* why) {
    if (reason.empty()) reason = why;
    XML_StopParser(parser, XML_FALSE);
  }

  XmlHandler& handler;
  mutable XmlScanner scanner;   // counts lines when it is asked
  std::string rest;             // what the scanner left
  XML_Parser parser = nullptr;  // once the scanner stopped
  uint64_t tag_lines = 0;       // put in front of what the parser got
  bool muted = false;           // while it gets them
  XmlAttributes attributes;
  int depth = 0;
  size_t silent = 0;  // bytes since something was found
  std::string reason;
};

XmlReader::XmlReader(XmlHandler& handler) : state_(std::make_unique<State>(handler)) {}
XmlReader::~XmlReader() = default;

Status XmlReader::feed(std::string_view bytes, bool last) {
  return state_->parser == nullptr ? state_->scan(bytes, last) : state_->parse(bytes, last);
}

uint64_t XmlReader::line() const {
  return state_->line();
}

std::string_view xml_attribute(const XmlAttributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace rhumb
