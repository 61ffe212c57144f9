#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"
#include "decode/record/record.h"

namespace rhumb {

/// The records of one file, front to back. A format implements this; RecordDecoder does the rest:
/// columns, types, coordinates, sampling, rejects. Not thread-safe.
class RecordInput {
 public:
  virtual ~RecordInput() = default;
  [[nodiscard]] virtual const std::vector<RecordField>& fields() const = 0;
  /// Definition of the CRS of all geometry, as describe_crs takes it; "" = the file does not say.
  [[nodiscard]] virtual std::string crs() const = 0;
  /// The next record; false at the end. An Error when the file cannot be read on.
  virtual Result<bool> next(Record& out) = 0;
  /// Bytes read so far, and in all (0 = unknown); for progress.
  [[nodiscard]] virtual uint64_t consumed() const = 0;
  [[nodiscard]] virtual uint64_t total() const = 0;
  /// What people should know about how the file was read.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
  /// For formats of text that fill Record::raw: what must stand before such records so that the
  /// format itself reads them again.
  [[nodiscard]] virtual std::optional<std::string> preamble() const { return std::nullopt; }
};

/// A Decoder whose format gives records. Rejected records are kept as one line of JSON; a file of
/// such lines behind the stream's preamble is read again in the place of the format itself.
class RecordDecoder : public Decoder {
 public:
  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const final;

 protected:
  virtual Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const = 0;
};

}  // namespace rhumb
