#include "project/yaml_reader.h"

#include <yaml.h>

#include <array>
#include <new>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "project/yaml_problem.h"

namespace rhumb {
namespace {

constexpr int kMaxDepth = 100;
constexpr size_t kMaxValues = 500'000;
/// A file that goes wrong more often than this is not worth reading on.
constexpr size_t kMaxErrors = 50;

std::string_view view(const yaml_char_t* text, size_t length) {
  // libyaml's characters are unsigned bytes of UTF-8.
  return {reinterpret_cast<const char*>(text), length};
}

std::string_view view(const char* text) {
  return text == nullptr ? "" : text;
}

/// One libyaml event at a time; each is freed before the next.
class Events {
 public:
  explicit Events(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    // The library's parameter is bytes it only reads.
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  bool next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) != 0) return true;
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    return false;
  }
  [[nodiscard]] const yaml_event_t& event() const { return event_; }
  [[nodiscard]] const yaml_parser_t& parser() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

class Reader {
 public:
  Reader(std::string_view text, const Origin& origin, Errors& errors)
      : text_(text), origin_(origin), errors_(errors), first_error_(errors.size()), events_(text) {}

  std::optional<Config> document() {
    if (!tabs_are_fine() || !advance() || !advance()) return std::nullopt;  // the stream begins
    if (type() == YAML_STREAM_END_EVENT) return empty();
    if (!advance()) return std::nullopt;  // the document begins
    std::optional<Config> root = node(1);
    if (!root || !advance() || !advance()) return std::nullopt;  // the document ends
    if (type() != YAML_STREAM_END_EVENT) {
      add(here(), "a file holds one YAML document, and a second one begins here",
          "put it in a file of its own");
      return std::nullopt;
    }
    return root->is_null() ? empty() : root;
  }

 private:
  [[nodiscard]] yaml_event_type_t type() const { return events_.event().type; }
  [[nodiscard]] Place place(const yaml_mark_t& mark) const {
    return origin_.place(mark.line, mark.column);
  }
  [[nodiscard]] Place here() const { return place(events_.event().start_mark); }

  void add(Place at, std::string message, std::string hint, Code code = Code::kBadYaml) {
    errors_.push_back({code, std::move(message), std::move(hint), std::move(at)});
  }

  std::optional<Config> empty() {
    add(origin_.place(0, 0), "the file is empty", "write its keys, or remove it");
    return std::nullopt;
  }

  /// Indentation by tabs looks right in one editor and wrong in the next; YAML refuses most of it.
  bool tabs_are_fine() {
    size_t number = 0;
    for (const std::string_view line : split(text_, '\n')) {
      const size_t first = line.find_first_not_of(' ');
      if (first != std::string_view::npos && line[first] == '\t') {
        add(origin_.place(number, first), "a tab cannot indent a line", "indent with spaces");
        return false;
      }
      ++number;
    }
    return true;
  }

  bool advance() {
    if (events_.next()) return true;
    const yaml_parser_t& parser = events_.parser();
    if (parser.error == YAML_READER_ERROR) {
      const auto [line, column] = position_of(text_, parser.problem_offset);
      add(origin_.place(line, column), "this character cannot stand in YAML", "take it out");
      return false;
    }
    YamlProblem found = explain_yaml_problem(view(parser.problem), view(parser.context));
    const bool has_context = parser.context != nullptr && found.at_context;
    add(place(has_context ? parser.context_mark : parser.problem_mark), std::move(found.message),
        std::move(found.hint));
    return false;
  }

  /// The value that the current event begins; nothing when reading cannot go on.
  std::optional<Config> node(int depth) {
    if (depth > kMaxDepth) {
      add(here(), fmt::format("values are nested deeper than {} levels", kMaxDepth), "");
      return std::nullopt;
    }
    if (++values_ > kMaxValues) {
      add(here(), fmt::format("the file holds more than {} values", human_count(kMaxValues)),
          "data belongs behind a source, not into the project");
      return std::nullopt;
    }
    if (errors_.size() - first_error_ >= kMaxErrors) return std::nullopt;
    switch (type()) {
      case YAML_SCALAR_EVENT:
        return scalar();
      case YAML_SEQUENCE_START_EVENT:
        return list(depth);
      case YAML_MAPPING_START_EVENT:
        return map(depth);
      default:
        return alias();
    }
  }

