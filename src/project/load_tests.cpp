#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "project/check.h"
#include "project/loading.h"
#include "project/pipe_table.h"
#include "project/text_file.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

class TestLoader {
 public:
  TestLoader(Loading& loading, const ProjectFile& file) : loading_(loading), file_(file) {}

  void load() {
    auto text = read_text_file(file_.path, file_.shown, Code::kBadYaml);
    if (!text.ok()) return loading_.errors.push_back(std::move(text).error());
    const auto raw = read_yaml(*text, Origin{file_.shown, {}}, loading_.errors);
    if (!raw) return;
    lines_ = lines_of(*text);
    const Config tests = check(*raw, loading_.language.tests, loading_.errors);
    for (const auto& [name, test] : tests.entries()) take(name, test, tests.key_place(name));
  }

 private:
  void take(const std::string& name, const Config& block, const Place& place) {
    TestDef test{.name = name, .model = block["model"].as_text(file_.stem), .place = place};
    check_model(test, block);
    const Config& given = block["given"];
    for (const auto& [table, rows] : given.entries()) {
      loading_.expect_table(table, given.key_place(table));
      auto parsed = table_of(table, rows, given.key_place(table));
      if (parsed) test.given.push_back(*std::move(parsed));
    }
    if (block.has("expect")) {
      auto parsed = table_of(test.model, block["expect"], block.key_place("expect"));
      if (parsed) test.expect = *std::move(parsed);
    }
    loading_.project.tests.push_back(std::move(test));
  }

  void check_model(const TestDef& test, const Config& block) {
    if (loading_.models.contains(test.model)) return;
    std::vector<std::string> names;
    for (const auto& [known, ignored] : loading_.models) names.push_back(known);
    const bool named = block.has("model");
    loading_.refuse(Code::kUnknownName,
                    fmt::format("there is no model `{}` to test", printable(test.model, 60)),
                    suggest(test.model, names, "models") +
                        (named ? "" : "; a test file is named after its model, or says `model:`"),
                    named ? block["model"].place() : test.place);
  }

  std::optional<GivenTable> table_of(const std::string& name, const Config& text,
                                     const Place& key) {
    if (text.kind() != Config::Kind::kScalar) return std::nullopt;  // said already
    auto table = parse_pipe_table(placed_lines(text), key, loading_.errors);
    if (table) table->name = name;
    return table;
  }

  /// Below a `|` the text stands in the file as it is, so that each line has its own place; written
  /// otherwise, all lines are placed where the text begins.
  std::vector<TableLine> placed_lines(const Config& text) const {
    const Place& start = text.place();
    const auto mark_line = static_cast<size_t>(start.line - 1);
    const auto mark = static_cast<size_t>(start.column - 1);
    const bool literal = mark_line < lines_.size() && lines_[mark_line].substr(mark, 1) == "|";
    std::vector<TableLine> out;
    for (const std::string_view line : lines_of(text.text())) {
      Place place = start;
      const size_t number = mark_line + 1 + out.size();
      if (literal && number < lines_.size()) {
        const size_t first = lines_[number].find_first_not_of(' ');
        place.line = static_cast<int>(number) + 1;
        place.column = first == std::string_view::npos ? 1 : static_cast<int>(first) + 1;
      }
      out.push_back({line, std::move(place)});
    }
    return out;
  }

  Loading& loading_;
  const ProjectFile& file_;
  std::vector<std::string_view> lines_;
};

}  // namespace

void load_tests(Loading& loading) {
  for (const ProjectFile& file : files_in(loading, "tests", ".yaml"))
    TestLoader(loading, file).load();
}

}  // namespace rhumb
