#include "decode/wkt/wkt_decoder.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/record_input.h"
#include "decode/text/line_reader.h"
#include "decode/value/geometry_text.h"
#include "decode/wkt/geometry_field.h"

namespace rhumb {
namespace {

constexpr size_t kLongestLine = size_t{64} << 20;
constexpr size_t kHead = size_t{64} << 10;

/// Of the first line that is a geometry, 0 = it names none.
int first_srid(std::string_view head) {
  for (const std::string_view line : split(head, '\n')) {
    if (const auto parsed = parse_geometry_text(trim(line)); parsed.ok()) return parsed->srid;
  }
  return 0;
}

class WktInput final : public RecordInput {
 public:
  WktInput(std::unique_ptr<TextInput> input, std::vector<RecordField> fields, std::string crs)
      : lines_(std::move(input), kLongestLine), fields_(std::move(fields)), crs_(std::move(crs)) {}

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return crs_; }
  [[nodiscard]] uint64_t consumed() const override { return lines_.consumed_bytes(); }
  [[nodiscard]] uint64_t total() const override { return lines_.total_bytes(); }
  [[nodiscard]] std::optional<std::string> preamble() const override { return ""; }

  Result<bool> next(Record& out) override {
    std::string_view line;
    do {
      RHUMB_ASSIGN(const bool more, lines_.next(line));
      if (!more) return false;
    } while (trim(line).empty());
    out.reset(1);
    out.number = lines_.number();
    out.values[0].set_text(line);
    out.raw = line;
    if (lines_.is_cut()) {
      out.raw = line.substr(0, kHead);
      out.refuse(RejectReason::kTooLong,
                 fmt::format("the line is longer than {}", human_bytes(kLongestLine)));
    }
    return true;
  }

 private:
  LineReader lines_;
  std::vector<RecordField> fields_;
  std::string crs_;
};

class WktDecoder final : public RecordDecoder {
 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(auto input, TextInput::open(request.path, EncodingOption::kAuto, "WKT"));
    RHUMB_ASSIGN(const std::string_view head, input->peek(kHead));
    const int srid = first_srid(head);
    return std::unique_ptr<RecordInput>(
        std::make_unique<WktInput>(std::move(input), geometry_field(!request.columns.empty(), srid),
                                   geometry_field_crs(srid)));
  }
};

}  // namespace

const Declaration& wkt_declaration() {
  static const Declaration declaration{
      .name = "wkt",
      .summary = "Geometries as text, one a line (WKT, EWKT, hexadecimal WKB and EWKB).",
      .doc =
          "Each line that is not blank is a row with one column, `geometry`. The coordinate system "
          "is the SRID of the first geometry, or the one that is declared: `columns: { geometry: { "
          "type: geometry, crs: 4326 } }`. Without either the column is text.\n\n"
          "A line that is no geometry goes to the quarantine.",
      .example = "wkt: {}\n"};
  return declaration;
}

std::unique_ptr<Decoder> make_wkt_decoder() {
  return std::make_unique<WktDecoder>();
}

}  // namespace rhumb
