#include "io/pg/connection_url.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr std::string_view kExpected = "expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE";

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

// What follows `postgresql://`, or nothing for the key=value form.
std::string_view after_scheme(std::string_view url) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
    if (url.starts_with(scheme)) return url.substr(scheme.size());
  }
  return {};
}

Options parse(const Secret& url) {
  char* message = nullptr;  // not shown: it quotes parts of the URL
  Options options(PQconninfoParse(url.reveal().c_str(), &message));
  PQfreemem(message);
  return options;
}

}  // namespace

Status check_connection_url(const Secret& url) {
  if (trim(url.reveal()).empty()) {
    return Error{
        Code::kConnect, "the connection URL of the database is empty", std::string(kExpected), {}};
  }
  // libpq ends the user and password at the first `@` or `/`; neither may follow an `@` of its own.
  const std::string_view rest = after_scheme(url.reveal());
  const std::string_view before_query = rest.substr(0, rest.find('?'));
  const size_t at = before_query.find('@');
  const size_t last_at = rest.rfind('@');
  const bool cut_short = last_at != std::string_view::npos &&
                         (at == std::string_view::npos || at != last_at ||
                          before_query.substr(0, at).find('/') != std::string_view::npos);
  // A database or parameter may hold `@`; a password in front of it decides.
  if (cut_short && rest.substr(0, last_at).find(':') != std::string_view::npos) {
    return Error{Code::kConnect,
                 "the connection URL of the database cannot be read unambiguously",
                 "write special characters of the password percent-encoded: @ as %40, / as %2F, "
                 ": as %3A, ? as %3F, # as %23, % as %25",
                 {}};
  }
  if (!parse(url)) {
    return Error{Code::kConnect,
                 "the connection URL of the database cannot be read",
                 std::string(kExpected),
                 {}};
  }
  return {};
}

std::vector<std::string> secrets_of_url(const Secret& url) {
  std::vector<std::string> secrets{url.reveal()};
  const std::string_view rest = after_scheme(url.reveal());
  if (const size_t at = rest.find('@'); at != std::string_view::npos) {
    const std::string_view user = rest.substr(0, at);
    if (const size_t colon = user.find(':'); colon != std::string_view::npos) {
      secrets.emplace_back(user.substr(colon + 1));
    }
  }
  if (const Options options = parse(url)) {
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
      const std::string_view keyword = option->keyword;
      if (option->val != nullptr && (keyword == "password" || keyword == "sslpassword")) {
        secrets.emplace_back(option->val);
      }
    }
  }
  // Replacing one or two characters everywhere would show what they are.
  std::erase_if(secrets, [](const std::string& secret) { return secret.size() < 3; });
  // The longest first: one may be a part of another.
  std::sort(secrets.begin(), secrets.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return secrets;
}

std::string without_secrets(std::string message, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    for (size_t at = message.find(secret); at != std::string::npos; at = message.find(secret, at)) {
      message.replace(at, secret.size(), "***");
      at += 3;
    }
  }
  return std::string(trim(message));
}

}  // namespace rhumb
