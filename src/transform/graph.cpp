#include "transform/graph.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

using Edges = std::map<std::string, std::set<std::string>>;
using ReferencePlaces = std::map<std::pair<std::string, std::string>, Place>;

std::set<std::string> reach(const Edges& edges, const std::string& from, size_t distance) {
  std::set<std::string> found;
  std::vector<std::string> now{from};
  for (size_t step = 0; step < distance && !now.empty(); ++step) {
    std::vector<std::string> next;
    for (const std::string& name : now) {
      for (const std::string& neighbour : edges.at(name)) {
        if (found.insert(neighbour).second) next.push_back(neighbour);
      }
    }
    now = std::move(next);
  }
  found.erase(from);
  return found;
}

// Shortest way from `start` back to itself among `open`; empty when there is none.
std::vector<std::string> shortest_cycle(const Edges& reads, const std::set<std::string>& open,
                                        const std::string& start) {
  std::map<std::string, std::string> came_from;
  std::deque<std::string> queue{start};
  while (!queue.empty()) {
    const std::string name = queue.front();
    queue.pop_front();
    for (const std::string& next : reads.at(name)) {
      if (next == start) {
        std::vector<std::string> path{start};
        for (std::string at = name; at != start; at = came_from.at(at)) path.push_back(at);
        path.push_back(start);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (open.contains(next) && came_from.emplace(next, name).second) queue.push_back(next);
    }
  }
  return {};
}

Error cycle_error(const std::vector<std::string>& path, const ReferencePlaces& places) {
  std::vector<std::string> where;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    where.push_back(fmt::format("{} reads {} at {}", path[i], path[i + 1],
                                places.at({path[i], path[i + 1]}).text()));
  }
  return Error{.code = Code::kCycle,
               .message = fmt::format("a model cannot be made from itself: {}", join(path, " -> ")),
               .hint = fmt::format("Take one of these out: {}.", join(where, "; ")),
               .place = places.at({path[0], path[1]})};
}

// One error for each circle; models of a circle already named are not named again.
Errors cycle_errors(const Edges& reads, std::set<std::string> open, const ReferencePlaces& places) {
  Errors errors;
  while (!open.empty()) {
    const std::string start = *open.begin();
    const std::vector<std::string> path = shortest_cycle(reads, open, start);
    if (!path.empty()) errors.push_back(cycle_error(path, places));
    open.erase(start);
    for (const std::string& name : path) open.erase(name);
  }
  return errors;
}

class NameTable {
 public:
  explicit NameTable(const Project& project) {
    for (const auto& [name, source] : project.sources) add(name);
    for (const auto& [name, model] : project.models) add(name);
  }

  [[nodiscard]] std::optional<std::string> find(std::string_view written) const {
    const auto at = by_lower_.find(to_lower(written));
    return at == by_lower_.end() ? std::nullopt : std::optional(at->second);
  }

  [[nodiscard]] Error unknown(const Reference& reference, const ModelDef& model) const {
    return placed_in_file(
        Error{
            .code = Code::kUnknownName,
            .message = fmt::format("'{}' is neither a source nor a model of this project",
                                   printable(reference.name)),
            .hint = did_you_mean(reference.name, names_,
                                 fmt::format("Declare it in sources/{}.yaml, or write it as a "
                                             "model in models/{}.sql.",
                                             printable(reference.name), printable(reference.name))),
            .place = reference.place},
        model);
  }

 private:
  void add(const std::string& name) {
    by_lower_.emplace(to_lower(name), name);
    names_.push_back(name);
  }

  std::map<std::string, std::string> by_lower_;
  std::vector<std::string> names_;
};

void sort_by_place(Errors& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
}

}  // namespace

