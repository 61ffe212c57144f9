#include "cli/report_files.h"

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"
#include "run/run_report.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

bool is_page(const fs::path& file) {
  return file.extension() == ".html";
}

}  // namespace

OptionSpec report_option() {
  return {"report",
          0,
          "FILE",
          "write all that happened into FILE, which ends in .json or .html (may be given twice)",
          true,
          {}};
}

Result<std::vector<fs::path>> report_files(const Invocation& invocation) {
  std::vector<fs::path> files;
  for (const std::string& name : invocation.all("report")) {
    std::error_code failed;
    const fs::path file = fs::absolute(name, failed);
    if (!is_page(file) && file.extension() != ".json") {
      return Error{Code::kUsage,
                   fmt::format("--report takes a file that ends in .json or .html, found `{}`",
                               printable(name)),
                   "the ending says what is written: for programs, or a page for people",
                   {}};
    }
    if (!fs::is_directory(file.parent_path(), failed)) {
      return Error{Code::kNotFound,
                   fmt::format("there is no folder {} to write the report into",
                               printable(file.parent_path().native(), 1000)),
                   "make it first",
                   {}};
    }
    files.push_back(file);
  }
  return files;
}

Status write_reports(const std::vector<fs::path>& files, const std::string& json) {
  for (const fs::path& file : files)
    RHUMB_TRY(atomic_write(file, is_page(file) ? run_report_html(json) : json));
  return {};
}

}  // namespace rhumb
