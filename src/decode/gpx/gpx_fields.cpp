#include "decode/gpx/gpx_fields.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostFound = 500;

/// A second value of a name makes a list.
void add(Json& json, const std::string& name, const std::string& value) {
  Json& place = json[name];
  if (place.is_null()) {
    place = value;
  } else if (place.is_array()) {
    place.push_back(value);
  } else {
    place = Json::array({place, value});
  }
}

}  // namespace

GpxFields::GpxFields(std::vector<RecordField> fixed,
                     std::vector<std::pair<std::string_view, size_t>> known, size_t other)
    : fields_(std::move(fixed)), known_(std::move(known)), other_(other), fixed_(fields_.size()) {}

size_t GpxFields::known_field(std::string_view name) const {
  for (const auto& [element, field] : known_) {
    if (element == name) return field;
  }
  return fields_.size();
}

void GpxFields::look_at(const GpxElements& elements) {
  for (size_t i = 0; i < elements.size(); ++i) {
    const auto [name, value] = elements[i];
    if (known_field(name) < fields_.size()) continue;
    const auto at = std::find(found_.begin(), found_.end(), name);
    const auto index = static_cast<size_t>(at - found_.begin());
    if (at == found_.end()) {
      const bool taken =
          std::any_of(fields_.begin(), fields_.end(), [&, key = &name](const RecordField& field) {
            return equals_ignoring_case(field.name, *key);
          });
      if (taken || found_.size() == kMostFound) continue;
      found_.emplace_back(name);
      guesses_.emplace_back();
    }
    guesses_[index].add(value);
  }
}

void GpxFields::settle() {
  for (size_t i = 0; i < found_.size(); ++i)
    fields_.push_back({.name = found_[i], .type = guesses_[i].type(), .exact = true});
}

void GpxFields::put(const GpxElements& elements, Record& out) const {
  Json other;
  for (size_t i = 0; i < elements.size(); ++i) {
    const auto [name, value] = elements[i];
    if (const size_t field = known_field(name); field < fields_.size()) {
      FieldValue& place = out.values[field];
      if (place.kind == FieldValue::Kind::kNull) {
        place.set_text(value);
        continue;
      }
    }
    add(other, std::string(name), std::string(value));
    const auto at = std::find(found_.begin(), found_.end(), name);
    if (at == found_.end()) continue;
    FieldValue& place = out.values[fixed_ + static_cast<size_t>(at - found_.begin())];
    if (place.kind == FieldValue::Kind::kNull) place.set_text(value);
  }
  if (!other.is_null())
    out.values[other_].set_text(other.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace rhumb
