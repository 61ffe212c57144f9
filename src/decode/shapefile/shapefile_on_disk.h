#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// For tests: writes shapefiles byte by byte, good and bad ones.

namespace rhumb {

inline void put_big(std::string& out, int32_t value) {
  const uint32_t swapped = __builtin_bswap32(static_cast<uint32_t>(value));
  out.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
}
template <typename T>
void put_little(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

struct TestPosition {
  double x = 0, y = 0, z = 0, m = 0;
};
using TestParts = std::vector<std::vector<TestPosition>>;

/// A record's content of any type with parts: polylines and polygons.
inline std::string shape_of(int32_t type, const TestParts& parts) {
  std::string out;
  put_little(out, type);
  out.append(32, '\0');
  put_little(out, static_cast<int32_t>(parts.size()));
  std::vector<TestPosition> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  put_little(out, static_cast<int32_t>(all.size()));
  int32_t start = 0;
  for (const auto& part : parts) {
    put_little(out, start);
    start += static_cast<int32_t>(part.size());
  }
  for (const TestPosition& at : all) {
    put_little(out, at.x);
    put_little(out, at.y);
  }
  if (type / 10 == 1) {
    out.append(16, '\0');
    for (const TestPosition& at : all) put_little(out, at.z);
  }
  if (type / 10 >= 1) {
    out.append(16, '\0');
    for (const TestPosition& at : all) put_little(out, at.m);
  }
  return out;
}

inline std::string point_shape(double x, double y) {
  std::string out;
  put_little(out, int32_t{1});
  put_little(out, x);
  put_little(out, y);
  return out;
}

inline std::string null_shape() {
  return std::string(4, '\0');
}

struct TestField {
  std::string name;
  char type = 'C';
  uint8_t length = 10, decimals = 0;
};

/// The bytes of each part by its extension.
struct TestShapefile {
  int32_t type = 1;
  std::vector<std::string> shapes;
  std::vector<TestField> fields;
  std::vector<std::vector<std::string>> rows;  ///< as many bytes as the field has, or fewer
  std::vector<size_t> deleted;
  uint8_t language = 0;
  std::string prj = "EPSG:4326", cpg;

  [[nodiscard]] std::map<std::string, std::string> parts() const {
    std::string shp, shx;
    for (std::string* file : {&shp, &shx}) {
      put_big(*file, 9994);
      file->append(28, '\0');
      put_little(*file, type);
      file->append(64, '\0');
    }
    int32_t number = 0;
    for (const std::string& shape : shapes) {
      put_big(shx, static_cast<int32_t>(shp.size() / 2));
      put_big(shx, static_cast<int32_t>(shape.size() / 2));
      put_big(shp, ++number);
      put_big(shp, static_cast<int32_t>(shape.size() / 2));
      shp += shape;
    }
    std::map<std::string, std::string> out{{".shp", shp}, {".shx", shx}, {".dbf", table()}};
    if (!prj.empty()) out[".prj"] = prj;
    if (!cpg.empty()) out[".cpg"] = cpg;
    return out;
  }

 private:
  [[nodiscard]] std::string table() const {
    size_t width = 1;
    for (const TestField& field : fields) width += field.length;
    std::string out;
    put_little(out, uint32_t{0x01017803});
    put_little(out, static_cast<uint32_t>(rows.size()));
    put_little(out, static_cast<uint16_t>(33 + 32 * fields.size()));
    put_little(out, static_cast<uint16_t>(width));
    out.append(17, '\0');
    put_little(out, language);
    out.append(2, '\0');
    for (const TestField& field : fields) {
      std::string name = field.name;
      name.resize(11, '\0');
      out += name + field.type + std::string(4, '\0');
      put_little(out, field.length);
      put_little(out, field.decimals);
      out.append(14, '\0');
    }
    out += '\r';
    for (size_t row = 0; row < rows.size(); ++row) {
      const bool gone = std::find(deleted.begin(), deleted.end(), row) != deleted.end();
      out += gone ? '*' : ' ';
      for (size_t i = 0; i < fields.size(); ++i) {
        std::string value = rows[row][i];
        value.resize(fields[i].length, ' ');
        out += value;
      }
    }
    return out;
  }
};

}  // namespace rhumb
