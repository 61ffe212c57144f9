#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decode/nmea/nmea_sentence.h"
#include "decode/record/record_input.h"
#include "decode/text/line_reader.h"

namespace rhumb {

/// Fixes of a receiver: sentences of the same time are one, whatever talker they come from.
class NmeaInput final : public RecordInput {
 public:
  /// `date`: of the first fix, for files whose sentences name none; days since 1970-01-01.
  NmeaInput(std::unique_ptr<TextInput> input, std::optional<int32_t> date);

  [[nodiscard]] const std::vector<RecordField>& fields() const override;
  [[nodiscard]] std::string crs() const override { return "EPSG:4326"; }
  Result<bool> next(Record& out) override;
  [[nodiscard]] uint64_t consumed() const override { return lines_.consumed_bytes(); }
  [[nodiscard]] uint64_t total() const override { return lines_.total_bytes(); }
  /// Which other sentences were passed over.
  [[nodiscard]] std::vector<std::string> notes() const override;
  [[nodiscard]] std::optional<std::string> preamble() const override { return ""; }

 private:
  struct Fix {
    uint64_t line = 0;
    std::string raw;
    std::vector<std::string> types;
    NmeaFacts facts;
  };

  void take_line(std::string_view line);
  void refuse(std::string_view line, RejectReason reason, std::string fault);
  [[nodiscard]] bool belongs(const NmeaFacts& facts) const;
  void merge(const NmeaFacts& facts, std::string_view line);
  void finish_fix();
  void set_date(NmeaFacts& facts);
  [[nodiscard]] Record make_record(const Fix& fix) const;

  LineReader lines_;
  std::optional<int32_t> date_;  // of the fix before
  std::optional<Micros> clock_;
  std::optional<Fix> fix_;
  std::deque<Record> ready_;
  std::map<std::string, uint64_t> others_;
};

}  // namespace rhumb
