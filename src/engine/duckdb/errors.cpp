#include "engine/duckdb/errors.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

struct RawError {
  std::string type;
  std::string message;
  std::string name;                ///< of what was not found or did not fit
  std::optional<size_t> position;  ///< byte of the text the engine got
};

// Syntax errors carry a prefix before their JSON, a few errors are plain text.
RawError parse_raw(std::string_view raw) {
  RawError out{.type = "", .message = std::string(raw), .name = "", .position = std::nullopt};
  const size_t open = raw.find('{');
  if (open == std::string_view::npos) return out;
  const auto json = nlohmann::json::parse(raw.substr(open), nullptr, false);
  if (!json.is_object() || !json.contains("exception_message")) return out;
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  out = RawError{.type = text("exception_type"),
                 .message = text("exception_message"),
                 .name = text("name"),
                 .position = std::nullopt};
  const std::string position = text("position");
  size_t value = 0;
  const auto parsed = std::from_chars(position.data(), position.data() + position.size(), value);
  if (!position.empty() && parsed.ec == std::errc{}) out.position = value;
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Code code_of(const RawError& raw, Phase phase) {
  static const std::set<std::string, std::less<>> kAlwaysSql = {"Parser",
                                                                "Syntax",
                                                                "Binder",
                                                                "Catalog",
                                                                "Permission",
                                                                "Parameter Not Resolved",
                                                                "Parameter Not Allowed"};
  if (contains(raw.message, "No space left on device") ||
      contains(raw.message, "max_temp_directory_size")) {
    return Code::kDiskFull;
  }
  if (raw.type == "Out of Memory") return Code::kOutOfMemory;
  if (raw.type == "INTERRUPT" || raw.type == "Interrupt") return Code::kCancelled;
  if (raw.type == "IO")
    return contains(raw.message, "No files found") ? Code::kNotFound : Code::kIo;
  if (kAlwaysSql.contains(raw.type)) return Code::kBadSql;
  if (raw.type == "INTERNAL" || raw.type == "FATAL" || raw.type.empty()) return Code::kEngine;
  return phase == Phase::kPreparing ? Code::kBadSql : Code::kEngine;
}

// The forms for the engine's own two-dimensional types and the names of its own tables distract.
bool is_advice(std::string_view line) {
  constexpr std::string_view kNoise[] = {
      "_2D",       "Candidate functions:", "Candidate macros:", "\"pg_", "\"duckdb_",
      "\"sqlite_", "\"rhumb_raw"};
  return !line.empty() &&
         std::none_of(std::begin(kNoise), std::end(kNoise),
                      [&](std::string_view noise) { return contains(line, noise); });
}

// First line = what is wrong; what follows, and the advice that some messages have in their first
// line, = how to fix it.
void split_message(const std::string& message, Error& out) {
  constexpr std::string_view kCastAdvice = "You might need to add explicit type casts.";
  std::vector<std::string> advice;
  bool first = true;
  for (const std::string_view raw_line : split(message, '\n')) {
    std::string line(trim(raw_line));
    if (const size_t at = line.find(kCastAdvice); at != std::string::npos) {
      line = std::string(trim(line.substr(0, at)));
    }
    if (line.starts_with("* ")) line = line.substr(2);
    if (first && !line.empty()) {
      out.message = line;
      first = false;
    } else if (!first && is_advice(line)) {
      advice.push_back(line);
    }
  }
  out.hint = join(advice, "; ");
}

// What we know better than the engine.
void improve(const RawError& raw, Error& out) {
  if (raw.type == "Permission") {
    out.hint = "SQL of a project reads datasets only; declare a source for files and tables";
  } else if (contains(raw.message, "must have a coordinate reference system")) {
    out.message = "the geometry has no SRID, so it cannot be transformed";
    out.hint =
        "give it one: ST_SetSRID(geometry, 4326), or name both: ST_Transform(geometry, 4326, 3857)";
  } else if (contains(raw.message, "different coordinate reference systems")) {
    out.hint =
        "bring both to one system with ST_Transform(geometry, srid), or correct a wrong SRID with "
        "ST_SetSRID(geometry, srid)" +
        (out.hint.empty() ? "" : "; " + out.hint.substr(0, out.hint.find(';')));
  } else if (contains(raw.message, "is a Macro Function")) {
    out.hint = "use the aggregate itself, as in ST_Union_Agg(geometry) FILTER (WHERE ...)";
  } else if (out.code == Code::kOutOfMemory) {
    out.hint =
        "raise `memory_limit` in rhumb.yaml, or read fewer columns and rows at once; what the "
        "engine "
        "said: " +
        out.message;
    out.message = "the statement needs more memory than the engine may use";
  } else if (out.code == Code::kDiskFull) {
    out.hint =
        "free space on the disk of the store, where the engine keeps what does not fit in memory";
  } else if (out.code == Code::kCancelled) {
    out.message = "cancelled";
    out.hint.clear();
  }
}

bool begins_token(std::string_view sql, size_t offset) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  return offset == sql.size() ||
         std::any_of(tokens.begin(), tokens.end(),
                     [&](const SqlToken& token) { return token.begin == offset; });
}

// The engine's position counts in the text it was reading, which can be the body of a macro: what
// stands there in the user's statement must fit what the error is about.
bool is_plausible(const RawError& raw, std::string_view sql, size_t offset) {
  if (raw.type == "Parser") return true;
  if (!begins_token(sql, offset)) return false;
  if (raw.name.empty()) return true;
  const std::string text = to_lower(sql.substr(offset, raw.name.size() * 2 + 130));
  const size_t end = text.find_first_of(" \t\n(),;");
  const std::string name = to_lower(raw.name);
  return contains(text.substr(0, end), name) || text.starts_with("\"") ||
         contains(raw.message, "()");
}

}  // namespace

Error engine_error(std::string_view raw_text, const SqlText& sql, Phase phase) {
  const RawError raw = parse_raw(raw_text);
  Error out;
  out.code = code_of(raw, phase);
  split_message(raw.message, out);
  if (out.message.empty()) out.message = "the engine failed without a message";
  improve(raw, out);
  if (raw.position && *raw.position >= sql.user_begin && sql.user_size > 0) {
    const size_t offset = *raw.position - sql.user_begin;
    if (offset <= sql.user_size && is_plausible(raw, sql.user(), offset)) {
      out.place = place_at(sql.user(), offset);
    }
  }
  return out;
}

}  // namespace rhumb
