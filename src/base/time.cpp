#include "base/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

struct Unit {
  std::string_view name;
  double micros;
};

constexpr auto kUnits = std::to_array<Unit>({
    {"us", 1},         {"ms", 1e3},      {"s", 1e6},         {"sec", 1e6},        {"second", 1e6},
    {"seconds", 1e6},  {"m", 60e6},      {"min", 60e6},      {"minute", 60e6},    {"minutes", 60e6},
    {"h", 3600e6},     {"hour", 3600e6}, {"hours", 3600e6},  {"d", 86400e6},      {"day", 86400e6},
    {"days", 86400e6}, {"w", 604800e6},  {"week", 604800e6}, {"weeks", 604800e6},
});

}  // namespace

Micros now_micros() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

std::string format_utc(Micros at) {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds(at)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

int32_t days_from_civil(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  const sys_days date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return static_cast<int32_t>(date.time_since_epoch().count());
}

std::optional<Micros> parse_duration(std::string_view text) {
  text = trim(text);
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc{} || !(amount >= 0)) return std::nullopt;
  const std::string unit = to_lower(trim(text.substr(static_cast<size_t>(end - text.data()))));
  for (const Unit& known : kUnits) {
    const double micros = amount * known.micros;
    if (known.name == unit && micros < 9e18) return static_cast<Micros>(std::llround(micros));
  }
  return std::nullopt;
}

Stopwatch::Stopwatch() : start_ns_(std::chrono::steady_clock::now().time_since_epoch().count()) {}

double Stopwatch::seconds() const {
  return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count() -
                             start_ns_) /
         1e9;
}

}  // namespace rhumb
