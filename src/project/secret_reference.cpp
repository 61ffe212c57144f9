#include "project/secret_reference.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"
#include "project/project.h"
#include "project/text_file.h"

namespace rhumb {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::string_view kUseVariable =
    "name an environment variable instead, for example `${WAREHOUSE_URL}`, or a file: `file:PATH`";

bool is_variable_name(std::string_view name) {
  const auto part = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), part);
}

/// Replaces `${NAME}` by what `look_up` gives for it and `$${` by `${`.
template <typename LookUp>
Result<std::string> expand(const Config& value, LookUp look_up) {
  const std::string_view text = value.text();
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at, 3) == "$${") {
      out += "${";
      at += 3;
    } else if (text.substr(at, 2) != "${") {
      out += text[at++];
    } else {
      const size_t end = text.find('}', at);
      const std::string_view name =
          end == std::string_view::npos ? "" : text.substr(at + 2, end - at - 2);
      if (!is_variable_name(name)) {
        return Error{Code::kBadValue, "`${` must be followed by a variable's name and `}`",
                     "write `${NAME}`; `$${` gives the two characters themselves", value.place()};
      }
      RHUMB_ASSIGN(const std::string found, look_up(std::string(name)));
      out += found;
      at = end + 1;
    }
  }
  return out;
}

bool holds_reference(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

/// `scheme://user:PASSWORD@host`
std::string_view url_password(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view authority = text.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  const size_t colon = authority.find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return "";
  return authority.substr(colon + 1, at - colon - 1);
}

/// `host=db password=PASSWORD` or `...?password=PASSWORD&...`
std::string_view parameter_password(std::string_view text, const std::string& lower) {
  constexpr std::string_view kKey = "password";
  for (size_t at = lower.find(kKey); at != std::string::npos; at = lower.find(kKey, at + 1)) {
    size_t next = at + kKey.size();
    while (next < text.size() && text[next] == ' ') ++next;
    const bool begins_word =
        at == 0 || std::string_view(" ?&\t\n").find(lower[at - 1]) != std::string_view::npos;
    if (!begins_word || next >= text.size() || text[next] != '=') continue;
    const std::string_view rest = trim(text.substr(next + 1));
    return rest.substr(0, rest.find_first_of(" &"));
  }
  return "";
}

bool names_a_secret(const std::string& field) {
  constexpr std::array<std::string_view, 4> kWords = {"password", "secret", "token", "passphrase"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return field.find(word) != std::string::npos; });
}

bool is_written_out(const std::string& text, const std::string& field) {
  if (text.starts_with(kFile)) return false;
  if (names_a_secret(field)) return !text.empty() && !holds_reference(text);
  const std::array<std::string_view, 2> passwords = {url_password(text),
                                                     parameter_password(text, to_lower(text))};
  return std::any_of(passwords.begin(), passwords.end(), [](std::string_view password) {
    return !password.empty() && !holds_reference(password);
  });
}

Result<Secret> read_secret_file(const std::string& name, const std::filesystem::path& root,
                                const Place& place) {
  const std::filesystem::path path = root / name;
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) {
    return Error{Code::kNotFound,
                 fmt::format("the secret's file does not exist: {}", printable(name)),
                 "paths are relative to the project's folder", place};
  }
  auto text = read_text_file(path, name, Code::kBadValue);
  if (!text.ok()) {
    Error error = std::move(text).error();
    error.message = fmt::format("the secret's file cannot be taken: {}", error.message);
    error.place = place;
    return error;
  }
  // An editor ends the line; the secret does not.
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  return Secret(*std::move(text));
}

}  // namespace

std::optional<Error> refuse_secret(const Config& value, const std::string& field) {
  const auto shape =
      expand(value, [](const std::string&) -> Result<std::string> { return std::string(); });
  if (!shape.ok()) return shape.error();
  if (!is_written_out(value.text(), field)) return std::nullopt;
  return Error{Code::kBadValue, "a password must not be written into the project",
               std::string(kUseVariable), value.place()};
}

Result<Secret> resolve_secret(const Config& value, const std::filesystem::path& root) {
  RHUMB_ASSIGN(std::string text, expand(value, [&](const std::string& name) -> Result<std::string> {
                 const char* found = std::getenv(name.c_str());
                 if (found != nullptr) return std::string(found);
                 return Error{Code::kMissingVariable,
                              fmt::format("the environment variable {} is not set", name),
                              fmt::format("set it before the start: export {}=...", name),
                              value.place()};
               }));
  if (!value.text().starts_with(kFile)) return Secret(std::move(text));
  return read_secret_file(std::string(trim(std::string_view(text).substr(kFile.size()))), root,
                          value.place());
}

}  // namespace rhumb
