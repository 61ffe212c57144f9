#include "decode/json/json_fields.h"

namespace rhumb {

size_t JsonFields::node(const std::vector<std::string>& path) {
  size_t at = 0;
  for (const std::string& name : path) at = child(at, name);
  return at;
}

size_t JsonFields::child(size_t parent, std::string_view name) {
  const auto known = nodes_[parent].by_name.find(name);
  if (known != nodes_[parent].by_name.end()) return known->second;
  const size_t added = nodes_.size();
  nodes_.push_back({.name = std::string(name), .parent = parent});
  nodes_[parent].children.push_back(added);
  nodes_[parent].by_name.emplace(nodes_.back().name, added);
  return added;
}

size_t JsonFields::slot(size_t node) {
  if (nodes_[node].slot == kNone) {
    nodes_[node].slot = slots_.size();
    slots_.push_back(node);
  }
  return nodes_[node].slot;
}

std::string JsonFields::path_text(size_t node) const {
  std::string out;
  for (; node != 0; node = nodes_[node].parent) {
    out = nodes_[node].name + (out.empty() ? "" : ".") + out;
  }
  return out;
}

size_t JsonFields::find(size_t node, std::string_view name, size_t& expected) const {
  const Node& parent = nodes_[node];
  if (expected < parent.children.size()) {
    const size_t next = parent.children[expected];
    if (nodes_[next].name == name) {
      ++expected;
      return next;
    }
  }
  const auto found = parent.by_name.find(name);
  if (found == parent.by_name.end()) return kNone;
  // Children are numbered as they were added, but not one after the other: look once.
  for (size_t i = 0; i < parent.children.size(); ++i) {
    if (parent.children[i] == found->second) expected = i + 1;
  }
  return found->second;
}

}  // namespace rhumb
