#include "decode/json/json_framer.h"

#include <algorithm>
#include <cstring>

namespace rhumb {
namespace {

using Outcome = JsonExtent::Outcome;

constexpr char kRecordSeparator = '\x1E';
constexpr size_t kKeptMember = size_t{64} << 10;
constexpr size_t kKeptMembers = 64;
constexpr const char* kNeverClosed = "a quote or bracket is not closed within max_record";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == kRecordSeparator;
}

size_t distance(const char* from, const char* to) {
  return static_cast<size_t>(to - from);
}

// The later of two pointers means farther away, and none is farthest.
const char* nearer(const char* a, const char* b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  return std::min(a, b);
}

}  // namespace

JsonFramer::JsonFramer(JsonFraming framing) : framing_(std::move(framing)) {}

void JsonFramer::reset(const char* begin, const char* end, bool complete) {
  begin_ = at_ = begin;
  end_ = end;
  complete_ = complete;
  scan_.reset(end, complete);
}

JsonFramer::Step JsonFramer::next(JsonFrame& out) {
  if (skipping_) {
    const char* const found = next_beginning(at_, {});
    if (found == nullptr) {
      // What begins at the very end may only show with what follows.
      const size_t kept = complete_ ? 0 : std::min<size_t>(distance(at_, end_), 64);
      advance(end_ - kept);
      if (!complete_) return Step::kMore;
    } else {
      advance(found);
    }
    skipping_ = false;
  }
  switch (where_) {
    case Where::kRoot:
      return at_root(out);
    case Where::kElements:
      return at_element(out);
    case Where::kBehind:
      return behind_elements(out);
  }
  return Step::kEnd;
}

// ---- where the text stands

JsonFramer::Step JsonFramer::at_root(JsonFrame& out) {
  if (!pass_separators(",")) return end_of_text(out);
  if (*at_ == '[') {
    advance(at_ + 1);
    depth_ = 0;
    where_ = Where::kElements;
    has_array_ = true;
    return at_element(out);
  }
  if (*at_ != '{') return take_other(out);
  if (framing_.path.empty() || begins_feature(at_)) return take_container(out);
  return enter_object(out);
}

JsonFramer::Step JsonFramer::at_element(JsonFrame& out) {
  if (!pass_separators(",")) return end_of_text(out);
  if (*at_ == '{') return take_container(out);
  if (*at_ != ']') return take_other(out);
  advance(at_ + 1);
  where_ = depth_ > 0 ? Where::kBehind : Where::kRoot;
  return next(out);
}

JsonFramer::Step JsonFramer::behind_elements(JsonFrame& out) {
  for (;;) {
    if (!pass_separators(",")) return end_of_text(out);
    if (*at_ == '}') {
      advance(at_ + 1);
      if (--depth_ == 0) break;
      continue;
    }
    if (*at_ != '"') {  // the array was closed too early: records go on
      where_ = Where::kElements;
      return at_element(out);
    }
    const JsonExtent name = scan_.string(at_);
    if (name.outcome == Outcome::kMore) return Step::kMore;
    const char* const colon = name.outcome == Outcome::kWhole ? scan_.skip_space(name.at) : nullptr;
    if (colon == end_) return complete_ ? end_of_text(out) : Step::kMore;
    if (colon == nullptr || *colon != ':') return take_other(out);
    const char* const value = scan_.skip_space(colon + 1);
    const JsonExtent extent = value_extent(value);
    if (extent.outcome == Outcome::kMore && distance(at_, end_) <= framing_.max_record) {
      return Step::kMore;
    }
    if (extent.outcome != Outcome::kWhole) return take_broken(out, extent);
    keep_member({at_ + 1, distance(at_, name.at) - 2}, {value, distance(value, extent.at)});
    advance(extent.at);
  }
  where_ = Where::kRoot;
  return at_root(out);
}

// Everything but the text's end can only be said once it is known to be the end.
JsonFramer::Step JsonFramer::end_of_text(JsonFrame& out) {
  if (!complete_) return Step::kMore;
  if (where_ != Where::kElements || told_end_) return Step::kEnd;
  told_end_ = true;
  return frame(out, at_, "the file ends before its array is closed: it may be cut off", at_);
}

// False at the end of the text.
bool JsonFramer::pass_separators(std::string_view also) {
  const char* at = at_;
  while (at < end_ && (is_blank(*at) || also.find(*at) != std::string_view::npos)) ++at;
  // A CR at the very end may be half of a line's end.
  if (at == end_ && !complete_ && at > at_ && at[-1] == '\r') --at;
  advance(at);
  return at < end_ && !is_blank(*at);
}

