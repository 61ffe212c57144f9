#include "decode/nmea/nmea_decoder.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/detect/detect_format.h"
#include "decode/nmea/nmea_input.h"
#include "decode/value/time_text.h"

namespace rhumb {
namespace {

class NmeaDecoder final : public RecordDecoder {
 public:
  explicit NmeaDecoder(std::optional<int32_t> date) : date_(date) {}

 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(auto input, TextInput::open(request.path, EncodingOption::kAuto, "NMEA"));
    RHUMB_ASSIGN(const std::string_view head, input->peek(kDetectBytes));
    if (head.find('$') == std::string_view::npos) {
      const bool empty = trim(head).empty();
      return Error{.code = Code::kBadFile,
                   .message = empty ? "the file is empty"
                                    : "the file holds no NMEA sentence, which begins with $",
                   .hint = "Leave it out with the source's `files:` pattern.",
                   .place = {.file = request.input}};
    }
    return std::unique_ptr<RecordInput>(std::make_unique<NmeaInput>(std::move(input), date_));
  }

 private:
  std::optional<int32_t> date_;
};

}  // namespace

const Declaration& nmea_declaration() {
  static const Declaration declaration{
      .name = "nmea",
      .summary = "Sentences of a satellite receiver (NMEA 0183: GGA and RMC).",
      .doc =
          "Sentences of the same time are one row: `position`, `altitude_m` (above mean sea "
          "level), "
          "`recorded_at`, `speed_mps`, `course_deg`, `satellites`, `hdop`, `fix_quality` and "
          "`valid` (both sentences say that there is a fix). What was not said is null. Other "
          "sentences are counted in a note.\n\n"
          "A date comes from RMC. A fix without one is of the day of the fix before, or of the "
          "next "
          "day when its clock jumps back; before the first date, `date:` counts, else "
          "`recorded_at` is null.\n\n"
          "A sentence whose checksum is wrong goes to the quarantine, as does every line that is "
          "none; one without a checksum is taken.",
      .fields = {{.name = "date",
                  .doc = "The day of the first fix, for files without RMC.",
                  .example = "2024-01-02"}},
      .example = "nmea: {}\n",
  };
  return declaration;
}

Result<std::unique_ptr<Decoder>> make_nmea_decoder(const Config& config) {
  std::optional<int32_t> date;
  if (const std::string text = config["date"].as_text(); !text.empty()) {
    int32_t days = 0;
    if (!parse_date(text, days)) {
      return Error{.code = Code::kBadValue,
                   .message = fmt::format("date must be a date such as 2024-01-02, found '{}'",
                                          printable(text, 40)),
                   .hint = "",
                   .place = config["date"].place()};
    }
    date = days;
  }
  return std::unique_ptr<Decoder>(std::make_unique<NmeaDecoder>(date));
}

}  // namespace rhumb
