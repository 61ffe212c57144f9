#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rhumb {

/// A question of GEOS's own tests: operation(a, b), or (a, b, argument) for isWithinDistance.
struct GeosXmlQuestion {
  std::string place;      ///< file and description
  std::string operation;  ///< contains, coveredBy, equalsTopo...
  std::string a, b;       ///< WKT
  std::string argument;
  std::string answer;  ///< true, false or a number
};

/// The questions about two geometries of one file, those of operations it does not know left out;
/// nothing when the file is not there. Understands as much XML as these files use.
[[nodiscard]] std::optional<std::vector<GeosXmlQuestion>> read_geos_xml(const std::string& path);

}  // namespace rhumb