// ---- values

JsonExtent JsonFramer::value_extent(const char* at) {
  if (at == end_) {
    return {.outcome = complete_ ? Outcome::kBroken : Outcome::kMore,
            .at = at,
            .fault = "the file ends where a value is expected"};
  }
  if (*at == '{' || *at == '[') return scan_.container(at);
  if (*at == '"') return scan_.string(at);
  // A word longer than any record is taken in pieces of that size, wherever the text is cut.
  const bool cut = distance(at, end_) > framing_.max_record;
  const char* const stop = cut ? at + framing_.max_record : end_;
  const char* end = at;
  while (end < stop && std::strchr(" \t\r\n,]}{[\":", *end) == nullptr) ++end;
  if (end == end_ && !complete_) return {.outcome = Outcome::kMore, .at = end};
  if (end == at) {
    return {.outcome = Outcome::kBroken, .at = at, .fault = "a value is missing"};
  }
  return {.outcome = Outcome::kWhole, .at = end};
}

// Looks through the members of a root object for the array of records.
JsonFramer::Step JsonFramer::enter_object(JsonFrame& out) {
  std::vector<std::pair<std::string_view, std::string_view>> seen;
  const auto stop = [&](Outcome outcome, const char* at, const char* fault) {
    if (outcome == Outcome::kMore && distance(at_, end_) <= framing_.max_record) return Step::kMore;
    return take_broken(out, {.outcome = Outcome::kBroken, .at = at, .fault = fault});
  };
  size_t level = 0;
  for (const char* at = at_ + 1;;) {
    at = scan_.skip_space(at);
    while (at < end_ && *at == ',') at = scan_.skip_space(at + 1);
    if (at == end_) {
      return stop(complete_ ? Outcome::kBroken : Outcome::kMore, at,
                  "the file ends inside the record");
    }
    if (*at == '}') {
      if (level == 0) return frame(out, at + 1, nullptr, nullptr);
      --level;
      ++at;
      continue;
    }
    if (*at != '"') return stop(Outcome::kBroken, at, "a member's name is missing");
    const JsonExtent name = scan_.string(at);
    if (name.outcome != Outcome::kWhole) return stop(name.outcome, name.at, name.fault);
    const std::string_view text(at + 1, distance(at, name.at) - 2);
    at = scan_.skip_space(name.at);
    if (at < end_ && *at != ':') return stop(Outcome::kBroken, at, "a colon is missing");
    at = at < end_ ? scan_.skip_space(at + 1) : at;
    const bool wanted = level < framing_.path.size() && text == framing_.path[level] && at < end_;
    if (wanted && *at == '[' && level + 1 == framing_.path.size()) {
      for (const auto& [key, value] : seen) keep_member(key, value);
      depth_ = level + 1;
      where_ = Where::kElements;
      has_array_ = true;
      advance(at + 1);
      return at_element(out);
    }
    if (wanted && *at == '{' && level + 1 < framing_.path.size()) {
      ++level;
      ++at;
      continue;
    }
    const JsonExtent value = value_extent(at);
    if (value.outcome != Outcome::kWhole) return stop(value.outcome, value.at, value.fault);
    if (level == 0) seen.emplace_back(text, std::string_view(at, distance(at, value.at)));
    at = value.at;
  }
}

JsonFramer::Step JsonFramer::take_container(JsonFrame& out) {
  const JsonExtent extent = scan_.container(at_);
  switch (extent.outcome) {
    case Outcome::kWhole:
      return frame(out, extent.at, nullptr, nullptr);
    case Outcome::kMore:
      if (distance(at_, end_) <= framing_.max_record) return Step::kMore;
      return take_broken(out, {.outcome = Outcome::kBroken, .at = end_, .fault = kNeverClosed});
    case Outcome::kBroken:
      break;
  }
  return take_broken(out, extent);
}

// What stands where a record should.
JsonFramer::Step JsonFramer::take_other(JsonFrame& out) {
  JsonExtent extent = value_extent(at_);
  if (extent.outcome == Outcome::kMore) {
    if (distance(at_, end_) <= framing_.max_record) return Step::kMore;
    extent = {.outcome = Outcome::kBroken, .at = end_, .fault = kNeverClosed};
  }
  if (extent.outcome == Outcome::kBroken && *at_ != '[' && *at_ != '"') {
    return frame(out, at_ + 1, "expected an object", at_);
  }
  if (extent.outcome == Outcome::kBroken) return take_broken(out, extent);
  return frame(out, extent.at, "expected an object", at_);
}

