#include "decode/xml/xml_scanner.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr size_t kDeepest = 200;        // the full parser has a word to say about more
constexpr size_t kMostAttributes = 64;  // each is compared with all
constexpr size_t kLongestDeclaration = 256;
constexpr std::string_view kMark = "\xEF\xBB\xBF";

enum : uint8_t {
  kNameBegin = 1,
  kNamePart = 2,
  kSpace = 4,
  kOddInText = 8,        // must be looked at: references, line ends, brackets, bytes beyond ASCII
  kOddInAttribute = 16,  // the same in a value
};

constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> out{};
  for (int c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool part = letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool odd = c == '&' || c == '\r' || c >= 0x80 || (c < 0x20 && !space);
    uint8_t bits = 0;
    if (letter) bits |= kNameBegin;
    if (part) bits |= kNamePart;
    if (space) bits |= kSpace;
    if (odd || c == ']') bits |= kOddInText;
    if (odd || c == '<' || c == '\t' || c == '\n') bits |= kOddInAttribute;
    out[static_cast<size_t>(c)] = bits;
  }
  return out;
}
constexpr std::array<uint8_t, 256> kClasses = make_classes();

bool is(char c, uint8_t kind) {
  return (kClasses[static_cast<uint8_t>(c)] & kind) != 0;
}

const char* skip(const char* at, const char* end, uint8_t kind) {
  while (at < end && is(*at, kind)) ++at;
  return at;
}

/// All kinds of the bytes.
uint8_t kinds_of(std::string_view text) {
  uint8_t kinds = 0;
  for (const char c : text) kinds |= kClasses[static_cast<uint8_t>(c)];
  return kinds;
}

bool is_character(uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) && code != 0xFFFE && code != 0xFFFF;
}

void append_utf8(uint32_t code, std::string& out) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

/// `name` stands between & and ;.
bool append_reference(std::string_view name, std::string& out) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kKnown = {
      {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [known, character] : kKnown) {
    if (name != known) continue;
    out += character;
    return true;
  }
  if (!name.starts_with('#')) return false;
  const bool hex = name.starts_with("#x");
  name.remove_prefix(hex ? 2 : 1);
  uint32_t code = 0;
  const auto [behind, error] =
      std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (error != std::errc{} || behind != name.data() + name.size() || !is_character(code)) {
    return false;
  }
  append_utf8(code, out);
  return true;
}

/// True when the bytes are characters that XML has.
bool are_characters(std::string_view text) {
  for (const char c : text) {
    if (static_cast<uint8_t>(c) < 0x20 && !is(c, kSpace)) return false;
  }
  return is_utf8(text) && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
         text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

}  // namespace

size_t XmlScanner::take(std::string_view bytes, bool last) {
  at_ = counted_ = bytes.data();
  end_ = bytes.data() + bytes.size();
  const uint64_t first_line = line_;
  Step step = began_ ? Step::kTaken : take_beginning(last);
  while (step == Step::kTaken && at_ < end_) step = take_token(last);
  stuck_ = step == Step::kStuck;
  measure();
  const std::string_view taken(bytes.data(), static_cast<size_t>(at_ - bytes.data()));
  const size_t newest = line_ == first_line ? std::string_view::npos : taken.find_last_of("\r\n");
  const std::string_view behind = taken.substr(newest + 1);
  const auto characters =
      static_cast<uint64_t>(std::count_if(behind.begin(), behind.end(), [](char c) {
        return (static_cast<uint8_t>(c) & 0xC0) != 0x80;
      }));
  column_ = (line_ == first_line ? column_ : 0) + characters;
  taken_ += taken.size();
  return taken.size();
}

/// Byte order mark and declaration are taken together, since what stands in the one says what the
/// other means.
XmlScanner::Step XmlScanner::take_beginning(bool last) {
  const std::string_view bytes(at_, static_cast<size_t>(end_ - at_));
  if (bytes.size() < kLongestDeclaration && !last && bytes.find('>') == std::string_view::npos) {
    return Step::kCut;
  }
  const std::string_view head = bytes.substr(bytes.starts_with(kMark) ? kMark.size() : 0);
  if (!head.starts_with("<")) return Step::kStuck;
  size_t taken = bytes.size() - head.size();
  if (head.starts_with("<?xml") && (head.size() == 5 || !is(head[5], kNamePart))) {
    const size_t close = head.find("?>");
    if (close == std::string_view::npos) return Step::kStuck;
    const char* at = head.data() + 5;
    const char* const all = std::exchange(end_, head.data() + close);
    attributes_.clear();
    given_.clear();
    while (at < end_ && read_attribute(at) == Step::kTaken) {
    }
    const bool good = skip(at, end_, kSpace) == end_ && says_utf8();
    end_ = all;
    if (!good) return Step::kStuck;
    taken += close + 2;
  }
  at_ += taken;
  began_ = true;
  return Step::kTaken;
}