Error placed_in_file(Error error, const ModelDef& model) {
  if (error.place.line > 0) {
    error.place = model.place_in_sql(error.place.line, error.place.column);
    return error;
  }
  error.place = model.place;
  // An engine that fails over the data does not say where in the statement.
  std::map<std::string, Place> functions;
  for (const SqlPiece& piece : model.pieces) {
    if (!piece.function.empty()) functions.emplace(piece.function, piece.place);
  }
  for (const auto& [name, place] : functions) {
    error.hint += fmt::format("{}it may come from the function {} at {}",
                              error.hint.empty() ? "" : "; ", name, place.text());
  }
  return error;
}

std::variant<DependencyGraph, Errors> DependencyGraph::build(
    const Project& project, const std::map<std::string, References>& references) {
  const NameTable names(project);
  DependencyGraph graph;
  ReferencePlaces places;
  Errors errors;
  for (const auto& [name, source] : project.sources) {
    graph.sources_.insert(name);
    graph.reads_[name], graph.read_by_[name];
  }
  for (const auto& [name, model] : project.models) graph.reads_[name], graph.read_by_[name];
  for (const auto& [name, model] : project.models) {
    const auto found = references.find(name);
    if (found == references.end()) continue;
    for (const Reference& reference : found->second.tables) {
      const auto target = names.find(reference.name);
      if (!target) {
        errors.push_back(names.unknown(reference, model));
        continue;
      }
      graph.reads_[name].insert(*target);
      graph.read_by_[*target].insert(name);
      places.emplace(std::pair(name, *target),
                     model.place_in_sql(reference.place.line, reference.place.column));
    }
  }
  graph.put_in_order();
  if (graph.order_.size() < graph.reads_.size()) {
    std::set<std::string> open;
    for (const auto& [name, reads] : graph.reads_) open.insert(name);
    for (const std::string& name : graph.order_) open.erase(name);
    Errors cycles = cycle_errors(graph.reads_, std::move(open), places);
    errors.insert(errors.end(), cycles.begin(), cycles.end());
  }
  if (errors.empty()) return graph;
  sort_by_place(errors);
  return errors;
}

void DependencyGraph::put_in_order() {
  std::map<std::string, size_t> waiting;
  using Smallest = std::priority_queue<std::string, std::vector<std::string>, std::greater<>>;
  Smallest ready;
  const auto made = [&](const std::string& name) {
    order_.push_back(name);
    for (const std::string& reader : read_by_.at(name)) {
      if (--waiting.at(reader) == 0) ready.push(reader);
    }
  };
  for (const auto& [name, reads] : reads_) waiting[name] = reads.size();
  for (const auto& [name, reads] : reads_) {
    if (reads.empty() && !sources_.contains(name)) ready.push(name);
  }
  for (const std::string& name : sources_) made(name);
  while (!ready.empty()) {
    const std::string name = ready.top();
    ready.pop();
    made(name);
  }
}

std::vector<std::vector<std::string>> DependencyGraph::levels() const {
  std::map<std::string, size_t> level_of;
  std::vector<std::vector<std::string>> levels;
  for (const std::string& name : order_) {
    size_t level = 0;
    for (const std::string& read : reads_.at(name)) level = std::max(level, level_of.at(read) + 1);
    level_of[name] = level;
    if (levels.size() <= level) levels.resize(level + 1);
    levels[level].push_back(name);
  }
  for (auto& level : levels) std::sort(level.begin(), level.end());
  return levels;
}

const std::set<std::string>& DependencyGraph::reads(const std::string& dataset) const {
  return reads_.at(dataset);
}

const std::set<std::string>& DependencyGraph::read_by(const std::string& dataset) const {
  return read_by_.at(dataset);
}

std::set<std::string> DependencyGraph::ancestors(const std::string& dataset,
                                                 size_t distance) const {
  return reach(reads_, dataset, distance);
}

std::set<std::string> DependencyGraph::descendants(const std::string& dataset,
                                                   size_t distance) const {
  return reach(read_by_, dataset, distance);
}

std::vector<std::string> DependencyGraph::unused_sources() const {
  std::vector<std::string> unused;
  for (const std::string& name : sources_) {
    if (read_by_.at(name).empty()) unused.push_back(name);
  }
  return unused;
}

}  // namespace rhumb
