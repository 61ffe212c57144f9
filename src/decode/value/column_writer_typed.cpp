// The part of ColumnWriter that takes values which are no text.

#include <fmt/format.h>

#include "base/time.h"
#include "decode/value/column_writer.h"

namespace rhumb {
namespace {

// To the microsecond, and no longer than it must be.
std::string instant_text(Micros at) {
  std::string text = format_utc(at);
  const Micros below = (at % 1000 + 1000) % 1000;
  if (below != 0) text.insert(text.size() - 1, fmt::format("{:03}", below));
  return text;
}

}  // namespace

bool ColumnWriter::write_number(double value, ColumnData& out, ValueFault& fault) {
  if (type_ == TypeId::kDouble && !column_.min && !column_.max) {
    out.append(value);
    return true;
  }
  return write_value(fmt::format("{}", value), out, fault);
}

bool ColumnWriter::write_whole(int64_t value, ColumnData& out, ValueFault& fault) {
  if (type_ == TypeId::kInteger && !column_.min && !column_.max) {
    out.append(value);
    return true;
  }
  return write_value(fmt::format("{}", value), out, fault);
}

bool ColumnWriter::write_instant(Micros at, ColumnData& out, ValueFault& fault) {
  if (type_ == TypeId::kTimestampTz) {
    out.append(at);
    return true;
  }
  return write_value(instant_text(at), out, fault);
}

}  // namespace rhumb
