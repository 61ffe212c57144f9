#include "decode/nmea/nmea_input.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr size_t kLongestLine = size_t{4} << 10;  // the standard has 82
constexpr Micros kDay = 86'400'000'000;
constexpr size_t kMostOthers = 100;

enum NmeaField : size_t {
  kPosition,
  kAltitude,
  kTime,
  kSpeed,
  kCourse,
  kSatellites,
  kHdop,
  kQuality,
  kValid,
  kFields
};

template <typename T>
void keep(std::optional<T>& known, const std::optional<T>& said) {
  if (!known) known = said;
}

template <typename T>
void put(const std::optional<T>& value, FieldValue& out) {
  if (value) out.set_text(fmt::format("{}", *value));
}

}  // namespace

NmeaInput::NmeaInput(std::unique_ptr<TextInput> input, std::optional<int32_t> date)
    : lines_(std::move(input), kLongestLine), date_(date) {}

const std::vector<RecordField>& NmeaInput::fields() const {
  static const std::vector<RecordField> all = {
      {"position", {.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint}},
      {"altitude_m", {.id = TypeId::kDouble}},
      {"recorded_at", {.id = TypeId::kTimestampTz}},
      {"speed_mps", {.id = TypeId::kDouble}},
      {"course_deg", {.id = TypeId::kDouble}},
      {"satellites", {.id = TypeId::kInteger}},
      {"hdop", {.id = TypeId::kDouble}},
      {"fix_quality", {.id = TypeId::kInteger}},
      {"valid", {.id = TypeId::kBoolean}}};
  return all;
}

Result<bool> NmeaInput::next(Record& out) {
  std::string_view line;
  while (ready_.empty()) {
    RHUMB_ASSIGN(const bool more, lines_.next(line));
    if (more) {
      take_line(line);
      continue;
    }
    if (!fix_) return false;
    finish_fix();
  }
  out = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

void NmeaInput::take_line(std::string_view line) {
  if (trim(line).empty()) return;
  if (lines_.is_cut())
    return refuse(line, RejectReason::kTooLong, "the line is longer than any sentence");
  NmeaFacts facts;
  std::string fault;
  if (!read_nmea_sentence(line, facts, fault))
    return refuse(line, RejectReason::kMalformed, std::move(fault));
  if (facts.type != "GGA" && facts.type != "RMC") {
    if (others_.size() < kMostOthers || others_.contains(facts.type)) ++others_[facts.type];
    return;
  }
  if (fix_ && !belongs(facts)) finish_fix();
  merge(facts, line);
}

void NmeaInput::refuse(std::string_view line, RejectReason reason, std::string fault) {
  Record& record = ready_.emplace_back();
  record.reset(kFields);
  record.number = lines_.number();
  record.raw = line;
  record.refuse(reason, std::move(fault));
}

bool NmeaInput::belongs(const NmeaFacts& facts) const {
  const auto& types = fix_->types;
  return facts.clock == fix_->facts.clock &&
         std::find(types.begin(), types.end(), facts.type) == types.end();
}

void NmeaInput::merge(const NmeaFacts& facts, std::string_view line) {
  if (!fix_) fix_ = Fix{.line = lines_.number()};
  fix_->raw += (fix_->raw.empty() ? "" : "\n") + std::string(line);
  fix_->types.push_back(facts.type);
  NmeaFacts& known = fix_->facts;
  keep(known.clock, facts.clock);
  keep(known.date, facts.date);
  keep(known.at, facts.at);
  keep(known.altitude, facts.altitude);
  keep(known.speed, facts.speed);
  keep(known.course, facts.course);
  keep(known.hdop, facts.hdop);
  keep(known.satellites, facts.satellites);
  keep(known.quality, facts.quality);
  if (facts.valid) known.valid = known.valid.value_or(true) && *facts.valid;
}

void NmeaInput::finish_fix() {
  set_date(fix_->facts);
  ready_.push_back(make_record(*fix_));
  fix_.reset();
}

// A fix without a date is of the day of the one before, or of the next when its clock is far
// behind.
void NmeaInput::set_date(NmeaFacts& facts) {
  if (!facts.date && date_ && facts.clock) {
    const bool midnight = clock_ && *facts.clock + kDay / 2 < *clock_;
    facts.date = *date_ + (midnight ? 1 : 0);
  }
  if (!facts.date || !facts.clock) return;
  date_ = facts.date;
  clock_ = facts.clock;
}

Record NmeaInput::make_record(const Fix& fix) const {
  Record out;
  out.reset(kFields);
  out.number = fix.line;
  out.raw = fix.raw;
  const NmeaFacts& facts = fix.facts;
  if (facts.at) {
    const WkbPoint point = make_wkb_point(facts.at->x, facts.at->y);
    out.values[kPosition].set(FieldValue::Kind::kGeometry, {point.data(), point.size()});
  }
  put(facts.altitude, out.values[kAltitude]);
  if (facts.date && facts.clock) {
    out.values[kTime].set_text(format_utc(*facts.date * kDay + *facts.clock));
  }
  put(facts.speed, out.values[kSpeed]);
  put(facts.course, out.values[kCourse]);
  put(facts.satellites, out.values[kSatellites]);
  put(facts.hdop, out.values[kHdop]);
  put(facts.quality, out.values[kQuality]);
  put(facts.valid, out.values[kValid]);
  return out;
}

std::vector<std::string> NmeaInput::notes() const {
  std::vector<std::string> parts;
  for (const auto& [type, count] : others_) {
    parts.push_back(fmt::format("{} {}", human_count(count), printable(type, 20)));
  }
  if (parts.empty()) return {};
  return {fmt::format("sentences that give no position, passed over: {}", join(parts, ", "))};
}

}  // namespace rhumb
