#include "decode/detect/file_layers.h"

#include <utility>

#include "decode/geopackage/geopackage_decoder.h"
#include "decode/xlsx/xlsx_decoder.h"

namespace rhumb {

FileLayers find_layers(const std::filesystem::path& path, std::string_view format) {
  const bool package = format == geopackage_declaration().name;
  if (!package && format != xlsx_declaration().name) return {};
  auto names = package ? geopackage_layers(path) : xlsx_sheets(path);
  if (!names.ok()) return {};
  return {package ? "layer" : "sheet", *std::move(names)};
}

}  // namespace rhumb
