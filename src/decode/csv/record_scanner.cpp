#include "decode/csv/record_scanner.h"

#include <utility>

namespace rhumb {

std::string_view field_text(const FieldText& field, const CsvDialect& dialect,
                            std::string& scratch) {
  const std::string_view text(field.begin, static_cast<size_t>(field.end - field.begin));
  if (!field.escaped) return text;
  scratch.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == dialect.escape && i + 1 < text.size() &&
                      (text[i + 1] == dialect.quote || text[i + 1] == dialect.escape);
    scratch += pair ? text[++i] : text[i];
  }
  return scratch;
}

// Without quoting the delimiter is looked for twice, which costs nothing.
RecordScanner::RecordScanner(CsvDialect dialect, size_t max_record, size_t max_fields)
    : dialect_(std::move(dialect)),
      max_record_(max_record),
      max_fields_(max_fields),
      marks_(dialect_.delimiter, dialect_.quoting ? dialect_.quote : dialect_.delimiter) {
  fields_.reserve(max_fields_ < 64 ? max_fields_ : 64);
}

void RecordScanner::reset(const char* begin, const char* end, uint64_t line, bool complete) {
  end_ = end;
  complete_ = complete;
  at_ = begin;
  next_line_ = line;
  marks_.reset(begin, end);
}

RecordScanner::Step RecordScanner::next() {
  for (;;) {
    if (at_ == end_) return Step::kEnd;
    begin_ = at_;
    line_ = next_line_;
    fields_.clear();
    count_ = 0;
    fault_ = RecordFault::kNone;
    spanning_ = nullptr;
    const bool comment =
        !dialect_.comment.empty() &&
        std::string_view(begin_, static_cast<size_t>(end_ - begin_)).starts_with(dialect_.comment);
    const Step step = comment ? pass_line() : scan();
    if (step == Step::kMore) {
      at_ = begin_;
      next_line_ = line_;
      return step;
    }
    if (!comment && !is_blank()) return step;
  }
}

bool RecordScanner::is_blank() const {
  if (fault_ != RecordFault::kNone || count_ != 1) return false;
  for (const char* p = begin_; p < record_end_; ++p) {
    if (!is_space(*p)) return false;
  }
  return true;
}

RecordScanner::Step RecordScanner::scan() {
  const char* field = begin_;
  bool kept = false;  // the field stood in quotes and is done
  for (;;) {
    const char* mark = marks_.next();
    if (mark == nullptr) {
      if (!complete_) return more();
      mark = end_;
    } else if (*mark == dialect_.delimiter) {
      if (!kept) keep(field, mark);
      kept = false;
      field = mark + 1;
      continue;
    } else if (*mark != '\n' && *mark != '\r') {
      if (kept || !opens_quote(field, mark)) continue;
      const Step step = scan_quoted(mark);
      if (step == Step::kMore || fault_ != RecordFault::kNone) return step;
      kept = true;
      continue;
    }
    if (!kept) keep(field, mark);
    return end_record(mark);
  }
}

bool RecordScanner::opens_quote(const char* field, const char* mark) const {
  if (!dialect_.trim) return field == mark;
  while (field < mark && is_space(*field)) ++field;
  return field == mark;
}

bool RecordScanner::is_escaped(const char* open, const char* mark) const {
  size_t before = 0;
  for (const char* p = mark - 1; p > open && *p == dialect_.escape; --p) ++before;
  return before % 2 == 1;
}

// kRecord: the field is kept, or the record has a fault.
RecordScanner::Step RecordScanner::scan_quoted(const char* open) {
  const bool doubled = dialect_.escape == dialect_.quote;
  bool escaped = false;
  for (;;) {
    const char* mark = marks_.next();
    if (mark == nullptr) {
      const bool may_go_on = static_cast<size_t>(end_ - begin_) <= max_record_;
      if (!complete_ && may_go_on) return Step::kMore;
      return fail(RecordFault::kBadSpan, open);
    }
    if (static_cast<size_t>(mark - begin_) > max_record_) {
      return fail(RecordFault::kBadSpan, open);
    }
    const bool last = mark + 1 == end_;
    if (*mark == '\n' || (*mark == '\r' && (last || mark[1] != '\n'))) {
      ++next_line_;
      if (spanning_ == nullptr) spanning_ = open;
    }
    if (*mark != dialect_.quote) continue;
    if (doubled && last && !complete_) return Step::kMore;
    if (doubled && !last && mark[1] == dialect_.quote) {
      marks_.next();
      escaped = true;
    } else if (!doubled && is_escaped(open, mark)) {
      escaped = true;
    } else {
      return close_quoted(open, mark, escaped || !doubled);
    }
  }
}

RecordScanner::Step RecordScanner::close_quoted(const char* open, const char* close, bool escaped) {
  const char* after = close + 1;
  while (dialect_.trim && after < end_ && is_space(*after)) ++after;
  if (after == end_) {
    if (!complete_) return more();
  } else if (*after != dialect_.delimiter && *after != '\n' && *after != '\r') {
    return fail(RecordFault::kBadQuoting, close + 1);
  }
  if (count_++ < max_fields_) fields_.push_back({open + 1, close, true, escaped});
  return Step::kRecord;
}

void RecordScanner::keep(const char* begin, const char* end) {
  if (count_++ >= max_fields_) return;
  if (dialect_.trim) {
    while (begin < end && is_space(*begin)) ++begin;
    while (begin < end && is_space(end[-1])) --end;
  }
  fields_.push_back({begin, end, false, false});
}

RecordScanner::Step RecordScanner::end_record(const char* mark) {
  if (static_cast<size_t>(mark - begin_) > max_record_) return fail(RecordFault::kTooLong, begin_);
  return end_line(mark);
}

RecordScanner::Step RecordScanner::end_line(const char* mark) {
  record_end_ = mark;
  ++next_line_;
  at_ = mark;
  if (mark == end_) return Step::kRecord;
  ++at_;
  if (*mark != '\r') return Step::kRecord;
  if (at_ == end_) return complete_ ? Step::kRecord : Step::kMore;  // a LF may follow
  if (*at_ == '\n') {
    ++at_;
    marks_.next();
  }
  return Step::kRecord;
}

// More text cannot help a record that is too long already.
RecordScanner::Step RecordScanner::more() {
  const bool may_go_on = static_cast<size_t>(end_ - begin_) <= max_record_ + 1;
  return may_go_on ? Step::kMore : fail(RecordFault::kTooLong, begin_);
}

RecordScanner::Step RecordScanner::pass_line() {
  const char* mark = marks_.next();
  while (mark != nullptr && *mark != '\n' && *mark != '\r') mark = marks_.next();
  if (mark == nullptr && !complete_) return Step::kMore;
  return end_line(mark == nullptr ? end_ : mark);
}

RecordScanner::Step RecordScanner::fail(RecordFault fault, const char* at) {
  // Blocks may end behind the first line, where nothing but the open quote can be seen: what is
  // said about the record must not depend on that.
  fault_ = spanning_ != nullptr ? RecordFault::kBadSpan : fault;
  fault_at_ = spanning_ != nullptr ? spanning_ : at;
  fields_.clear();
  count_ = 0;
  next_line_ = line_;
  marks_.seek(begin_);
  const Step step = pass_line();
  if (step == Step::kMore) return step;
  // A line that is itself too long is that, whatever else it holds.
  if (static_cast<size_t>(record_end_ - begin_) > max_record_) fault_ = RecordFault::kTooLong;
  return step;
}

}  // namespace rhumb