/// Of the declaration whose parts are in attributes_.
bool XmlScanner::says_utf8() const {
  size_t next = 0;
  const auto part = [&](std::string_view name, std::string_view unsaid) {
    return next < given_.size() && given_[next] == name ? attributes_[next++].second : unsaid;
  };
  const std::string_view version = part("version", ""), encoding = part("encoding", "utf-8"),
                         alone = part("standalone", "no");
  return version == "1.0" && equals_ignoring_case(encoding, "utf-8") &&
         (alone == "yes" || alone == "no") && next == given_.size();
}

XmlScanner::Step XmlScanner::take_token(bool last) {
  return *at_ == '<' ? take_markup() : take_text(last);
}

XmlScanner::Step XmlScanner::take_markup() {
  if (end_ - at_ < 2) return Step::kCut;
  if (at_[1] == '/') return take_close_tag();
  if (at_[1] == '?') return take_instruction();
  if (at_[1] != '!') return take_open_tag();
  const std::string_view bytes(at_, static_cast<size_t>(end_ - at_));
  constexpr std::string_view kComment = "<!--", kCdata = "<![CDATA[";
  if (bytes.starts_with(kComment)) return take_comment();
  if (bytes.starts_with(kCdata)) return take_cdata();
  return kComment.starts_with(bytes) || kCdata.starts_with(bytes) ? Step::kCut : Step::kStuck;
}

XmlScanner::Step XmlScanner::take_text(bool last) {
  const void* found = std::memchr(at_, '<', static_cast<size_t>(end_ - at_));
  if (found == nullptr && !last) return Step::kCut;
  const char* const behind = found == nullptr ? end_ : static_cast<const char*>(found);
  const std::string_view text(at_, static_cast<size_t>(behind - at_));
  if (ends_.empty()) {
    if (skip(at_, behind, kSpace) != behind) return Step::kStuck;
  } else if ((kinds_of(text) & kOddInText) == 0) {
    handler_.text(text);
  } else {
    if (text.find("]]>") != std::string_view::npos || !decode(text, Where::kText, text_))
      return Step::kStuck;
    handler_.text(text_);
  }
  at_ = behind;
  return Step::kTaken;
}

XmlScanner::Step XmlScanner::take_open_tag() {
  if (ends_.size() >= kDeepest || (rooted_ && ends_.empty())) return Step::kStuck;
  const char* at = at_ + 1;
  std::string_view name;
  if (const Step step = read_name(at, name); step != Step::kTaken) return step;
  if (const Step step = read_attributes(at); step != Step::kTaken) return step;
  const bool empty = *at == '/';
  if (empty) ++at;
  if (at == end_) return Step::kCut;
  if (*at != '>') return Step::kStuck;
  open_element(name);
  if (empty) close_element(name);
  at_ = at + 1;
  return Step::kTaken;
}

XmlScanner::Step XmlScanner::take_close_tag() {
  if (ends_.empty()) return Step::kStuck;
  const char* at = at_ + 2;
  std::string_view name;
  if (const Step step = read_name(at, name); step != Step::kTaken) return step;
  at = skip(at, end_, kSpace);
  if (at == end_) return Step::kCut;
  const size_t begin = ends_.size() < 2 ? 0 : ends_[ends_.size() - 2];
  if (*at != '>' || std::string_view(names_).substr(begin) != name) return Step::kStuck;
  close_element(name);
  at_ = at + 1;
  return Step::kTaken;
}

XmlScanner::Step XmlScanner::take_instruction() {
  const char* at = at_ + 2;
  std::string_view name;
  if (const Step step = read_name(at, name); step != Step::kTaken) return step;
  const std::string_view rest(at, static_cast<size_t>(end_ - at));
  const size_t close = rest.find("?>");
  if (close == std::string_view::npos) return Step::kCut;
  const bool apart = close == 0 || is(rest.front(), kSpace);
  if (!apart || equals_ignoring_case(name, "xml") || !are_characters(rest.substr(0, close)))
    return Step::kStuck;
  at_ = rest.data() + close + 2;
  return Step::kTaken;
}

XmlScanner::Step XmlScanner::take_comment() {
  const std::string_view rest(at_ + 4, static_cast<size_t>(end_ - at_) - 4);
  const size_t dashes = rest.find("--");
  if (dashes == std::string_view::npos || dashes + 2 == rest.size()) return Step::kCut;
  if (rest[dashes + 2] != '>' || !are_characters(rest.substr(0, dashes))) return Step::kStuck;
  at_ = rest.data() + dashes + 3;
  return Step::kTaken;
}

XmlScanner::Step XmlScanner::take_cdata() {
  if (ends_.empty()) return Step::kStuck;
  const std::string_view rest(at_ + 9, static_cast<size_t>(end_ - at_) - 9);
  const size_t close = rest.find("]]>");
  if (close == std::string_view::npos) return Step::kCut;
  if (!decode(rest.substr(0, close), Where::kCdata, text_)) return Step::kStuck;
  if (!text_.empty()) handler_.text(text_);
  at_ = rest.data() + close + 3;
  return Step::kTaken;
}

