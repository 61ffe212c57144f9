#include "io/charset/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

// The C library keeps what libraries call a pointer in an opaque iconv_t; -1 means none.
bool is_none(void* handle) {
  return reinterpret_cast<intptr_t>(handle) == -1;
}

}  // namespace

void CharsetReader::Close::operator()(void* handle) const {
  ::iconv_close(handle);
}

Result<CharsetReader> CharsetReader::make(const std::string& charset) {
  void* const handle = ::iconv_open("UTF-8", charset.c_str());
  if (!is_none(handle)) return CharsetReader(handle);
  return Error{Code::kBadValue,
               fmt::format("the character set '{}' is not known", printable(charset, 60)),
               "name another, for example `encoding: CP1252`; `iconv -l` lists them",
               {}};
}

bool CharsetReader::to_utf8(std::string_view bytes, std::string& out) {
  out.clear();
  ::iconv(handle_.get(), nullptr, nullptr, nullptr, nullptr);
  // iconv does not change the input, its signature is older than const.
  char* from = const_cast<char*>(bytes.data());
  size_t left = bytes.size();
  std::array<char, 512> piece;
  while (left > 0) {
    char* to = piece.data();
    size_t room = piece.size();
    const size_t done = ::iconv(handle_.get(), &from, &left, &to, &room);
    out.append(piece.data(), piece.size() - room);
    if (done == static_cast<size_t>(-1) && errno != E2BIG) return false;
  }
  return true;
}

}  // namespace rhumb
