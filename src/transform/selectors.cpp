#include "transform/selectors.h"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

struct Selector {
  std::string_view body;
  std::optional<size_t> up;    // steps towards the sources
  std::optional<size_t> down;  // steps towards the last models
};

// The number beside a plus; nothing written means any distance.
std::optional<size_t> distance(std::string_view digits) {
  if (digits.empty()) return DependencyGraph::kAnyDistance;
  size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

Error unreadable(std::string_view text) {
  return Error{.code = Code::kUsage,
               .message = fmt::format("cannot read the selector '{}'", printable(text)),
               .hint =
                   "Write NAME, tag:TAG or a glob, with + or a number and + in front for what it "
                   "is made from, behind for what is made from it: 2+NAME, NAME+."};
}

Result<Selector> parse_selector(std::string_view text) {
  Selector selector{.body = text};
  if (const size_t plus = selector.body.find('+'); plus != std::string_view::npos) {
    // A plus after a name is the other one.
    if (const auto steps = distance(selector.body.substr(0, plus))) {
      selector.up = steps;
      selector.body.remove_prefix(plus + 1);
    }
  }
  if (const size_t plus = selector.body.rfind('+'); plus != std::string_view::npos) {
    selector.down = distance(selector.body.substr(plus + 1));
    if (!selector.down) return unreadable(text);
    selector.body = selector.body.substr(0, plus);
  }
  if (selector.body.empty() || selector.body.find('+') != std::string_view::npos) {
    return unreadable(text);
  }
  return selector;
}

class Selection {
 public:
  Selection(const Project& project, const DependencyGraph& graph) : graph_(graph) {
    for (const auto& [name, source] : project.sources) tags_[name] = &source.tags;
    for (const auto& [name, model] : project.models) tags_[name] = &model.tags;
  }

  [[nodiscard]] std::set<std::string> all() const {
    return {graph_.order().begin(), graph_.order().end()};
  }

  Result<std::set<std::string>> of(const std::vector<std::string>& selectors) const {
    std::set<std::string> chosen;
    for (const std::string& text : selectors) {
      for (const std::string_view part : split(text, ' ')) {
        if (part.empty()) continue;
        RHUMB_ASSIGN(const std::set<std::string> some, one(part));
        chosen.insert(some.begin(), some.end());
      }
    }
    return chosen;
  }

 private:
  Result<std::set<std::string>> one(std::string_view text) const {
    RHUMB_ASSIGN(const Selector selector, parse_selector(text));
    RHUMB_ASSIGN(std::set<std::string> chosen, named(selector.body, text));
    const std::set<std::string> middle = chosen;
    for (const std::string& name : middle) {
      if (selector.up) chosen.merge(graph_.ancestors(name, *selector.up));
      if (selector.down) chosen.merge(graph_.descendants(name, *selector.down));
    }
    return chosen;
  }

  Result<std::set<std::string>> named(std::string_view body, std::string_view whole) const {
    constexpr std::string_view kTag = "tag:";
    const bool by_tag = body.starts_with(kTag);
    if (!by_tag && body.find(':') != std::string_view::npos) return unreadable(whole);
    const std::string wanted = to_lower(by_tag ? body.substr(kTag.size()) : body);
    std::set<std::string> chosen;
    for (const auto& [name, tags] : tags_) {
      if (by_tag) {
        for (const std::string& tag : *tags) {
          if (matches_glob(wanted, to_lower(tag))) chosen.insert(name);
        }
      } else if (matches_glob(wanted, to_lower(name))) {
        chosen.insert(name);
      }
    }
    if (chosen.empty()) return nothing(wanted, by_tag);
    return chosen;
  }

  [[nodiscard]] Error nothing(std::string_view wanted, bool by_tag) const {
    std::set<std::string> known;
    for (const auto& [name, tags] : tags_) {
      if (by_tag) {
        known.insert(tags->begin(), tags->end());
      } else {
        known.insert(name);
      }
    }
    const std::string nearest = nearest_name(wanted, {known.begin(), known.end()});
    std::string hint = fmt::format("Did you mean '{}{}'?", by_tag ? "tag:" : "", nearest);
    if (nearest.empty()) hint = by_tag ? "No dataset carries it." : "rhumb status lists them all.";
    return Error{.code = Code::kUnknownName,
                 .message = fmt::format("no {} is called '{}'",
                                        by_tag ? "tag of a source or model" : "source or model",
                                        printable(wanted)),
                 .hint = std::move(hint)};
  }

  const DependencyGraph& graph_;
  std::map<std::string, const std::vector<std::string>*> tags_;
};

}  // namespace

Result<std::set<std::string>> select_datasets(const Project& project, const DependencyGraph& graph,
                                              const std::vector<std::string>& selectors,
                                              const std::vector<std::string>& exclude) {
  const Selection selection(project, graph);
  RHUMB_ASSIGN(std::set<std::string> chosen, selection.of(selectors));
  if (selectors.empty()) chosen = selection.all();
  RHUMB_ASSIGN(const std::set<std::string> left_out, selection.of(exclude));
  for (const std::string& name : left_out) chosen.erase(name);
  return chosen;
}

}  // namespace rhumb
