#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "component/engine.h"
#include "state/file_store.h"

namespace rhumb {

/// Folder of a store with a document for each erasure.
inline constexpr const char* kErasures = "erasures";

/// A value by which rows are known: every row of the source with it goes.
struct EraseKey {
  std::string column;
  std::string value;  ///< as `rhumb query` shows it
  bool operator==(const EraseKey&) const = default;
};

/// A version of the source that was made without the rows. Several of one erasure when it was
/// killed, or when rows had come since.
struct ErasurePass {
  std::string run;
  std::string at;  ///< ISO 8601, UTC
  uint64_t version_before = 0, version = 0;
  std::map<std::string, uint64_t> rows;  ///< that were erased, by the name of their input
  std::vector<std::pair<DataFile, std::vector<DataFile>>> files;  ///< before and after

  [[nodiscard]] uint64_t all_rows() const;
  bool operator==(const ErasurePass&) const = default;
};

/// A version that was given up because it may hold the rows.
struct RetiredVersion {
  std::string dataset;
  uint64_t version = 0;
  auto operator<=>(const RetiredVersion&) const = default;
};

/// What was asked to be erased from a source, how far that has got, and at the end the receipt: one
/// document of the store, `erasures/SOURCE/ID.json` (docs/formats/erasure.md).
struct Erasure {
  std::string id;  ///< the same source and keys give the same
  std::string source;
  std::string begun_at;          ///< ISO 8601, UTC
  std::string finished_at;       ///< "" = not finished
  std::vector<ErasedKeys> keys;  ///< rows with these never come in again
  std::vector<EraseKey> values;  ///< the same in the clear; none once it is finished
  std::vector<ErasurePass> passes;
  std::vector<RetiredVersion> retired;
  uint64_t quarantined = 0, events = 0;  ///< records that were removed
  std::vector<std::string> remains;      ///< what kept it from being finished
  std::vector<std::string> inputs_still_there;
  std::vector<std::string> published_before;  ///< to targets that the project has no more

  [[nodiscard]] uint64_t rows() const;
  bool operator==(const Erasure&) const = default;
};

/// Durable when it returns; replaces what was there.
[[nodiscard]] Status keep_erasure(FileStore& files, const Erasure& erasure);
/// All of a source, by id. kState names the document that cannot be read: without it rows would
/// come back.
[[nodiscard]] Result<std::vector<Erasure>> erasures_of(FileStore& files, const std::string& source);
/// Of all sources.
[[nodiscard]] Result<std::vector<Erasure>> all_erasures(FileStore& files);

/// By which rows of a source no run takes in what was erased; see erasures_of().
[[nodiscard]] Result<std::vector<ErasedKeys>> erased_keys(FileStore& files,
                                                          const std::string& source);
/// The same keys with one entry for each column and salt, ordered, each hash once.
[[nodiscard]] std::vector<ErasedKeys> merged(const std::vector<ErasedKeys>& keys);

/// What a person keeps: JSON without salts and hashes, which would allow to try values; with the
/// values themselves only where they are given.
[[nodiscard]] std::string receipt_json(const Erasure& erasure, const std::vector<EraseKey>& values);

}  // namespace rhumb
