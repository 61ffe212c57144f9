#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rhumb {

using XmlAttributes = std::vector<std::pair<std::string_view, std::string_view>>;

/// What an XML document holds, as it goes by. Names come without their prefix: `gx:Track` is
/// `Track`, since real files forget to declare prefixes.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void open(std::string_view name, const XmlAttributes& attributes) = 0;
  /// Character data in UTF-8; may come in several pieces.
  virtual void text(std::string_view piece) = 0;
  virtual void close(std::string_view name) = 0;
};

/// Reads a document piece by piece in bounded memory. UTF-8, UTF-16, ISO-8859-x and windows-125x by
/// the document's own word. Declarations of entities are refused, so nothing can expand; external
/// ones are never fetched; elements nest at most 256 deep. Not thread-safe.
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
