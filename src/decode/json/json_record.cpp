#include "decode/json/json_record.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "decode/text/text_buffer.h"
#include "decode/value/json_text.h"

namespace rhumb {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= TextBuffer::kTextPadding);

std::string_view describe(error_code error) {
  switch (error) {
    case simdjson::STRING_ERROR:
      return "a text in quotes holds an escape that means nothing";
    case simdjson::UNESCAPED_CHARS:
      return "a text in quotes holds a control character";
    case simdjson::UNCLOSED_STRING:
      return "a text in quotes is not closed";
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
      return "a number is malformed";
    case simdjson::DEPTH_ERROR:
      return "it is nested too deeply";
    case simdjson::UTF8_ERROR:
      return "it holds bytes that are not UTF-8";
    default:
      return "a comma, colon, quote, bracket or value is missing or in excess";
  }
}

}  // namespace

class JsonRecordReader::Impl {
 public:
  explicit Impl(JsonFields& fields) : fields_(fields) {}

  bool read(std::string_view record, JsonFault& fault) {
    fault_ = &fault;
    std::fill(values_.begin(), values_.end(), JsonValue{});
    values_.resize(fields_.slots());
    ondemand::document document;
    const simdjson::padded_string_view padded(record.data(), record.size(),
                                              record.size() + simdjson::SIMDJSON_PADDING);
    ondemand::object root;
    if (const auto error = parser_.iterate(padded).get(document)) return malformed(error, nullptr);
    if (const auto error = document.get_object().get(root)) return malformed(error, nullptr);
    if (!members(root, 0)) {
      const char* at = nullptr;
      if (fault.at == nullptr && document.current_location().get(at) == simdjson::SUCCESS &&
          at >= record.data() && at < record.data() + record.size()) {
        fault.at = at;
      }
      return false;
    }
    return true;  // the framer ends a record at the bracket that closes it
  }

  [[nodiscard]] const std::vector<JsonValue>& values() const { return values_; }

 private:
  bool malformed(error_code error, const char* at) {
    fault_->reason =
        error == simdjson::UTF8_ERROR ? RejectReason::kBadEncoding : RejectReason::kMalformed;
    fault_->message = fmt::format("malformed JSON: {}", describe(error));
    fault_->at = at;
    return false;
  }

  bool refuse(size_t node, std::string message, const char* at) {
    fault_->reason = RejectReason::kBadValue;
    fault_->message = std::move(message);
    fault_->field = fields_.path_text(node);
    fault_->at = at;
    return false;
  }

  bool members(ondemand::object& object, size_t node) {
    size_t expected = 0;
    for (auto next : object) {
      ondemand::field field;
      if (const auto error = std::move(next).get(field)) return malformed(error, nullptr);
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return malformed(error, nullptr);
      if (!member(node, name, field.value(), expected)) return false;
    }
    return true;
  }

  bool member(size_t node, std::string_view name, ondemand::value& value, size_t& expected) {
    size_t child = fields_.find(node, name, expected);
    if (child == JsonFields::kNone) {
      switch (fields_.at(node).unknown) {
        case JsonFields::Unknown::kPass: {
          JsonValue ignored;
          return take(value, ignored) && (!ignored.is_composite() || check(ignored));
        }
        case JsonFields::Unknown::kReject:
          return refuse(node,
                        fmt::format("the member '{}' is new: the records before, from which the "
                                    "columns were taken, have none; declare `columns:`, or leave "
                                    "it out with `extra_members: drop`",
                                    printable(name, 60)),
                        nullptr);
        case JsonFields::Unknown::kAdd:
          child = fields_.child(node, name);
          fields_.slot(child);
          values_.resize(fields_.slots());
      }
    }
    return take_known(child, value);
  }

