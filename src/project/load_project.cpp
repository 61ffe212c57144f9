#include <algorithm>
#include <tuple>

#include "project/loading.h"

namespace rhumb {
namespace {

bool by_place(const Error& a, const Error& b) {
  return std::tie(a.place.file, a.place.line, a.place.column) <
         std::tie(b.place.file, b.place.line, b.place.column);
}

}  // namespace

std::variant<Project, Errors> load_project(const std::filesystem::path& root,
                                           const Catalogue& catalogue) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::absolute(root, ignored).lexically_normal();
  Loading loading(folder, catalogue);
  load_project_file(loading);
  // In a language that is not known, every other finding would be a guess.
  const bool stop =
      std::any_of(loading.errors.begin(), loading.errors.end(), [](const Error& error) {
        return error.code == Code::kNewerLanguage || error.code == Code::kNoProject;
      });
  if (stop) return std::move(loading.errors);
  load_sources(loading);
  load_models(loading);
  load_functions(loading);
  load_tests(loading);
  check_references(loading);
  if (loading.errors.empty()) return std::move(loading.project);
  std::stable_sort(loading.errors.begin(), loading.errors.end(), by_place);
  return std::move(loading.errors);
}

}  // namespace rhumb
