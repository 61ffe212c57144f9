#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/secret.h"

namespace rhumb {

// How scalars are written; nothing when the text is none. The whole text must fit.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);     ///< `true`, `False`
[[nodiscard]] std::optional<int64_t> parse_integer(std::string_view text);  ///< `-12`, `+3`
[[nodiscard]] std::optional<double> parse_number(std::string_view text);  ///< finite: `1e3`, `-.5`
/// `5%` or `0.05`, from 0 to 1.
[[nodiscard]] std::optional<double> parse_fraction(std::string_view text);
/// `4 GiB`, `512MB`, `4096`: units of 1000 (KB) or 1024 (KiB), bytes without one.
[[nodiscard]] std::optional<uint64_t> parse_size(std::string_view text);

/// A value of the user's configuration that knows where it stands. Made by project/ from YAML (and
/// already checked against its Declaration, defaults filled in), read by every component.
/// Immutable once made; cheap enough to copy.
class Config {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap };
  using Entry = std::pair<std::string, Config>;

  Config() = default;
  static Config scalar(std::string text, Place place, bool quoted = false);
  static Config list(std::vector<Config> items, Place place);
  static Config map(std::vector<Entry> entries, Place place);
  static Config null(Place place);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] bool quoted() const { return quoted_; }

  /// Text of a scalar, "" otherwise. `${ENV}` and `file:` references are still unresolved here.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<Config>& items() const { return items_; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  /// The entry of that key, or a null Config placed where this map stands (for a value that is no
  /// map: without a place). Linear in the number of entries.
  [[nodiscard]] const Config& operator[](std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;
  /// Place of the key itself (not of its value).
  [[nodiscard]] Place key_place(std::string_view key) const;
  void set_key_place(std::string key, Place place);

  // Typed access, for values that passed their Declaration. The fallback is for absent keys.
  [[nodiscard]] std::string as_text(std::string fallback = "") const;
  [[nodiscard]] bool as_bool(bool fallback = false) const;
  [[nodiscard]] int64_t as_integer(int64_t fallback = 0) const;
  [[nodiscard]] double as_number(double fallback = 0) const;
  [[nodiscard]] double as_fraction(double fallback = 0) const;   ///< `5%` -> 0.05, `0.05` -> 0.05
  [[nodiscard]] uint64_t as_bytes(uint64_t fallback = 0) const;  ///< `4 GiB`, `512MB`
  [[nodiscard]] std::vector<std::string> as_texts() const;  ///< a list of scalars, or one scalar

 private:
  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
  std::string text_;
  std::vector<Config> items_;
  std::vector<Entry> entries_;
  std::map<std::string, Place, std::less<>> key_places_;
  Place place_;
  std::shared_ptr<const Config> absent_;  ///< what operator[] gives for a key that a map has not
};

}  // namespace rhumb