  void refuse_extras(const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr) {
      add(here(), "anchors (`&`) are not taken",
          "write the value out; put a text that begins with `&` in double quotes");
    }
    if (tag != nullptr) {
      add(here(), "tags (`!`) are not taken",
          "leave the tag out; put a text that begins with `!` in double quotes");
    }
  }

  std::optional<Config> alias() {
    add(here(), "aliases (`*`) are not taken",
        "write the value out; put a text that begins with `*` in double quotes");
    return Config::null(here());
  }

  std::optional<Config> scalar() {
    const auto& found = events_.event().data.scalar;
    refuse_extras(found.anchor, found.tag);
    const std::string_view text = view(found.value, found.length);
    const bool plain = found.style == YAML_PLAIN_SCALAR_STYLE;
    const bool nothing = text.empty() || text == "~" || equals_ignoring_case(text, "null");
    if (plain && nothing) return Config::null(here());
    return Config::scalar(std::string(text), here(), !plain);
  }

  std::optional<Config> list(int depth) {
    const auto& found = events_.event().data.sequence_start;
    refuse_extras(found.anchor, found.tag);
    const Place at = here();
    std::vector<Config> items;
    while (true) {
      if (!advance()) return std::nullopt;
      if (type() == YAML_SEQUENCE_END_EVENT) return Config::list(std::move(items), at);
      std::optional<Config> item = node(depth + 1);
      if (!item) return std::nullopt;
      items.push_back(std::move(*item));
    }
  }

  std::optional<Config> map(int depth) {
    const auto& found = events_.event().data.mapping_start;
    refuse_extras(found.anchor, found.tag);
    const Place at = here();
    std::vector<Config::Entry> entries;
    std::unordered_map<std::string, Place> keys;
    while (true) {
      if (!advance()) return std::nullopt;
      if (type() == YAML_MAPPING_END_EVENT) break;
      const Place key_at = here();
      std::optional<std::string> key = this->key();
      if (!key || !advance()) return std::nullopt;
      std::optional<Config> value = node(depth + 1);
      if (!value) return std::nullopt;
      const auto [first, is_new] = keys.emplace(*key, key_at);
      if (is_new) {
        entries.emplace_back(std::move(*key), std::move(*value));
      } else {
        add(key_at,
            fmt::format("the key `{}` stands twice; first at {}", printable(*key, 60),
                        first->second.text()),
            "keep one of them", Code::kDuplicate);
      }
    }
    Config made = Config::map(std::move(entries), at);
    for (auto& [key, key_at] : keys) made.set_key_place(key, std::move(key_at));
    return made;
  }

  std::optional<std::string> key() {
    if (type() != YAML_SCALAR_EVENT) {
      add(here(), "a key must be plain text", "write `key: value`");
      return std::nullopt;
    }
    const auto& found = events_.event().data.scalar;
    refuse_extras(found.anchor, found.tag);
    const std::string_view text = view(found.value, found.length);
    if (text.empty()) {
      add(here(), "a key is missing before the `:`", "write `key: value`");
      return std::nullopt;
    }
    if (text == "<<" && found.style == YAML_PLAIN_SCALAR_STYLE) {
      add(here(), "merge keys (`<<`) are not taken", "write the entries out");
    }
    return std::string(text);
  }

  std::string_view text_;
  const Origin& origin_;
  Errors& errors_;
  size_t first_error_;
  size_t values_ = 0;
  Events events_;
};

}  // namespace

std::optional<Config> read_yaml(std::string_view text, const Origin& origin, Errors& errors) {
  return Reader(text, origin, errors).document();
}

}  // namespace rhumb
