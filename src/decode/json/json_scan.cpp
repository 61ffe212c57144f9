#include "decode/json/json_scan.h"

namespace rhumb {
namespace {

using Outcome = JsonExtent::Outcome;

JsonExtent broken(const char* at, const char* fault) {
  return {.outcome = Outcome::kBroken, .at = at, .fault = fault};
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

void JsonScan::seek(const char* at) {
  window_ = at;
  bits_ = at < end_ ? TextWindow(at).json_structure() & bits_before(at, end_) : 0;
}

// nullptr behind the last one.
const char* JsonScan::next() {
  while (bits_ == 0) {
    window_ += 64;
    if (window_ >= end_) {
      window_ = end_;
      return nullptr;
    }
    bits_ = TextWindow(window_).json_structure() & bits_before(window_, end_);
  }
  const char* const found = window_ + __builtin_ctzll(bits_);
  bits_ &= bits_ - 1;
  return found;
}

JsonExtent JsonScan::at_end(const char* fault) const {
  return complete_ ? broken(end_, fault) : JsonExtent{.outcome = Outcome::kMore, .at = end_};
}

// An opening bracket is the first of all, a member's value or an array's element.
bool JsonScan::may_open(const char* at) const {
  if (depth_ == 0) return true;
  do --at;
  while (at > begin_ && is_space(*at));
  return objects_[depth_ - 1] ? *at == ':' : *at == '[' || *at == ',';
}

// At the end of a text that goes on nothing can be said.
bool JsonScan::follows_string(const char* at) const {
  at = skip_space(at);
  return at == end_ || *at == ',' || *at == ':' || *at == '}' || *at == ']';
}

// The scan stands behind the opening quote.
JsonExtent JsonScan::close_string() {
  while (const char* at = next()) {
    if (*at == '\\') {
      if (at + 1 >= end_) break;
      if (at[1] != '\n') seek(at + 2);
    } else if (*at == '\n') {
      return broken(at, "a text in quotes is not closed on its line");
    } else if (*at == '"') {
      return {.outcome = Outcome::kWhole, .at = at + 1};
    }
  }
  return at_end("the file ends inside a text in quotes");
}

JsonExtent JsonScan::string(const char* at) {
  seek(at + 1);
  return close_string();
}

JsonExtent JsonScan::container(const char* begin) {
  begin_ = begin;
  depth_ = 0;
  seek(begin);
  while (const char* at = next()) {
    switch (*at) {
      case '"': {
        const JsonExtent text = close_string();
        if (text.outcome != Outcome::kWhole) return text;
        if (!follows_string(text.at))
          return broken(text.at, "a comma or a bracket must follow a text in quotes");
        break;
      }
      case '{':
      case '[':
        if (!may_open(at)) {
          JsonExtent out =
              broken(at, "a bracket or a comma is missing before a bracket that opens");
          out.is_opening = true;
          return out;
        }
        if (depth_ == kMaxDepth) return broken(at, "it is nested too deeply");
        objects_[depth_++] = *at == '{';
        break;
      case '}':
      case ']':
        if (objects_[depth_ - 1] != (*at == '}'))
          return broken(at, "a bracket is closed by one of the other kind");
        if (--depth_ == 0) return {.outcome = Outcome::kWhole, .at = at + 1};
        break;
      case '\\':
        return broken(at, "a backslash stands outside of a text in quotes");
      default:
        break;  // a line's end between values
    }
  }
  return at_end("the file ends inside the record");
}

}  // namespace rhumb