// ---- broken records

JsonFramer::Step JsonFramer::take_broken(JsonFrame& out, const JsonExtent& extent) {
  // Beginnings are looked for inside of what was looked at in vain; so that a text made of them
  // takes no time squared, only while that has been little.
  scanned_ += distance(at_, extent.at);
  const bool frugal = scanned_ > 16 * offset_ + 8 * framing_.max_record;
  const char* const from = frugal ? std::max(extent.at, at_ + 1) : at_ + 1;
  const char* const found = from < end_ ? next_beginning(from, extent) : nullptr;
  scanned_ += distance(at_, found == nullptr ? end_ : found);
  const bool too_long = distance(at_, found == nullptr ? end_ : found) > framing_.max_record;
  if (found == nullptr && !complete_ && !too_long) return Step::kMore;
  skipping_ = found == nullptr && !complete_;
  const char* const fault_at = std::min(extent.at, end_);
  const Step step = frame(out, found == nullptr ? end_ : found, extent.fault, fault_at);
  out.too_long = too_long;
  return step;
}

const char* JsonFramer::next_beginning(const char* from, const JsonExtent& extent) const {
  const char* found = line_beginning(from);
  if (extent.is_opening && extent.at >= from && *extent.at == '{') {
    found = nearer(found, extent.at);
  }
  if (!framing_.features) return found;
  const char* const stop = found == nullptr ? end_ : found;
  for (const char* at = from; at < stop; ++at) {
    at = static_cast<const char*>(std::memchr(at, '{', distance(at, stop)));
    if (at == nullptr) return found;
    if (begins_feature(at)) return at;
  }
  return found;
}

// A brace that is the first of its line and no further in than the record's own.
const char* JsonFramer::line_beginning(const char* from) const {
  const uint64_t indent = skipping_ ? 0 : offset_ - line_start_;
  for (const char* at = from; at < end_; ++at) {
    at = static_cast<const char*>(std::memchr(at, '\n', distance(at, end_)));
    if (at == nullptr) return nullptr;
    const char* const begin = at + 1;
    const char* brace = begin;
    while (brace < end_ &&
           (*brace == ' ' || *brace == '\t' || *brace == ',' || *brace == kRecordSeparator))
      ++brace;
    if (brace < end_ && *brace == '{' && distance(begin, brace) <= indent + 1) return brace;
  }
  return nullptr;
}

bool JsonFramer::begins_feature(const char* at) const {
  if (!framing_.features) return false;
  const auto accept = [&](std::string_view word) {
    at = scan_.skip_space(at);
    if (distance(at, end_) < word.size() || std::memcmp(at, word.data(), word.size()) != 0) {
      return false;
    }
    at += word.size();
    return true;
  };
  return accept("{") && accept("\"type\"") && accept(":") && accept("\"Feature\"");
}

// ---- the record found

JsonFramer::Step JsonFramer::frame(JsonFrame& out, const char* end, const char* fault,
                                   const char* fault_at) {
  const char* last = end;
  while (last > at_ && fault != nullptr && (is_blank(last[-1]) || last[-1] == ',')) --last;
  out = {.begin = distance(begin_, at_),
         .end = distance(begin_, last),
         .number = ++number_,
         .offset = offset_,
         .line = line_,
         .column = static_cast<uint32_t>(std::min<uint64_t>(offset_ - line_start_ + 1, UINT32_MAX)),
         .fault = fault,
         .fault_at = fault == nullptr ? 0 : distance(begin_, fault_at)};
  if (fault == nullptr && distance(at_, end) > framing_.max_record) out.too_long = true;
  advance(end);
  return Step::kFrame;
}

void JsonFramer::advance(const char* to) {
  const uint64_t lines = count_lines(at_, to);
  if (lines > 0) {
    line_ += lines;
    const char* last = to;
    while (last > at_ && last[-1] != '\n' && last[-1] != '\r') --last;
    line_start_ = offset_ + distance(at_, last);
  }
  offset_ += distance(at_, to);
  at_ = to;
}

void JsonFramer::keep_member(std::string_view name, std::string_view value) {
  if (members_.size() == kKeptMembers || value.size() > kKeptMember) return;
  members_.emplace_back(name, value);
}

}  // namespace rhumb
