#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "state/state.h"
#include "state/state_database.h"

namespace rhumb {

inline constexpr auto kLeaseMicros = static_cast<Micros>(kLeaseSeconds * 1e6);

/// State in the tables of an SQL database. Each concern has a .cpp of its own: open (schema.cpp,
/// rebuild.cpp), versions.cpp, leases.cpp, runs.cpp, quarantine.cpp, erase_texts.cpp,
/// clean_up.cpp, tables.cpp.
///
/// Invariants (docs/formats/store.md):
/// - a row in `versions` has its manifest in the FileStore, with the hash that stands in the row,
/// or
///   holds it until it is there;
/// - the rows of `inputs` with `removed_in` null are the inputs of the newest manifest;
/// - manifests and data files are written and removed for good only under the write lock.
class SqlState final : public State {
 public:
  /// Fills tables that were just made, within the transaction that has made them; false = with
  /// nothing, they are rebuilt from the manifests.
  using FillTables = std::function<Result<bool>()>;

  SqlState(std::unique_ptr<StateDatabase> database, FileStore& files, std::string store_id);
  ~SqlState() override;

  /// Brings the schema up to date and index and manifests together.
  Status prepare(const FillTables& fill = {});

  Status commit(const Manifest& manifest, const std::vector<LedgerEntry>& taken) override;
  Result<uint64_t> newest(const std::string& dataset) override;

  [[nodiscard]] const std::string& store_id() const override { return store_id_; }
  [[nodiscard]] bool rebuilt() const override { return rebuilt_; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return notes_; }

  Result<std::optional<Manifest>> newest_manifest(const std::string& dataset) override;
  Result<Manifest> manifest(const std::string& dataset, uint64_t version) override;
  Result<std::vector<Manifest>> versions(const std::string& dataset) override;
  Result<std::vector<std::string>> datasets() override;

  Result<std::optional<std::string>> known_hash(const std::string& dataset,
                                                const Announcement& announcement) override;
  Status remember_hash(const std::string& dataset, const Announcement& announcement,
                       const std::string& content_hash) override;

  Status lease(const std::vector<std::string>& datasets, const std::string& holder) override;
  Status release_leases() override;

  Status begin_run(const RunRecord& run) override;
  Status finish_run(const RunRecord& run) override;
  Status record_step(const StepRecord& step) override;
  Result<std::vector<RunRecord>> runs(size_t newest) override;
  Result<std::vector<StepRecord>> steps(const std::string& run) override;
  Status record_events(const std::vector<RunEvent>& events) override;
  Result<std::vector<RunEvent>> events(const std::string& run) override;
  Result<std::vector<QuarantineCount>> quarantine_counts(const std::string& run) override;

  Status record_publication(const Publication& publication) override;
  Result<std::vector<Publication>> publications() override;

  Status quarantine(const std::string& source, const std::string& run, const std::string& input_id,
                    const std::vector<Reject>& rejects) override;
  Status keep_repairs(const std::string& source, const std::string& run,
                      const std::string& input_id, const std::vector<Reject>& repairs) override;
  Status clear_quarantine(const std::string& source, const std::string& input_id) override;
  Result<std::vector<QuarantineRow>> quarantined(const std::string& source,
                                                 const std::string& status) override;
  Status mark_quarantined(const std::vector<int64_t>& ids, const std::string& status) override;

  Result<ErasedTexts> erase_texts(const std::string& source,
                                  const std::vector<std::string>& values) override;
  Status forget_dataset(const std::string& dataset) override;

  Result<int64_t> pin(const std::string& dataset, uint64_t version) override;
  Status unpin(int64_t pin) override;
  Result<PinRange> pin_and_copy(const std::filesystem::path& file) override;
  Status unpin(const PinRange& pins) override;
  Result<std::vector<std::string>> clean_up(const std::string& dataset, size_t keep,
                                            Micros age) override;

  Result<Table> table(const std::string& name) override;

 private:
  Status keep_records(const std::string& source, const std::string& run,
                      const std::string& input_id, const std::vector<Reject>& rejects,
                      const char* status);
  // schema.cpp
  Status upgrade(const FillTables& fill);
  Status close_dead_runs();

  // rebuild.cpp
  Status rebuild();
  Status reconcile();
  Result<uint64_t> take_over(const std::vector<std::string>& names);
  Result<std::vector<std::string>> missing_manifests(const std::vector<StoredFile>& files,
                                                     bool fresh);
  Result<std::optional<Manifest>> restorable(const std::string& name);
  Status set_aside(const std::string& name, const std::string& why);
  [[nodiscard]] Error damaged(const std::string& why) const;
  Result<std::vector<std::string>> orphan_manifests(const std::vector<StoredFile>& files);
  Status acknowledge_all();
  Result<std::vector<std::string>> unacknowledged();

  // versions.cpp; those that write REQUIRE to be within write()
  Status commit_row(const Manifest& manifest, const std::vector<LedgerEntry>& taken,
                    const std::string& json);
  Status acknowledge(const std::string& dataset);
  Status put_manifests(const std::string& dataset);
  Status check_base(const Manifest& manifest);
  Status check_files(const Manifest& manifest);
  Status insert_version(const Manifest& manifest, const std::string& json, bool hold);
  Status update_ledger(const Manifest& manifest, const std::vector<LedgerEntry>& taken);
  Result<uint64_t> newest_version(const std::string& dataset);
  Result<std::vector<uint64_t>> version_numbers(const std::string& dataset);
  Result<Manifest> load_manifest(const std::string& dataset, uint64_t version);
  Result<std::optional<Manifest>> load_if_kept(const std::string& dataset, uint64_t version);

  // leases.cpp
  struct Lease {
    int64_t number = 0;
    std::string owner;  ///< process identity; "" = nobody holds it
    std::string holder;
    Micros taken_at = 0, renewed_at = 0;
  };
  Result<std::optional<Lease>> find_lease(const std::string& dataset);
  [[nodiscard]] bool is_held(const Lease& lease, Micros now) const;
  Result<bool> check_free(const std::string& dataset, Micros now);
  Status sweep_up(const std::string& dataset);
  Status check_lease(const std::string& dataset);
  Result<int64_t> take_lease(const std::string& dataset, const std::string& holder, Micros now);
  Result<bool> holds_lease(const std::string& dataset);
  void renew_until(const std::stop_token& stop);
  Status renew();

  // pins.cpp
  Result<int64_t> last_pin();

  // clean_up.cpp
  Result<std::vector<std::string>> keep_newest(const std::string& dataset, size_t newest,
                                               Micros age);
  Status forget_dead_pins();
  Result<std::vector<uint64_t>> expendable(const std::string& dataset, size_t newest,
                                           Micros before);
  Status forget_versions(const std::string& dataset, const std::vector<uint64_t>& versions);
  Status remove_unreferenced(const std::string& dataset, Micros before,
                             std::vector<std::string>& removed);

  const std::unique_ptr<StateDatabase> db_;
  FileStore& files_;
  std::mutex mutex_;  ///< guards db_; public functions take it, private ones do not
  const std::string store_id_;
  bool rebuilt_ = false;
  std::vector<std::string> notes_;
  std::map<std::string, int64_t> leases_;  ///< number of each lease held; guarded by mutex_
  std::condition_variable_any wake_;
  std::jthread renewer_;  ///< while leases are held
};

}  // namespace rhumb
