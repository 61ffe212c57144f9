#include "decode/wkt/wkb_decoder.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/record_input.h"
#include "decode/wkt/geometry_field.h"
#include "geo/wkb.h"
#include "geo/wkb_stream.h"
#include "io/fs/byte_input.h"

namespace rhumb {
namespace {

constexpr size_t kPiece = size_t{256} << 10;
constexpr size_t kLongest = size_t{256} << 20;  // of one geometry

class WkbInput final : public RecordInput {
 public:
  explicit WkbInput(std::unique_ptr<ByteInput> bytes) : bytes_(std::move(bytes)) {}

  /// Looks at the first geometry.
  Status begin(bool declared, const std::string& name) {
    RHUMB_ASSIGN(const size_t first, front());
    if (first == 0) {
      return Error{.code = Code::kBadFile,
                   .message = "the file is empty",
                   .hint = "Leave it out with the source's `files:` pattern.",
                   .place = {.file = name}};
    }
    RHUMB_ASSIGN(const WkbSummary summary, inspect_wkb(ahead().substr(0, first)));
    fields_ = geometry_field(declared, summary.header.srid);
    crs_ = geometry_field_crs(summary.header.srid);
    return {};
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return crs_; }
  [[nodiscard]] uint64_t consumed() const override { return bytes_->consumed(); }
  [[nodiscard]] uint64_t total() const override { return bytes_->total(); }

  Result<bool> next(Record& out) override {
    RHUMB_ASSIGN(const size_t bytes, front());
    if (bytes == 0) return false;
    out.reset(1);
    out.number = ++number_;
    out.values[0].set(FieldValue::Kind::kGeometry, ahead().substr(0, bytes));
    at_ += bytes;
    passed_ += bytes;
    return true;
  }

 private:
  [[nodiscard]] std::string_view ahead() const { return std::string_view(buffer_).substr(at_); }

  /// Bytes of the geometry at the front, all of which are there then; 0 at the end.
  Result<size_t> front() {
    for (size_t wanted = kPiece;; wanted *= 2) {
      const WkbFront found = front_wkb(ahead());
      if (found.bytes > 0) return found.bytes;
      if (found.fault != nullptr && !found.cut) return broken(found.fault);
      if (ended_) return ahead().empty() ? Result<size_t>(size_t{0}) : broken(found.fault);
      if (ahead().size() > kLongest) return broken("the geometry is too large");
      RHUMB_TRY(fill(wanted));
    }
  }

  Status fill(size_t wanted) {
    buffer_.erase(0, std::exchange(at_, 0));
    while (!ended_ && buffer_.size() < wanted) {
      const size_t before = buffer_.size();
      buffer_.resize(wanted);
      RHUMB_ASSIGN(const size_t got, bytes_->read(buffer_.data() + before, wanted - before));
      buffer_.resize(before + got);
      ended_ = got == 0;
    }
    return {};
  }

  [[nodiscard]] Error broken(const char* fault) const {
    return {Code::kBadFile,
            fmt::format("geometry {} at byte {}: {}", number_ + 1, passed_ + 1, fault),
            "what follows it cannot be told apart; write the file anew, or as hexadecimal lines",
            {}};
  }

  std::unique_ptr<ByteInput> bytes_;
  std::vector<RecordField> fields_;
  std::string crs_;
  std::string buffer_;
  size_t at_ = 0;  // in it
  bool ended_ = false;
  uint64_t number_ = 0, passed_ = 0;  // geometries, and their bytes
};

class WkbDecoder final : public RecordDecoder {
 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_ASSIGN(auto bytes, open_byte_input(request.path));
    auto input = std::make_unique<WkbInput>(std::move(bytes));
    RHUMB_TRY(input->begin(!request.columns.empty(), request.input));
    return std::unique_ptr<RecordInput>(std::move(input));
  }
};

}  // namespace

const Declaration& wkb_declaration() {
  static const Declaration declaration{
      .name = "wkb",
      .summary = "Geometries in binary, one behind the other (WKB, EWKB).",
      .doc =
          "Each geometry is a row with one column, `geometry`. The coordinate system is the SRID "
          "of the first geometry, or the one that is declared: `columns: { geometry: { type: "
          "geometry, crs: 4326 } }`. Without either the column is text, as WKT.\n\n"
          "A geometry whose coordinates are refused goes to the quarantine. Where one is malformed "
          "nobody can say where the next begins, so the file is refused.",
      .example = "wkb: {}\n"};
  return declaration;
}

std::unique_ptr<Decoder> make_wkb_decoder() {
  return std::make_unique<WkbDecoder>();
}

}  // namespace rhumb
