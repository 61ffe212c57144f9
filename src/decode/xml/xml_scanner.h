#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/xml/xml_handler.h"

namespace rhumb {

/// Takes the plain part of a document much faster than a full parser: UTF-8 without a document
/// type, with names of ASCII. It says nothing about what it does not take, and hands no part of it
/// to the handler: at the first token that is unusual, or not well-formed, it stops, and a full
/// parser goes on from there with `open_tags` in front. So it may refuse anything, but what it
/// takes is what the XML recommendation (1.0, fifth edition) says. Not thread-safe.
class XmlScanner {
 public:
  /// `handler` outlives the scanner.
  explicit XmlScanner(XmlHandler& handler) : handler_(handler) {}

  /// Hands on the tokens at the front of `bytes`, the rest of the last call's among them; what they
  /// take. What is left is the beginning of a token, or what it stopped at. `last`: no bytes
  /// follow.
  size_t take(std::string_view bytes, bool last);
  /// True when it stopped for good.
  [[nodiscard]] bool stuck() const { return stuck_; }
  /// True when all that was taken is a whole document.
  [[nodiscard]] bool whole() const { return rooted_ && ends_.empty(); }

  /// Of the token at hand, from 1; behind the last token once `take` is back.
  [[nodiscard]] uint64_t line();
  /// Characters between the line's beginning and the end of what was taken.
  [[nodiscard]] uint64_t column() const { return column_; }
  /// Bytes in all.
  [[nodiscard]] uint64_t taken() const { return taken_; }
  /// A beginning of a document that leads to where the scanner stands.
  [[nodiscard]] std::string open_tags() const;

 private:
  enum class Step : uint8_t { kTaken, kCut, kStuck };  // kCut: its end is not there yet
  enum class Where : uint8_t { kText, kAttribute, kCdata };

  Step take_token(bool last);
  Step take_beginning(bool last);
  Step take_markup();
  Step take_text(bool last);
  Step take_open_tag();
  Step take_close_tag();
  Step take_instruction();
  Step take_comment();
  Step take_cdata();

  Step read_name(const char*& at, std::string_view& out) const;
  Step read_attributes(const char*& at);
  Step read_attribute(const char*& at);
  Step read_value(const char*& at, std::string_view& out);
  static bool decode(std::string_view raw, Where where, std::string& out);
  bool says_utf8() const;
  void open_element(std::string_view name);
  void close_element(std::string_view name);
  void measure();

  XmlHandler& handler_;
  const char* at_ = nullptr;   // the token at hand
  const char* end_ = nullptr;  // of the bytes
  bool began_ = false, rooted_ = false, stuck_ = false;

  std::string names_;  // of the open elements, one behind the other
  std::vector<size_t> ends_;

  XmlAttributes attributes_;             // of the tag at hand, without prefixes
  std::vector<std::string_view> given_;  // their names as written
  std::deque<std::string> decoded_;      // values that stand differently in the file
  std::string text_;                     // scratch

  const char* counted_ = nullptr;  // line_ is the line here
  uint64_t line_ = 1, column_ = 0, taken_ = 0;
};

}  // namespace rhumb
