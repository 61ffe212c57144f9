#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What makes `rhumb_faulty` fail. It is told by the environment:
///
///   RHUMB_FAULT=POINT:ACTION[:NTH][,...]   what happens at the NTH passing of a point (default 1)
///   RHUMB_FAULT_COUNTS=FILE                writes how often each point was passed, at the end
///
/// Actions: exit and kill (at once, without clean-up), stall (stops until SIGCONT), error,
/// disk-full (every write from now on), connection-cut (every socket), power-cut (what is not
/// synced is lost, then kill), skip (the operation is left out), throw (an exception, as a bug
/// would).
///
/// Points are those of base/fault_points.def, the operations on files (disk.write;
/// disk.sync, apart disk.sync-data of data files and disk.sync-folder; disk.rename, disk.remove,
/// disk.make), and the sabotages (ledger.insert, switch.sent), where
/// `skip` stands for a bug that the harness must notice.
namespace rhumb::faults {

enum class Action : uint8_t {
  kExit,
  kKill,
  kStall,
  kError,
  kDiskFull,
  kConnectionCut,
  kPowerCut,
  kSkip,
  kThrow
};

/// Counts that a point was passed, and does what is wanted there; returns what its caller has to
/// do: kError, kSkip or kThrow. Thread-safe.
std::optional<Action> pass(std::string_view point);

[[nodiscard]] bool disk_is_full();

/// Loses what was written, made or renamed and not synced, and ends the process (disk.cpp).
[[noreturn]] void cut_power();

/// `KIND NAME` for each point; kind is step, disk or sabotage.
[[nodiscard]] std::vector<std::string> known_points();

/// Writes the file that RHUMB_FAULT_COUNTS names.
void write_counts();

}  // namespace rhumb::faults
