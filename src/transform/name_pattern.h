#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <vector>

namespace rhumb {

/// The regular expressions people write in COLUMNS('...'): characters, `.`, classes, `*` `+` `?` on
/// one of these, `^` and `$` at the ends, alternatives at the top. Linear in pattern x text, unlike
/// a backtracking matcher. Matches anywhere in the text, with case.
class NamePattern {
 public:
  /// Nothing when the pattern uses more than that.
  static std::optional<NamePattern> parse(std::string_view pattern);
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct Item {
    std::bitset<256> set;
    bool optional = false;
    bool repeated = false;
  };
  struct Alternative {
    std::vector<Item> items;
    bool at_start = false;
    bool at_end = false;
  };

  static std::optional<Alternative> parse_alternative(std::string_view pattern);
  static bool matches(const Alternative& alternative, std::string_view text);

  std::vector<Alternative> alternatives_;
};

}  // namespace rhumb
