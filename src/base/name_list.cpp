#include "base/name_list.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb {

std::string join_some(const std::vector<std::string>& names, size_t most) {
  constexpr size_t kLongest = 80;
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(names.size(), most); ++i)
    shown.push_back(printable(names[i], kLongest));
  if (names.size() > most) shown.push_back(human_count(names.size() - most) + " more");
  return join(shown, ", ");
}

}  // namespace rhumb
