#include <fmt/format.h>

#include "base/text.h"
#include "project/front_matter.h"
#include "project/loading.h"

namespace rhumb {
namespace {

/// `block` with another text under `key`.
Config replaced(const Config& block, const std::string& key, const std::string& text) {
  std::vector<Config::Entry> entries = block.entries();
  for (auto& [name, value] : entries) {
    if (name == key) value = Config::scalar(text, value.place());
  }
  Config made = Config::map(std::move(entries), block.place());
  for (const auto& [name, ignored] : block.entries())
    made.set_key_place(name, block.key_place(name));
  return made;
}

void check_range(Loading& loading, const Config& range) {
  if (!range.has("min") && !range.has("max")) {
    loading.refuse(Code::kMissingKey, "`range` needs `min`, `max` or both", "add `min: 0`",
                   range.place());
  } else if (range.has("min") && range.has("max") &&
             range["min"].as_number() > range["max"].as_number()) {
    loading.refuse(Code::kBadValue, "`min` is greater than `max`", "let them change places",
                   range["min"].place());
  }
}

void check_relationship(Loading& loading, const Config& relationship) {
  const std::string to = relationship["to"].as_text();
  const size_t dot = to.find('.');
  const bool whole = dot != std::string::npos && dot > 0 && dot + 1 < to.size() &&
                     to.find('.', dot + 1) == std::string::npos;
  if (whole || to.empty()) return;
  loading.refuse(Code::kBadValue,
                 fmt::format("`to` must be TABLE.COLUMN, found `{}`", printable(to, 60)),
                 "for example `to: zones.zone_id`", relationship["to"].place());
}

void check_not_empty(Loading& loading, const Assert& made, const Config& list) {
  if (list.kind() != Config::Kind::kList || !list.items().empty()) return;
  loading.refuse(Code::kBadValue, fmt::format("`{}` has an empty list", made.kind),
                 "name at least one, or take the assert out", list.place());
}

void check_one(Loading& loading, Assert& made) {
  if (made.kind == "min_rows" && made.config.as_integer() < 0) {
    loading.refuse(Code::kBadValue, "`min_rows` must be 0 or more", "0 allows an empty version",
                   made.config.place());
  } else if (made.kind == "not_null" || made.kind == "unique") {
    check_not_empty(loading, made, made.config);
  } else if (made.kind == "accepted") {
    check_not_empty(loading, made, made.config["values"]);
  } else if (made.kind == "range") {
    check_range(loading, made.config);
  } else if (made.kind == "relationship") {
    check_relationship(loading, made.config);
  } else if (made.kind == "geometry") {
    take_extent(loading, made.config);
    const auto crs = take_crs(loading, made.config, "crs");
    if (crs) made.config = replaced(made.config, "crs", std::to_string(*crs));
  } else if (made.kind == "sql") {
    const auto [first, end] = statement_range(made.config.text());
    made.config = Config::scalar(made.config.text().substr(first, end - first), made.config.place(),
                                 made.config.quoted());
  }
}

}  // namespace

std::vector<Assert> read_asserts(Loading& loading, const Config& list) {
  std::vector<Assert> out;
  for (const Config& item : list.items()) {
    if (item.entries().size() != 1) continue;  // said already
    const auto& [kind, value] = item.entries().front();
    Assert made{.kind = kind, .config = value, .place = item.key_place(kind)};
    check_one(loading, made);
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace rhumb
