#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "decode/xml/xml_handler.h"

namespace rhumb {

/// Reads a document piece by piece in bounded memory. UTF-8, UTF-16, ISO-8859-x and windows-125x by
/// the document's own word. Declarations of entities are refused, so nothing can expand; external
/// ones are never fetched; elements nest at most 256 deep. Not thread-safe.
///
/// What is plain is taken by XmlScanner; Expat does the rest, and says what is wrong.
class XmlReader {
 public:
  explicit XmlReader(XmlHandler& handler);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  /// kBadFile with line and column in the message when the document is not well-formed. `last`: no
  /// bytes follow. REQUIRES: no call failed before.
  Status feed(std::string_view bytes, bool last);
  /// Of the element or text at hand, from 1.
  [[nodiscard]] uint64_t line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The attribute of that name (without prefix), or "".
[[nodiscard]] std::string_view xml_attribute(const XmlAttributes& attributes,
                                             std::string_view name);

}  // namespace rhumb
