#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rhumb {

/// The members of a record that columns are made of, as a tree of names. Every wanted member has a
/// slot, numbered from 0 in the order of asking. Reading is thread-safe, adding is not.
class JsonFields {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  /// What happens to a member that is not in the tree.
  enum class Unknown : uint8_t {
    kPass,    ///< it is checked and passed over
    kReject,  ///< the record goes to the quarantine
    kAdd,     ///< it gets a slot: the tree is being made
  };

  struct Node {
    std::string name;
    size_t parent = kNone;
    size_t slot = kNone;
    Unknown unknown = Unknown::kPass;
    std::vector<size_t> children;  ///< in the order of adding
    std::unordered_map<std::string_view, size_t> by_name;
  };

  JsonFields() { nodes_.emplace_back(); }
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;

  /// The node of that path from the root, which is 0; made where it is missing.
  size_t node(const std::vector<std::string>& path);
  size_t child(size_t parent, std::string_view name);
  /// The node's slot, given to it where it has none.
  size_t slot(size_t node);
  void set_unknown(size_t node, Unknown policy) { nodes_[node].unknown = policy; }

  [[nodiscard]] const Node& at(size_t node) const { return nodes_[node]; }
  [[nodiscard]] size_t slots() const { return slots_.size(); }
  [[nodiscard]] size_t node_of_slot(size_t slot) const { return slots_[slot]; }
  /// `properties.name`
  [[nodiscard]] std::string path_text(size_t node) const;

  /// kNone when the node has no such child. Members mostly come in the order of the record before:
  /// the one after the last found is tried first. `expected` is 0 at an object's beginning.
  [[nodiscard]] size_t find(size_t node, std::string_view name, size_t& expected) const;

 private:
  std::deque<Node> nodes_;  // by_name looks at names, which must not move
  std::vector<size_t> slots_;
};

}  // namespace rhumb
