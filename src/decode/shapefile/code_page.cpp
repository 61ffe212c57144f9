#include "decode/shapefile/code_page.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb {
namespace {

struct Language {
  uint8_t byte;
  const char* charset;
};

// Source: the table of language driver ids of dBASE and FoxPro, as GIS programs use it.
constexpr auto kLanguages = std::to_array<Language>(
    {{0x01, "CP437"},  {0x02, "CP850"},  {0x03, "CP1252"}, {0x04, "MACINTOSH"}, {0x08, "CP865"},
     {0x09, "CP437"},  {0x0A, "CP850"},  {0x0B, "CP437"},  {0x0D, "CP437"},     {0x0E, "CP850"},
     {0x0F, "CP437"},  {0x10, "CP850"},  {0x11, "CP437"},  {0x12, "CP850"},     {0x13, "CP932"},
     {0x14, "CP850"},  {0x15, "CP437"},  {0x16, "CP850"},  {0x17, "CP865"},     {0x18, "CP437"},
     {0x19, "CP437"},  {0x1A, "CP850"},  {0x1B, "CP437"},  {0x1C, "CP863"},     {0x1D, "CP850"},
     {0x1F, "CP852"},  {0x22, "CP852"},  {0x23, "CP852"},  {0x24, "CP860"},     {0x25, "CP850"},
     {0x26, "CP866"},  {0x37, "CP850"},  {0x40, "CP852"},  {0x4D, "CP936"},     {0x4E, "CP949"},
     {0x4F, "CP950"},  {0x50, "CP874"},  {0x57, "CP1252"}, {0x58, "CP1252"},    {0x59, "CP1252"},
     {0x64, "CP852"},  {0x65, "CP866"},  {0x66, "CP865"},  {0x67, "CP861"},     {0x6A, "CP737"},
     {0x6B, "CP857"},  {0x6C, "CP863"},  {0x78, "CP950"},  {0x79, "CP949"},     {0x7A, "CP936"},
     {0x7B, "CP932"},  {0x7C, "CP874"},  {0x86, "CP737"},  {0x87, "CP852"},     {0x88, "CP857"},
     {0xC8, "CP1250"}, {0xC9, "CP1251"}, {0xCA, "CP1254"}, {0xCB, "CP1253"},    {0xCC, "CP1257"}});

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_unicode(std::string_view name) {
  return equals_ignoring_case(name, "UTF-8") || equals_ignoring_case(name, "UTF8") ||
         name == "65001";
}

/// The C library's name of what a .cpg calls `1252`, `ANSI 1252`, `OEM 850`, `88591`.
std::string charset_name(std::string_view name) {
  const size_t space = name.rfind(' ');
  const std::string_view last = space == std::string_view::npos ? name : name.substr(space + 1);
  if (!all_digits(last)) return std::string(name);
  if (last.starts_with("8859") && last.size() > 4) return "ISO-8859-" + std::string(last.substr(4));
  return "CP" + std::string(last);
}

}  // namespace

Result<CodePage> CodePage::make(std::string_view name, uint8_t language) {
  CodePage page;
  name = trim(name);
  if (is_unicode(name)) {
    page.said_ = true;
    return page;
  }
  std::string charset = charset_name(name);
  if (name.empty()) {
    const auto known = std::find_if(kLanguages.begin(), kLanguages.end(),
                                    [&](const Language& each) { return each.byte == language; });
    page.said_ = known != kLanguages.end();
    charset = page.said_ ? known->charset : "CP1252";
  } else {
    page.said_ = true;
  }
  RHUMB_ASSIGN(page.reader_, CharsetReader::make(charset));
  return page;
}

bool CodePage::to_utf8(std::string_view bytes, std::string& out) {
  if (!reader_ || !said_) {
    const bool utf8 = is_utf8(bytes);
    if (utf8 || !reader_) {
      out.assign(bytes);
      return utf8;
    }
    guessed_ = true;
  }
  if (reader_->to_utf8(bytes, out)) return true;
  out.assign(bytes);
  return false;
}

}  // namespace rhumb
