#include "source/directory/path_glob.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb {
namespace {
constexpr std::string_view kAnyFolders = "**";
}  // namespace

PathGlob::PathGlob(std::string_view pattern) {
  for (const std::string_view part : split(pattern, '/')) {
    if (!part.empty() && part != ".") parts_.emplace_back(part);
  }
  // `a/**` is everything below a, not a itself.
  if (!parts_.empty() && parts_.back() == kAnyFolders) parts_.emplace_back("*");
}

void PathGlob::add(Positions& positions, size_t at) const {
  positions[at] = true;
  if (at < parts_.size() && parts_[at] == kAnyFolders) add(positions, at + 1);
}

PathGlob::Positions PathGlob::after(const std::vector<std::string>& parts) const {
  Positions now(parts_.size() + 1);
  add(now, 0);
  for (const std::string& part : parts) {
    Positions next(parts_.size() + 1);
    for (size_t at = 0; at < parts_.size(); ++at) {
      if (!now[at]) continue;
      if (parts_[at] == kAnyFolders) {
        add(next, at);
      } else if (matches_glob(parts_[at], part)) {
        add(next, at + 1);
      }
    }
    now = std::move(next);
  }
  return now;
}

bool PathGlob::matches(const std::vector<std::string>& path) const {
  return after(path).back();
}

bool PathGlob::reaches_below(const std::vector<std::string>& folder) const {
  const Positions positions = after(folder);
  return std::find(positions.begin(), positions.end() - 1, true) != positions.end() - 1;
}

}  // namespace rhumb
