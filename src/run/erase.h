#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/erase_reach.h"
#include "run/run_context.h"
#include "state/erasure.h"

namespace rhumb {

/// Writes down what is to be erased, so that from here on no run brings such rows back, and the
/// next one finishes what this process does not. The same source and values again take up what was
/// written before. kUnknownName for a column that the source has not, kNotSupported for one that is
/// neither text, a whole number nor a UUID.
///
/// REQUIRES: the source's lease is held; `values` is not empty.
[[nodiscard]] Result<Erasure> begin_erasure(RunContext& context, const std::string& source,
                                            std::vector<EraseKey> values);

/// Those of a source's erased keys by which rows with these columns can be told; `lost` takes the
/// names of the other keys' columns.
[[nodiscard]] std::vector<ErasedKeys> usable_keys(const std::vector<ErasedKeys>& keys,
                                                  const Schema& schema,
                                                  std::set<std::string>& lost);

/// Erases rows of a source for good, in steps that can each be repeated: killed anywhere, the same
/// steps carry on. Between erase_rows() and finish() the caller builds the models of `reach` anew
/// and publishes them, when rebuilds() says so. Not thread-safe.
///
/// REQUIRES: the leases of all datasets of `reach` are held.
class Eraser {
 public:
  Eraser(RunContext& context, EraseReach reach, Erasure erasure);

  /// Commits a version of the source without the rows, when there are any. O(rows of the source).
  Status erase_rows();
  /// Whether anything that is kept may hold the rows: only then other datasets change.
  [[nodiscard]] bool rebuilds() const { return may_hold_; }
  /// Gives up every older version of what may hold the rows, and all versions of what the project
  /// makes no more; removes quarantined records and events that name a value. What a reader keeps
  /// from going is among erasure().remains, and leaves it unfinished.
  Status finish();
  [[nodiscard]] const Erasure& erasure() const { return erasure_; }
  [[nodiscard]] const EraseReach& reach() const { return reach_; }

 private:
  using RowsByInput = std::map<std::string, uint64_t>;  ///< by the input's id

  Result<RowsByInput> rows_in(const Manifest& version, const DataFile& file);
  Result<bool> older_versions_hold_rows(const Manifest& newest);
  Result<std::vector<DataFile>> rewrite(const Manifest& version, const DataFile& file,
                                        const RowsByInput& erased);
  Status commit_without(const Manifest& newest, ErasurePass pass, const RowsByInput& erased);
  Status give_up_versions();
  Status note_versions(bool still_there);
  Status note_targets();
  Status note_inputs();

  RunContext& context_;
  const EraseReach reach_;
  Erasure erasure_;
  bool may_hold_ = false;
};

}  // namespace rhumb
