#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace rhumb {

/// `--report FILE`, any number of times.
[[nodiscard]] OptionSpec report_option();

/// The files that `--report` names. kUsage, before any work is done, for one that is neither .json
/// nor .html, or whose folder is missing.
[[nodiscard]] Result<std::vector<std::filesystem::path>> report_files(const Invocation& invocation);

/// Writes a report (run/run_report.h) into each of them, as JSON or as a page; whole or not at all.
[[nodiscard]] Status write_reports(const std::vector<std::filesystem::path>& files,
                                   const std::string& json);

}  // namespace rhumb
