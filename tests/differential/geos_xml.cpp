#include "geos_xml.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace rhumb {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

struct Element {
  std::string_view attributes;
  std::string_view content;
  size_t end = 0;  ///< in the text it was found in
};

/// The next <name ...>content</name> at or after `from`; elements of one name are not nested.
std::optional<Element> next_element(std::string_view text, std::string_view name, size_t from) {
  const std::string opening = "<" + std::string(name), closing = "</" + std::string(name) + ">";
  for (size_t at = text.find(opening, from); at != std::string_view::npos;
       at = text.find(opening, at + 1)) {
    const size_t after = at + opening.size();
    if (after >= text.size() || (text[after] != '>' && text[after] != ' ' && text[after] != '\n')) {
      continue;
    }
    const size_t open_end = text.find('>', after), close = text.find(closing, after);
    if (open_end == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
    return Element{text.substr(after, open_end - after),
                   trimmed(text.substr(open_end + 1, close - open_end - 1)),
                   close + closing.size()};
  }
  return std::nullopt;
}

std::string attribute(std::string_view attributes, std::string_view name) {
  const std::string opening = std::string(name) + "=\"";
  const size_t at = attributes.find(opening);
  if (at == std::string_view::npos) return {};
  const size_t first = at + opening.size();
  return std::string(attributes.substr(first, attributes.find('"', first) - first));
}

std::string without_comments(const std::string& text) {
  std::string out;
  size_t from = 0;
  for (size_t at = text.find("<!--"); at != std::string::npos; at = text.find("<!--", from)) {
    out += text.substr(from, at - from);
    const size_t end = text.find("-->", at);
    if (end == std::string::npos) return out;
    from = end + 3;
  }
  return out + text.substr(from);
}

void read_case(std::string_view text, const std::string& file, std::vector<GeosXmlQuestion>& out) {
  const auto a = next_element(text, "a", 0), b = next_element(text, "b", 0);
  const auto description = next_element(text, "desc", 0);
  if (!a || !b) return;
  size_t from = 0;
  while (const auto op = next_element(text, "op", from)) {
    from = op->end;
    GeosXmlQuestion question{.place = file,
                             .operation = attribute(op->attributes, "name"),
                             .a = std::string(a->content),
                             .b = std::string(b->content),
                             .argument = attribute(op->attributes, "arg3"),
                             .answer = std::string(op->content)};
    if (description) question.place += ": " + std::string(description->content);
    const std::string first = attribute(op->attributes, "arg1");
    if (first == "B" || first == "b") std::swap(question.a, question.b);
    out.push_back(std::move(question));
  }
}

}  // namespace

std::optional<std::vector<GeosXmlQuestion>> read_geos_xml(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  const std::string text =
      without_comments({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  std::vector<GeosXmlQuestion> out;
  size_t from = 0;
  while (const auto one = next_element(text, "case", from)) {
    from = one->end;
    read_case(one->content, std::filesystem::path(path).filename().string(), out);
  }
  return out;
}

}  // namespace rhumb
