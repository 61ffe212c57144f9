#pragma once

#include <limits>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "project/project.h"
#include "transform/references.h"

namespace rhumb {

/// `error`, which stands in a model's statement, with its place in the user's file.
[[nodiscard]] Error placed_in_file(Error error, const ModelDef& model);

/// Which dataset is made from which. Immutable; the default one is empty. Thread-safe.
class DependencyGraph {
 public:
  static constexpr size_t kAnyDistance = std::numeric_limits<size_t>::max();

  DependencyGraph() = default;
  /// `references` holds what each model's SQL names, by model; a model that is absent reads
  /// nothing. Names are matched without case. All errors, by place: kUnknownName for names that are
  /// neither source nor model, kCycle for each circle of models. O(datasets + references) but for
  /// errors.
  static std::variant<DependencyGraph, Errors> build(
      const Project& project, const std::map<std::string, References>& references);

  /// Every dataset after all it reads: sources by name, then models, the first by name of those
  /// that are ready. The same project gives the same order.
  [[nodiscard]] const std::vector<std::string>& order() const { return order_; }
  /// Datasets that can be made side by side once all levels before are; level 0 holds the sources.
  [[nodiscard]] std::vector<std::vector<std::string>> levels() const;
  [[nodiscard]] bool contains(const std::string& dataset) const { return reads_.contains(dataset); }
  [[nodiscard]] bool is_source(const std::string& dataset) const {
    return sources_.contains(dataset);
  }
  /// Datasets that `dataset` names in its SQL. REQUIRES: contains(dataset), as for all below.
  [[nodiscard]] const std::set<std::string>& reads(const std::string& dataset) const;
  [[nodiscard]] const std::set<std::string>& read_by(const std::string& dataset) const;
  /// All datasets at most `distance` steps up or down, without `dataset` itself.
  [[nodiscard]] std::set<std::string> ancestors(const std::string& dataset,
                                                size_t distance = kAnyDistance) const;
  [[nodiscard]] std::set<std::string> descendants(const std::string& dataset,
                                                  size_t distance = kAnyDistance) const;
  /// Sources that no model reads: worth a note, since they are read for nothing.
  [[nodiscard]] std::vector<std::string> unused_sources() const;

 private:
  using Edges = std::map<std::string, std::set<std::string>>;

  void put_in_order();

  std::set<std::string> sources_;
  Edges reads_;
  Edges read_by_;
  std::vector<std::string> order_;
};

}  // namespace rhumb
