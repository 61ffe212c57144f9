#pragma once

#include "base/result.h"
#include "plan/plan.h"
#include "run/run_context.h"
#include "state/store.h"

namespace rhumb {

/// Reads what `step` names and commits it as the source's next version: good rows into the store,
/// bad ones into the quarantine, both counted in the ledger. Nothing is committed when the share of
/// bad rows is above the source's threshold, or on any error; a repeated call then starts over.
[[nodiscard]] Result<Manifest> ingest(RunContext& context, const Step& step);

/// The same for files that lie elsewhere than the source says, such as mended rows.
[[nodiscard]] Result<Manifest> ingest_from(RunContext& context, const Step& step,
                                           FileSource& place);

/// Where the store keeps what must stand before an input's rejected records
/// (BatchStream::preamble).
[[nodiscard]] std::string preamble_name(const std::string& input_id);

/// Id of an input in the ledger and in the rows' `_input`: the same announcement and content give
/// the same id, so that a repeated reading writes the same rows. 16 hex digits.
[[nodiscard]] std::string input_id(const std::string& dataset, const Announcement& announcement,
                                   const std::string& content_hash);

}  // namespace rhumb