  bool take_known(size_t child, ondemand::value& value) {
    const JsonFields::Node& found = fields_.at(child);
    if (found.slot != JsonFields::kNone && values_[found.slot].kind != JsonValue::Kind::kAbsent) {
      return refuse(child, "the member stands there twice", nullptr);
    }
    const bool descends = !found.children.empty() || found.unknown == JsonFields::Unknown::kAdd;
    ondemand::json_type type{};
    if (descends && value.type().get(type) == simdjson::SUCCESS &&
        type == ondemand::json_type::object) {
      return take_object(found, child, value);
    }
    JsonValue ignored;
    return take(value, found.slot == JsonFields::kNone ? ignored : values_[found.slot]);
  }

  // An object that is wanted as a whole and in parts is gone through twice.
  bool take_object(const JsonFields::Node& found, size_t child, ondemand::value& value) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return malformed(error, nullptr);
    if (found.slot != JsonFields::kNone) {
      std::string_view raw;
      if (const auto error = object.raw_json().get(raw)) return malformed(error, nullptr);
      values_[found.slot] = {JsonValue::Kind::kObject, trim(raw), {}};
      bool some = false;
      if (const auto error = object.reset().get(some)) return malformed(error, nullptr);
      if (!some) return true;
    }
    return members(object, child);
  }

  bool take(ondemand::value& value, JsonValue& out) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return malformed(error, nullptr);
    switch (type) {
      case ondemand::json_type::null: {
        bool null = false;
        if (const auto error = value.is_null().get(null)) return malformed(error, nullptr);
        out.kind = JsonValue::Kind::kNull;
        return null || malformed(simdjson::N_ATOM_ERROR, nullptr);
      }
      case ondemand::json_type::boolean: {
        bool truth = false;
        if (const auto error = value.get_bool().get(truth)) return malformed(error, nullptr);
        out.kind = truth ? JsonValue::Kind::kTrue : JsonValue::Kind::kFalse;
        out.raw = truth ? "true" : "false";
        return true;
      }
      case ondemand::json_type::number:
        return take_number(value, out);
      case ondemand::json_type::string:
        out.kind = JsonValue::Kind::kString;
        out.raw = trim(value.raw_json_token());
        if (const auto error = value.get_string().get(out.text)) {
          return malformed(error, out.raw.data());
        }
        return true;
      case ondemand::json_type::array:
      case ondemand::json_type::object:
        return take_composite(value, type, out);
    }
    return false;
  }

  // The text is kept: a decimal keeps its digits and a long identifier is no double.
  bool take_number(ondemand::value& value, JsonValue& out) {
    out.kind = JsonValue::Kind::kNumber;
    out.raw = trim(value.raw_json_token());
    if (!is_json(out.raw)) return malformed(simdjson::NUMBER_ERROR, out.raw.data());
    return true;
  }

  bool take_composite(ondemand::value& value, ondemand::json_type type, JsonValue& out) {
    const bool object = type == ondemand::json_type::object;
    ondemand::object members;
    ondemand::array elements;
    std::string_view raw;
    const error_code opened =
        object ? value.get_object().get(members) : value.get_array().get(elements);
    if (opened) return malformed(opened, nullptr);
    const error_code error = object ? members.raw_json().get(raw) : elements.raw_json().get(raw);
    if (error) return malformed(error, nullptr);
    out = {object ? JsonValue::Kind::kObject : JsonValue::Kind::kArray, trim(raw), {}};
    return true;
  }

  // What is passed over is not looked into by the parser.
  bool check(const JsonValue& value) {
    return is_json(value.raw) || malformed(simdjson::TAPE_ERROR, value.raw.data());
  }

  JsonFields& fields_;
  ondemand::parser parser_;
  std::vector<JsonValue> values_;
  JsonFault* fault_ = nullptr;
};

JsonRecordReader::JsonRecordReader(JsonFields& fields) : impl_(std::make_unique<Impl>(fields)) {}
JsonRecordReader::~JsonRecordReader() = default;
JsonRecordReader::JsonRecordReader(JsonRecordReader&&) noexcept = default;

bool JsonRecordReader::read(std::string_view record, JsonFault& fault) {
  return impl_->read(record, fault);
}

const std::vector<JsonValue>& JsonRecordReader::values() const {
  return impl_->values();
}

}  // namespace rhumb
