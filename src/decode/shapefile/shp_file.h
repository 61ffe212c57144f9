#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/shapefile/shape.h"
#include "io/fs/window_input.h"

namespace rhumb {

/// The .shp file: where its records are, by the .shx index when there is one, else one behind the
/// other. Not thread-safe.
class ShpFile {
 public:
  /// `index` is the .shx, or empty. kBadFile when a header is damaged.
  static Result<ShpFile> open(const std::filesystem::path& path,
                              const std::filesystem::path& index);

  [[nodiscard]] ShapeKind kind() const { return kind_; }
  [[nodiscard]] bool has_index() const { return index_.has_value(); }
  /// Records by the index; nothing without one.
  [[nodiscard]] std::optional<uint64_t> count() const;
  [[nodiscard]] uint64_t size() const { return shapes_.size(); }
  [[nodiscard]] uint64_t position() const { return position_; }

  struct Shape {
    std::string_view content;  ///< without its record header; valid until the next call
    std::string fault;         ///< why there is none; "" = there is
  };
  /// The content of record `index`, from 0; nothing at the end of the file. Records must be asked
  /// for in order where there is no index.
  Result<std::optional<Shape>> read(uint64_t index);

 private:
  ShpFile(WindowInput shapes, std::optional<WindowInput> index)
      : shapes_(std::move(shapes)), index_(std::move(index)) {}
  Result<std::optional<Shape>> read_at(uint64_t offset, uint64_t index, int32_t expected_words);

  WindowInput shapes_;
  std::optional<WindowInput> index_;
  ShapeKind kind_ = ShapeKind::kNull;
  uint64_t position_ = 0;
};

}  // namespace rhumb
