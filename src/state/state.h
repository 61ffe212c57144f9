#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "component/engine.h"
#include "component/reject.h"
#include "state/file_store.h"
#include "state/manifest.h"

namespace rhumb {

/// Name of the file in a store's folder that holds its id.
inline constexpr const char* kStoreIdFile = "id";

/// Where the commit happens: one compare-and-swap of a dataset's newest version.
class CommitLog {
 public:
  virtual ~CommitLog() = default;
  /// Makes `manifest`, whose data files were adopted, the newest version: puts it into the
  /// FileStore and commits it, durable when this returns. kConflict when `manifest.previous` is no
  /// longer the newest, or when the dataset's lease was taken over; kBusy when somebody else holds
  /// it. `taken` are those of `manifest.inputs` that were read for this version. An
  /// input counts once: the same name, version, size and content twice in `manifest.inputs` is
  /// refused.
  virtual Status commit(const Manifest& manifest, const std::vector<LedgerEntry>& taken) = 0;
  /// 0 = none.
  virtual Result<uint64_t> newest(const std::string& dataset) = 0;
};

/// A lease that its process has not renewed for so long may be taken over.
inline constexpr double kLeaseSeconds = 60;

struct RunRecord {
  std::string id;
  std::string environment;
  std::string status;  ///< running, succeeded, failed, cancelled
  std::string summary;
  Micros started_at = 0;
  Micros finished_at = 0;  ///< 0 = not yet
};

struct StepRecord {
  std::string run;
  std::string dataset;
  std::string step;  ///< read, build, check, stage, switch, retire
  std::string reason;
  std::string status;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  double seconds = 0;
};

/// Something that happened in a run, or what became of it, for reports. `body` is JSON; run/ writes
/// and reads it (run/run_journal.h).
struct RunEvent {
  std::string run;
  Micros at = 0;
  std::string kind;     ///< step, note, alarm, dataset, error
  std::string dataset;  ///< "" = of the run as a whole
  std::string body;
};

/// What each target shows, as far as we know; the target's own commit record is the truth.
struct Publication {
  std::string dataset;
  std::string target;  ///< Target::describe()
  uint64_t version = 0;
  Micros switched_at = 0;
};

struct QuarantineRow {
  int64_t id = 0;
  std::string source;
  std::string run;
  std::string input_id;
  Reject reject;
  Micros at = 0;
  std::string status;  ///< open, exported, replayed, dismissed, repaired
};

/// How many records of a source a run has put aside for one reason.
struct QuarantineCount {
  std::string source;
  std::string reason;
  std::string status;
  uint64_t records = 0;
};

/// What State::erase_texts has removed.
struct ErasedTexts {
  uint64_t quarantined = 0;
  uint64_t events = 0;
};

/// Pins that were set at once.
struct PinRange {
  int64_t after = 0;  ///< these are the later ones,
  int64_t last = 0;   ///< up to this
};

/// A state in PostgreSQL, for processes that do not share a file.
struct StateHome {
  Secret url;
  std::string schema;                  ///< for this state alone
  std::string project;                 ///< whose state it is, for people
  std::string id;                      ///< tells it from others; found by State::open_postgres
  const CancelFlag* cancel = nullptr;  ///< ends the waiting for a server that is away
};

/// What a look at it finds, in words, without changing anything: the server, the schema, how old it
/// is. `folder` is the store's. kRights, kState, kConnect when a run could not work with it.
[[nodiscard]] Result<std::string> look_at_postgres_state(const std::filesystem::path& folder,
                                                         StateHome home);
/// SQL that gives a role the least rights such a state needs.
[[nodiscard]] std::string postgres_state_grants(const StateHome& home, const std::string& role);

/// The index over manifests, the ledger, runs and the quarantine, in one SQLite file (WAL, full
/// sync) or in a schema of a PostgreSQL database. Can be rebuilt from the manifests. One writer at
/// a time; readers never wait. Thread-safe.
class State : public CommitLog {
 public:
  /// REQUIRES: `folder` exists or can be made. Refuses a state written by a newer Rhumb, and a
  /// folder on a network file system. When there is no index but manifests exist, it is rebuilt
  /// from them.
  static Result<std::unique_ptr<State>> open(const std::filesystem::path& folder, FileStore& files);
  /// The same in PostgreSQL; data files and manifests stay in `folder`. A state that lay there
  /// until now moves into a fresh schema, with all that is in it. kState when the schema is that of
  /// another store, or not Rhumb's.
  static Result<std::unique_ptr<State>> open_postgres(const std::filesystem::path& folder,
                                                      FileStore& files, StateHome home);

  /// What tells this store from every other one; stays when the index is rebuilt, and goes along
  /// into backups. Targets keep it beside what they show.
  [[nodiscard]] virtual const std::string& store_id() const = 0;
  /// True when `open` had to rebuild the index from the manifests.
  [[nodiscard]] virtual bool rebuilt() const = 0;
  /// What `open` did that people should know: versions that could not be restored, ...
  [[nodiscard]] virtual const std::vector<std::string>& notes() const = 0;

