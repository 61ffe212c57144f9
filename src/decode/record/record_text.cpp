#include "decode/record/record_text.h"

#include <array>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "decode/value/geometry_text.h"
#include "geo/wkb.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMark = "{\"rhumb_records\":";
constexpr const char* kUndecoded = "_undecoded";
constexpr const char* kHex = "hex";

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Json value_json(const FieldValue& value) {
  if (value.kind == FieldValue::Kind::kNull) return nullptr;
  if (value.kind == FieldValue::Kind::kGeometry) {
    const auto normal = normalize_wkb(value.bytes);
    if (normal.ok() && inspect_wkb(normal->wkb)->finite) {
      const std::string prefix = normal->srid == 0 ? "" : fmt::format("SRID={};", normal->srid);
      return prefix + write_wkt(normal->wkb);
    }
  }
  if (value.kind == FieldValue::Kind::kText && is_utf8(value.bytes)) return value.bytes;
  return Json{{kHex, to_hex(value.bytes)}};
}

void read_value(const Json& json, FieldValue& out) {
  std::string bytes;
  if (json.is_null()) return;
  if (json.is_object() && json.contains(kHex) && json[kHex].is_string() &&
      parse_hex(json[kHex].get<std::string>(), bytes)) {
    out.set(FieldValue::Kind::kBytes, bytes);
  } else {
    out.set_text(json.is_string() ? json.get<std::string>() : json.dump());
  }
}

class RecordTextInput final : public RecordInput {
 public:
  explicit RecordTextInput(std::ifstream file) : file_(std::move(file)) {}

  Status read_preamble() {
    std::string line;
    std::getline(file_, line);
    const Json json = Json::parse(line, nullptr, false);
    const Error error{Code::kBadFile,
                      "the first line is not that of quarantined records",
                      "export them again: rhumb replay SOURCE --export FILE",
                      {}};
    if (!json.is_object() || !json.contains("fields") || !json["fields"].is_array()) return error;
    crs_ = json.value("crs", "");
    for (const Json& field : json["fields"]) {
      if (!field.is_array() || field.size() != 2 || !field[0].is_string() || !field[1].is_string())
        return error;
      const auto type = parse_type(field[1].get<std::string>());
      if (!type) return error;
      fields_.push_back({.name = field[0].get<std::string>(), .type = *type});
    }
    return {};
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return crs_; }
  [[nodiscard]] uint64_t consumed() const override { return consumed_; }
  [[nodiscard]] uint64_t total() const override { return 0; }

  Result<bool> next(Record& out) override {
    std::string line;
    do {
      if (!std::getline(file_, line)) return false;
      ++number_;
      consumed_ += line.size() + 1;
    } while (trim(line).empty());
    out.reset(fields_.size());
    out.number = number_;
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || json.contains(kUndecoded)) {
      out.undecoded = line;
      out.refuse(RejectReason::kBadValue, "expected a record with its fields as JSON");
      return true;
    }
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (json.contains(fields_[i].name)) read_value(json[fields_[i].name], out.values[i]);
    }
    return true;
  }

 private:
  std::ifstream file_;
  std::vector<RecordField> fields_;
  std::string crs_;
  uint64_t number_ = 0;
  uint64_t consumed_ = 0;
};

class RecordTextDecoder final : public RecordDecoder {
 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    return open_record_text(request.path);
  }
};

}  // namespace

std::string record_text(const std::vector<RecordField>& fields, const Record& record) {
  Json json = Json::object();
  for (size_t i = 0; i < fields.size() && i < record.values.size(); ++i)
    json[fields[i].name] = value_json(record.values[i]);
  if (!record.undecoded.empty()) {
    // What was read from such a line is that line; it is not wrapped a second time.
    const Json line = Json::parse(record.undecoded, nullptr, false);
    json[kUndecoded] = line.is_object() && line.contains(kUndecoded)
                           ? line[kUndecoded]
                           : Json(to_hex(record.undecoded));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string record_preamble(const RecordInput& input) {
  Json fields = Json::array();
  for (const RecordField& field : input.fields())
    fields.push_back({field.name, type_name(field.type)});
  const Json json{{"rhumb_records", 1}, {"crs", input.crs()}, {"fields", fields}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<bool> holds_record_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error{Code::kNotFound, fmt::format("{} cannot be opened", path.string()), "", {}};
  }
  std::array<char, kMark.size()> head{};
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return std::string_view(head.data(), static_cast<size_t>(file.gcount())) == kMark;
}

Result<std::unique_ptr<RecordInput>> open_record_text(const std::filesystem::path& path) {
  auto input = std::make_unique<RecordTextInput>(std::ifstream(path, std::ios::binary));
  RHUMB_TRY(input->read_preamble());
  return std::unique_ptr<RecordInput>(std::move(input));
}

std::unique_ptr<Decoder> make_record_text_decoder() {
  return std::make_unique<RecordTextDecoder>();
}

}  // namespace rhumb
