#pragma once

#include <string>
#include <string_view>

namespace rhumb {

/// This process in a way that no later process repeats: boot, process namespace, pid and start
/// time. One line of ASCII.
[[nodiscard]] std::string process_identity();

/// A name that no other call gives, in this or any other process on this disk; forked ones, which
/// repeat the random numbers of their parent, included. Sorts by time.
[[nodiscard]] std::string unique_name();

enum class ProcessState { kAlive, kGone, kUnknown };

/// Where the processes that somebody keeps a list of may run.
enum class Reach {
  kThisMachine,  ///< the list lies on a disk of it
  kAnyMachine,
};

/// Whether the process of that identity still runs. kUnknown when it cannot be told from here: it
/// runs in another container or, where `reach` goes so far, on another machine; or the text is no
/// identity.
[[nodiscard]] ProcessState process_state(std::string_view identity,
                                         Reach reach = Reach::kThisMachine);

/// `process 4711`; "" when the text is no identity.
[[nodiscard]] std::string process_text(std::string_view identity);

}  // namespace rhumb
