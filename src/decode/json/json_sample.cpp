#include "decode/json/json_sample.h"

#include <atomic>

#include <fmt/format.h>

#include "decode/json/geojson_record.h"
#include "decode/json/json_record.h"
#include "decode/json/json_splitter.h"

namespace rhumb {
namespace {

class JsonSampler {
 public:
  JsonSampler(const JsonOptions& options, const DecodeRequest& request)
      : options_(options), request_(request) {
    out_.fields = std::make_unique<JsonFields>();
    if (options.geojson) {
      out_.fields->set_unknown(add_geojson_fields(*out_.fields), JsonFields::Unknown::kAdd);
    }
    out_.fields->set_unknown(0, JsonFields::Unknown::kAdd);
  }

  Result<JsonSample> run(size_t bytes) {
    RHUMB_ASSIGN(auto input,
                 TextInput::open(request_.path, options_.encoding, options_.format_name()));
    out_.note = input->note();
    std::atomic<uint64_t> consumed{0};
    JsonSplitter splitter(std::move(input), options_.framing(), options_.block_size, std::nullopt,
                          consumed);
    JsonRecordReader reader(*out_.fields);
    JsonBlock block;
    for (size_t seen = 0; seen < bytes; seen += block.text.size()) {
      if (request_.cancel != nullptr && request_.cancel->requested()) break;
      RHUMB_ASSIGN(const bool more, splitter.next(block));
      if (!more) break;
      for (const JsonFrame& frame : block.frames) take(block, frame, reader);
    }
    out_.members = splitter.members();
    out_.has_array = splitter.has_array();
    RHUMB_TRY(refuse_useless());
    return std::move(out_);
  }

 private:
  void take(const JsonBlock& block, const JsonFrame& frame, JsonRecordReader& reader) {
    JsonFault fault;
    if (frame.fault != nullptr || frame.too_long) {
      return count_other(block, frame,
                         frame.fault == nullptr ? "a record is too long" : frame.fault);
    }
    const std::string_view text = block.text.view().substr(frame.begin, frame.end - frame.begin);
    if (!reader.read(text, fault)) return count_other(block, frame, fault.message);
    if (options_.geojson) {
      std::vector<JsonValue> values = reader.values();
      if (!accept_geojson(text, values, fault)) return count_other(block, frame, fault.message);
    }
    ++out_.records;
    out_.guesses.resize(out_.fields->slots());
    out_.present.resize(out_.fields->slots());
    for (size_t slot = 0; slot < reader.values().size(); ++slot) {
      const JsonValue& value = reader.values()[slot];
      out_.guesses[slot].add(value);
      if (value.kind != JsonValue::Kind::kAbsent) out_.present[slot] = true;
    }
  }

  void count_other(const JsonBlock& block, const JsonFrame& frame, std::string_view message) {
    const bool object = frame.begin < frame.end && block.text.begin()[frame.begin] == '{';
    out_.objects += object ? 1 : 0;
    if (out_.others++ > 0) return;
    out_.first_fault = message;
    out_.first_fault_line = frame.line;
  }

  [[nodiscard]] Status refuse_useless() const {
    if (out_.records > 0 || (out_.others == 0 && out_.has_array)) return {};
    if (out_.others == 0) return empty_file();
    // With columns declared it is known what the records should have been.
    if (out_.objects > 0 && !request_.columns.empty()) return {};
    return Error{
        .code = Code::kBadFile,
        .message = fmt::format("the file holds no record that can be read as {}: {}",
                               options_.format_name(), out_.first_fault),
        .hint = "Check `decode:`; leave the file out with the source's `files:` pattern.",
        .place = {.file = request_.input, .line = static_cast<int>(out_.first_fault_line)}};
  }

  [[nodiscard]] Error empty_file() const {
    return {.code = Code::kBadFile,
            .message = "the file holds no records",
            .hint = "Leave it out with the source's `files:` pattern.",
            .place = {.file = request_.input}};
  }

  const JsonOptions& options_;
  const DecodeRequest& request_;
  JsonSample out_;
};

}  // namespace

std::string JsonSample::member(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return value;
  }
  return "";
}

Result<JsonSample> sample_json(const JsonOptions& options, const DecodeRequest& request,
                               size_t bytes) {
  return JsonSampler(options, request).run(bytes);
}

}  // namespace rhumb