  virtual Result<std::optional<Manifest>> newest_manifest(const std::string& dataset) = 0;
  /// kNotFound when there is no such version (any more).
  virtual Result<Manifest> manifest(const std::string& dataset, uint64_t version) = 0;
  virtual Result<std::vector<Manifest>> versions(const std::string& dataset) = 0;  ///< newest first
  virtual Result<std::vector<std::string>> datasets() = 0;

  /// The content hash computed for that announcement before, so that a file is hashed once however
  /// often it is looked at. Only the last announcement of each name is remembered.
  virtual Result<std::optional<std::string>> known_hash(const std::string& dataset,
                                                        const Announcement& announcement) = 0;
  virtual Status remember_hash(const std::string& dataset, const Announcement& announcement,
                               const std::string& content_hash) = 0;

  /// Takes the right to make versions of these datasets, of all or of none; `holder` says for what
  /// (`rhumb run`). Held, and renewed in the background, until release_leases() or the end of this
  /// object or its process. kBusy says who holds one of them, and since when. The lease of a
  /// process that is gone, or that has not renewed it for kLeaseSeconds, is taken over: its number
  /// rises, which commit() compares, so that whoever wakes up late can commit nothing.
  virtual Status lease(const std::vector<std::string>& datasets, const std::string& holder) = 0;
  virtual Status release_leases() = 0;

  virtual Status begin_run(const RunRecord& run) = 0;
  virtual Status finish_run(const RunRecord& run) = 0;
  virtual Status record_step(const StepRecord& step) = 0;
  virtual Result<std::vector<RunRecord>> runs(size_t newest) = 0;
  virtual Result<std::vector<StepRecord>> steps(const std::string& run) = 0;
  /// All of them or none.
  virtual Status record_events(const std::vector<RunEvent>& events) = 0;
  /// In the order in which they were recorded.
  virtual Result<std::vector<RunEvent>> events(const std::string& run) = 0;
  virtual Result<std::vector<QuarantineCount>> quarantine_counts(const std::string& run) = 0;

  virtual Status record_publication(const Publication& publication) = 0;
  virtual Result<std::vector<Publication>> publications() = 0;

  /// Adds rejects in one transaction.
  virtual Status quarantine(const std::string& source, const std::string& run,
                            const std::string& input_id, const std::vector<Reject>& rejects) = 0;
  /// The same for records that became rows after a repair; their status is `repaired`.
  virtual Status keep_repairs(const std::string& source, const std::string& run,
                              const std::string& input_id, const std::vector<Reject>& repairs) = 0;
  /// Removes what an input's earlier reading left there, before it is read again.
  virtual Status clear_quarantine(const std::string& source, const std::string& input_id) = 0;
  /// `status` empty = all. Ordered by id.
  virtual Result<std::vector<QuarantineRow>> quarantined(const std::string& source,
                                                         const std::string& status) = 0;
  virtual Status mark_quarantined(const std::vector<int64_t>& ids, const std::string& status) = 0;

  /// Removes the source's quarantined records and all events of runs in whose text one of the
  /// values stands as a word of its own; nothing of them stays in the state's file, or in its table
  /// on the server. kBusy, with all removed, while a reader keeps it from being overwritten.
  virtual Result<ErasedTexts> erase_texts(const std::string& source,
                                          const std::vector<std::string>& values) = 0;
  /// Forgets every version of a dataset that nothing makes any more, but those that somebody reads
  /// or another dataset's newest version was built from, with their files; what targets show of it
  /// counts as unknown.
  virtual Status forget_dataset(const std::string& dataset) = 0;

  /// Marks a version as read by this process until released, so that clean-up leaves its files.
  /// kNotFound when there is no such version (any more).
  virtual Result<int64_t> pin(const std::string& dataset, uint64_t version) = 0;
  virtual Status unpin(int64_t pin) = 0;
  /// Pins every version, and writes the index, as it is at that moment, into a new SQLite file.
  virtual Result<PinRange> pin_and_copy(const std::filesystem::path& file) = 0;
  virtual Status unpin(const PinRange& pins) = 0;
  /// Forgets the versions that are pinned by nobody, are not among the newest 1 + `keep`, are not
  /// what another dataset's newest version was built from, and were replaced more than `age` ago;
  /// then removes their manifests and all data files of the dataset that no version names and that
  /// are older than `age` (of any age, when this object holds the dataset's lease: nobody else
  /// makes files then), and the staging folders and pins of processes that are gone. What cannot be
  /// removed is left for the next time. Returns the names of the removed files.
  virtual Result<std::vector<std::string>> clean_up(const std::string& dataset, size_t keep,
                                                    Micros age) = 0;

  /// Rows of one of the tables `runs, versions, inputs, checks, steps, quarantine, publications`,
  /// for `rhumb query "... FROM rhumb_versions"`. Columns: docs/formats/tables.md.
  virtual Result<Table> table(const std::string& name) = 0;
};

}  // namespace rhumb
