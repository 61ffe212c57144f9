#include "transform/name_pattern.h"

#include <utility>

#include "base/text.h"

namespace rhumb {
namespace {

unsigned char byte(char c) {
  return static_cast<unsigned char>(c);
}

std::bitset<256> any_character() {
  std::bitset<256> set;
  return set.set().reset('\n');
}

// `\d`, `\w`, `\s`, or an escaped punctuation mark.
std::optional<std::bitset<256>> escaped(char c) {
  std::bitset<256> set;
  for (unsigned i = 0; i < 128; ++i) {
    const bool digit = i >= '0' && i <= '9';
    const bool letter = (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z');
    const bool space = i == ' ' || (i >= '\t' && i <= '\r' && i != '\v');
    const bool in = c == 'd' ? digit : c == 'w' ? digit || letter || i == '_' : space;
    if (in) set.set(i);
  }
  if (c == 'd' || c == 'w' || c == 's') return set;
  const bool punctuation =
      byte(c) < 128 && std::string_view(".^$*+?()[]{}|\\-/_").find(c) != std::string_view::npos;
  if (!punctuation) return std::nullopt;
  return std::bitset<256>().set(byte(c));
}

// The inside of [...]: characters and ranges, perhaps negated.
std::optional<std::bitset<256>> char_class(std::string_view inside) {
  const bool negated = inside.starts_with('^');
  if (negated) inside.remove_prefix(1);
  if (inside.empty()) return std::nullopt;
  std::bitset<256> set;
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '\\' || inside[i] == '[' || byte(inside[i]) >= 128) return std::nullopt;
    if (i + 2 < inside.size() && inside[i + 1] == '-') {
      for (unsigned c = byte(inside[i]); c <= byte(inside[i + 2]); ++c) set.set(c);
      i += 2;
    } else {
      set.set(byte(inside[i]));
    }
  }
  return negated ? ~set : set;
}

}  // namespace

std::optional<NamePattern::Alternative> NamePattern::parse_alternative(std::string_view pattern) {
  Alternative out;
  if (pattern.starts_with('^')) {
    out.at_start = true;
    pattern.remove_prefix(1);
  }
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '$' && i + 1 == pattern.size()) {
      out.at_end = true;
    } else if (c == '*' || c == '+' || c == '?') {
      if (out.items.empty() || out.items.back().optional || out.items.back().repeated) return {};
      out.items.back().optional = c != '+';
      out.items.back().repeated = c != '?';
    } else if (c == '[') {
      const size_t end = pattern.find(']', i + 1);
      if (end == std::string_view::npos) return {};
      const auto set = char_class(pattern.substr(i + 1, end - i - 1));
      if (!set) return {};
      out.items.push_back({.set = *set});
      i = end;
    } else if (c == '\\') {
      const auto set = i + 1 < pattern.size() ? escaped(pattern[++i]) : std::nullopt;
      if (!set) return {};
      out.items.push_back({.set = *set});
    } else if (std::string_view("(){}|]^$").find(c) != std::string_view::npos) {
      return {};
    } else {
      const bool multi_byte = byte(c) >= 128;  // a quantifier would apply to its last byte only
      if (multi_byte) return {};
      out.items.push_back({.set = c == '.' ? any_character() : std::bitset<256>().set(byte(c))});
    }
  }
  return out;
}

std::optional<NamePattern> NamePattern::parse(std::string_view pattern) {
  NamePattern out;
  if (pattern.find("\\|") != std::string_view::npos) return std::nullopt;
  for (const std::string_view part : split(pattern, '|')) {
    auto alternative = parse_alternative(part);
    if (!alternative) return std::nullopt;
    out.alternatives_.push_back(std::move(*alternative));
  }
  return out;
}

bool NamePattern::matches(std::string_view text) const {
  for (const Alternative& alternative : alternatives_) {
    if (matches(alternative, text)) return true;
  }
  return false;
}

// All positions in the pattern are followed at once: reached[i] = the first i items are matched.
bool NamePattern::matches(const Alternative& alternative, std::string_view text) {
  const std::vector<Item>& items = alternative.items;
  std::vector<bool> reached(items.size() + 1);
  const auto skip_optional = [&] {
    for (size_t i = 0; i < items.size(); ++i) {
      if (reached[i] && items[i].optional) reached[i + 1] = true;
    }
  };
  reached[0] = true;
  skip_optional();
  for (size_t at = 0; at <= text.size(); ++at) {
    if (reached.back() && (!alternative.at_end || at == text.size())) return true;
    if (at == text.size()) break;
    std::vector<bool> next(items.size() + 1);
    next[0] = !alternative.at_start;
    for (size_t i = 0; i < items.size(); ++i) {
      if (!items[i].set.test(byte(text[at]))) continue;
      if (reached[i]) next[i + 1] = true;
      if (items[i].repeated && reached[i + 1]) next[i + 1] = true;
    }
    reached = std::move(next);
    skip_optional();
  }
  return false;
}

}  // namespace rhumb
