#include "component/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace rhumb {
namespace {

template <typename T>
std::optional<T> parse_whole(std::string_view text) {
  text = trim(text);
  // from_chars takes no plus; people write one.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

struct SizeUnit {
  std::string_view name;  ///< lower case
  double bytes;
};

constexpr auto kSizeUnits = std::to_array<SizeUnit>({
    {"", 1},
    {"b", 1},
    {"kb", 1e3},
    {"mb", 1e6},
    {"gb", 1e9},
    {"tb", 1e12},
    {"kib", 1024.0},
    {"mib", 1048576.0},
    {"gib", 1073741824.0},
    {"tib", 1099511627776.0},
});

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string word = to_lower(trim(text));
  if (word == "true") return true;
  if (word == "false") return false;
  return std::nullopt;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  return parse_whole<int64_t>(text);
}

std::optional<double> parse_number(std::string_view text) {
  const auto value = parse_whole<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<double> parse_fraction(std::string_view text) {
  text = trim(text);
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  auto value = parse_number(text);
  if (value && percent) *value /= 100;
  return value && *value >= 0 && *value <= 1 ? value : std::nullopt;
}

std::optional<uint64_t> parse_size(std::string_view text) {
  text = trim(text);
  const size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto amount = parse_number(text.substr(0, digits));
  const std::string unit = to_lower(trim(text.substr(digits)));
  const auto known = std::find_if(kSizeUnits.begin(), kSizeUnits.end(),
                                  [&](const SizeUnit& each) { return each.name == unit; });
  if (!amount || known == kSizeUnits.end() || *amount * known->bytes >= 0x1p63) return std::nullopt;
  return static_cast<uint64_t>(std::llround(*amount * known->bytes));
}

Config Config::scalar(std::string text, Place place, bool quoted) {
  Config made;
  made.kind_ = Kind::kScalar;
  made.quoted_ = quoted;
  made.text_ = std::move(text);
  made.place_ = std::move(place);
  return made;
}

Config Config::list(std::vector<Config> items, Place place) {
  Config made;
  made.kind_ = Kind::kList;
  made.items_ = std::move(items);
  made.place_ = std::move(place);
  return made;
}

Config Config::map(std::vector<Entry> entries, Place place) {
  Config made;
  made.kind_ = Kind::kMap;
  made.entries_ = std::move(entries);
  made.absent_ = std::make_shared<const Config>(null(place));
  made.place_ = std::move(place);
  return made;
}

Config Config::null(Place place) {
  Config made;
  made.place_ = std::move(place);
  return made;
}

const Config& Config::operator[](std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.first == key) return entry.second;
  }
  if (absent_) return *absent_;
  if (is_null()) return *this;
  static const Config nothing;
  return nothing;
}

bool Config::has(std::string_view key) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.first == key; });
}

Place Config::key_place(std::string_view key) const {
  const auto found = key_places_.find(key);
  return found != key_places_.end() ? found->second : (*this)[key].place();
}

void Config::set_key_place(std::string key, Place place) {
  key_places_.insert_or_assign(std::move(key), std::move(place));
}

std::string Config::as_text(std::string fallback) const {
  if (kind_ == Kind::kScalar) return text_;
  return fallback;
}

bool Config::as_bool(bool fallback) const {
  return parse_boolean(text_).value_or(fallback);
}

int64_t Config::as_integer(int64_t fallback) const {
  return parse_integer(text_).value_or(fallback);
}

double Config::as_number(double fallback) const {
  return parse_number(text_).value_or(fallback);
}

double Config::as_fraction(double fallback) const {
  return parse_fraction(text_).value_or(fallback);
}

uint64_t Config::as_bytes(uint64_t fallback) const {
  return parse_size(text_).value_or(fallback);
}

std::vector<std::string> Config::as_texts() const {
  if (kind_ == Kind::kScalar) return {text_};
  std::vector<std::string> texts;
  for (const Config& item : items_) {
    if (item.kind_ == Kind::kScalar) texts.push_back(item.text_);
  }
  return texts;
}

}  // namespace rhumb
