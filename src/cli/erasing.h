#pragma once

#include <optional>
#include <set>
#include <string>

#include "cli/workspace.h"
#include "run/erase.h"

namespace rhumb {

/// Erases, builds anew what was made of the rows, publishes it, and gives up what is older. False
/// when it was not finished; what went wrong has been printed then.
///
/// REQUIRES: the leases of the eraser's reach are held.
[[nodiscard]] bool carry_out(Eraser& eraser, Micros wait, Workspace& workspace,
                             RunContext& context);

/// Datasets that erasures which were begun and not finished still have to change; none that the
/// project no longer knows the source of. Nothing after a failure, which has been printed.
[[nodiscard]] std::optional<std::set<std::string>> unfinished_datasets(Workspace& workspace);

/// Finishes those of them that change nothing but `leased`. False when one could not be finished;
/// why has been printed then.
///
/// REQUIRES: the leases of `leased` are held.
[[nodiscard]] bool finish_erasures(const std::set<std::string>& leased, Micros wait,
                                   Workspace& workspace, RunObserver& observer);

}  // namespace rhumb
