#include <optional>

#include <nlohmann/json.hpp>

#include "transform/spatial_join.h"

namespace rhumb {
namespace {

using nlohmann::json;

// Byte offset of a line and a column counted in characters.
std::optional<uint64_t> offset_of(const std::string& sql, const Place& place) {
  int line = 1, column = 1;
  for (size_t i = 0; i <= sql.size(); ++i) {
    const bool starts = i == sql.size() || (static_cast<unsigned char>(sql[i]) & 0xC0U) != 0x80;
    if (line == place.line && column == place.column && starts) return i;
    if (i == sql.size()) break;
    if (sql[i] == '\n') {
      ++line;
      column = 1;
    } else if (i + 1 == sql.size() || (static_cast<unsigned char>(sql[i + 1]) & 0xC0U) != 0x80) {
      ++column;
    }
  }
  return std::nullopt;
}

// Walks both trees side by side for the node that the second one has at `offset`.
std::optional<uint64_t> counterpart(const json& original, const json& parsed, uint64_t offset) {
  if (original.is_array() && parsed.is_array() && original.size() == parsed.size()) {
    for (size_t i = 0; i < parsed.size(); ++i) {
      if (const auto found = counterpart(original[i], parsed[i], offset)) return found;
    }
    return std::nullopt;
  }
  if (!original.is_object() || !parsed.is_object()) return std::nullopt;
  if (Node(&parsed).offset() == offset) {
    if (const auto found = Node(&original).offset()) return found;
  }
  for (const auto& [key, value] : parsed.items()) {
    const auto other = original.find(key);
    if (other == original.end() || !value.is_structured()) continue;
    if (const auto found = counterpart(*other, value, offset)) return found;
  }
  return std::nullopt;
}

}  // namespace

Place original_place(const std::string& made_from, const SyntaxTree& parsed, const SyntaxTree& user,
                     const Place& place) {
  const auto offset = offset_of(parsed.sql(), place);
  const json original = json::parse(made_from, nullptr, false);
  if (!offset || original.is_discarded()) return {};
  return user.place(counterpart(original, parsed.document(), *offset));
}

}  // namespace rhumb
