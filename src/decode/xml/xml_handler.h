#pragma once

#include <string_view>
#include <utility>
#include <vector>

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

/// `Track` of `gx:Track`.
[[nodiscard]] inline std::string_view without_prefix(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace rhumb