// Names with bytes beyond ASCII, or with an odd place for their colon, are left to the full parser.
XmlScanner::Step XmlScanner::read_name(const char*& at, std::string_view& out) const {
  const char* const begin = at;
  at = skip(at, end_, kNamePart);
  out = {begin, static_cast<size_t>(at - begin)};
  if (at == end_) return Step::kCut;
  if (out.empty() || !is(out.front(), kNameBegin) || static_cast<uint8_t>(*at) >= 0x80) {
    return Step::kStuck;
  }
  const size_t colon = out.find(':');
  if (colon == std::string_view::npos) return Step::kTaken;
  const bool good = colon + 1 < out.size() && is(out[colon + 1], kNameBegin) &&
                    out.find(':', colon + 1) == std::string_view::npos;
  return good ? Step::kTaken : Step::kStuck;
}

// Up to the `>` or `/` that ends the tag.
XmlScanner::Step XmlScanner::read_attributes(const char*& at) {
  attributes_.clear();
  given_.clear();
  for (;;) {
    const char* const next = skip(at, end_, kSpace);
    if (next == end_) return Step::kCut;
    if (*next == '>' || *next == '/') {
      at = next;
      return Step::kTaken;
    }
    if (const Step step = read_attribute(at); step != Step::kTaken) return step;
  }
}

XmlScanner::Step XmlScanner::read_attribute(const char*& at) {
  const char* next = skip(at, end_, kSpace);
  if (next == at || given_.size() == kMostAttributes) return Step::kStuck;
  std::string_view name, value;
  if (const Step step = read_name(next, name); step != Step::kTaken) return step;
  if (std::find(given_.begin(), given_.end(), name) != given_.end()) return Step::kStuck;
  next = skip(next, end_, kSpace);
  if (next == end_) return Step::kCut;
  if (*next != '=') return Step::kStuck;
  next = skip(next + 1, end_, kSpace);
  if (const Step step = read_value(next, value); step != Step::kTaken) return step;
  given_.push_back(name);
  attributes_.emplace_back(without_prefix(name), value);
  at = next;
  return Step::kTaken;
}

XmlScanner::Step XmlScanner::read_value(const char*& at, std::string_view& out) {
  if (at == end_) return Step::kCut;
  const char quote = *at;
  if (quote != '"' && quote != '\'') return Step::kStuck;
  const void* const found = std::memchr(at + 1, quote, static_cast<size_t>(end_ - at) - 1);
  if (found == nullptr) return Step::kCut;
  const auto* const close = static_cast<const char*>(found);
  out = {at + 1, static_cast<size_t>(close - at) - 1};
  at = close + 1;
  if ((kinds_of(out) & kOddInAttribute) == 0) return Step::kTaken;
  if (out.find('<') != std::string_view::npos) return Step::kStuck;
  if (decoded_.size() <= given_.size()) decoded_.resize(given_.size() + 1);
  std::string& value = decoded_[given_.size()];
  if (!decode(out, Where::kAttribute, value)) return Step::kStuck;
  out = value;
  return Step::kTaken;
}

/// References become what they stand for, but for CDATA, and line ends \n; in an attribute all
/// white space is spaces.
bool XmlScanner::decode(std::string_view raw, Where where, std::string& out) {
  if (!are_characters(raw)) return false;
  out.clear();
  for (size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c == '&' && where != Where::kCdata) {
      const size_t close = raw.find(';', i);
      if (close == std::string_view::npos ||
          !append_reference(raw.substr(i + 1, close - i - 1), out))
        return false;
      i = close;
    } else if (is(c, kSpace) && c != ' ') {
      if (c == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') ++i;
      out += where == Where::kAttribute ? ' ' : c == '\r' ? '\n' : c;
    } else {
      out += c;
    }
  }
  return true;
}

void XmlScanner::open_element(std::string_view name) {
  rooted_ = true;
  names_ += name;
  ends_.push_back(names_.size());
  handler_.open(without_prefix(name), attributes_);
}

void XmlScanner::close_element(std::string_view name) {
  ends_.pop_back();
  names_.resize(ends_.empty() ? 0 : ends_.back());
  handler_.close(without_prefix(name));
}

std::string XmlScanner::open_tags() const {
  if (rooted_ && ends_.empty()) return "<whole/>";
  std::string out;
  size_t begin = 0;
  for (const size_t end : ends_) {
    out += '<' + names_.substr(begin, end - begin) + '>';
    begin = end;
  }
  return out;
}

uint64_t XmlScanner::line() {
  measure();
  return line_;
}

// No token ends between the two bytes of a line end.
void XmlScanner::measure() {
  const std::string_view passed(counted_, static_cast<size_t>(at_ - counted_));
  counted_ = at_;
  if (passed.empty()) return;
  for (size_t lf = passed.find('\n'); lf != std::string_view::npos; lf = passed.find('\n', lf + 1))
    ++line_;
  for (size_t cr = passed.find('\r'); cr != std::string_view::npos; cr = passed.find('\r', cr + 1))
    line_ += passed.substr(cr + 1).starts_with('\n') ? 0 : 1;
}

}  // namespace rhumb
