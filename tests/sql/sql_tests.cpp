// sql_tests FOLDER-OR-FILE...: runs .test files on the embedded engine and says what differs.
// sql_tests --spark DIFFERENCES FOLDER-OR-FILE...: the same on Spark, with the examples of all
// functions. Each statement must answer the same, be refused as not portable, or be listed in
// DIFFERENCES, where nothing may be listed that does answer the same.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"
#include "component/engine.h"
#include "engine/duckdb/duckdb_engine.h"
#include "io/fs/testing.h"
#include "run/compiling_engine.h"
#include "spark_runs.h"
#include "test_file.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

uint64_t megabytes(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value << 20U;
}

/// `threads=2 memory=64 timezone=Europe/Rome` (memory in MiB).
Result<DuckdbOptions> engine_options(std::string_view settings, const std::string& folder) {
  DuckdbOptions options{.temp_directory = folder + "/spill",
                        .spatial_extension = RHUMB_EXTENSION_DIR "/spatial.duckdb_extension",
                        .readable_folder = folder};
  for (const std::string_view word : split(settings, ' ')) {
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = word.substr(0, equals), value = word.substr(equals + 1);
    if (key == "threads") {
      std::from_chars(value.data(), value.data() + value.size(), options.threads);
    } else if (key == "memory") {
      options.memory_limit = megabytes(value);
    } else if (key == "timezone") {
      options.timezone = value;
    } else {
      return Error{Code::kUsage, fmt::format("unknown setting `{}`", key), "", {}};
    }
  }
  return options;
}

/// `misunderstood` gets the compiled statements that could not be used; on Spark when there is a
/// driver.
Result<std::unique_ptr<Engine>> make_engine(std::string_view settings, const std::string& folder,
                                            std::vector<std::string>& misunderstood,
                                            const std::shared_ptr<SparkDriver>& spark) {
  RHUMB_ASSIGN(const DuckdbOptions options, engine_options(settings, folder));
  RHUMB_ASSIGN(auto engine, make_duckdb_engine(options));
  auto compiling = make_compiling_engine(
      std::move(engine),
      [&misunderstood](const std::string& sql) { misunderstood.push_back(sql); });
  if (!spark) return compiling;
  return make_spark_queries(std::move(compiling), spark, options.timezone, folder);
}

std::string normal_row(std::string_view row) {
  std::vector<std::string> cells;
  for (const std::string_view cell : split(row, '|')) cells.emplace_back(trim(cell));
  return join(cells, " | ");
}

std::string show_row(const std::vector<std::optional<std::string>>& row) {
  std::vector<std::string> cells;
  for (const auto& cell : row) {
    cells.push_back(!cell ? "NULL" : cell->empty() ? "''" : std::string(trim(*cell)));
  }
  return join(cells, " | ");
}

/// Lines of both, with `-` for what was expected only and `+` for what came only.
std::string difference(const std::vector<std::string>& expected,
                       const std::vector<std::string>& got) {
  std::string out;
  const size_t rows = std::max(expected.size(), got.size());
  for (size_t i = 0; i < rows; ++i) {
    const bool same = i < expected.size() && i < got.size() && expected[i] == got[i];
    if (same) {
      out += "\n    " + got[i];
      continue;
    }
    if (i < expected.size()) out += "\n  - " + expected[i];
    if (i < got.size()) out += "\n  + " + got[i];
  }
  return out;
}

class Runner {
 public:
  Runner(Engine& engine, std::string folder) : engine_(engine), folder_(std::move(folder)) {}

  /// What is wrong, or "".
  std::string run(const Block& block) {
    switch (block.kind) {
      case BlockKind::kView:
        return text_of(engine_.bind_query(block.header, block.sql));
      case BlockKind::kTable:
        return make_table(block);
      case BlockKind::kStatement:
        return statement(block);
      case BlockKind::kQuery:
        return query(block);
    }
    return "";
  }

 private:
  static std::string text_of(const Status& status) {
    return status.ok() ? "" : status.error().text();
  }

  std::string make_table(const Block& block) {
    const auto schema = engine_.describe(block.sql);
    if (!schema.ok()) return schema.error().text();
    const auto files = engine_.write(block.sql, WriteRequest{.directory = folder_,
                                                             .stem = fmt::format("t{}", ++tables_),
                                                             .schema = *schema});
    if (!files.ok()) return files.error().text();
    Dataset dataset{.name = block.header, .schema = *schema, .files = {}};
    for (const DataFile& file : *files) dataset.files.push_back(file.path);
    return text_of(engine_.bind(dataset));
  }

  std::string statement(const Block& block) {
    const auto answer = engine_.query(block.sql);
    if (block.header == "ok") return answer.ok() ? "" : answer.error().text();
    std::string_view rest =
        trim(std::string_view(block.header).substr(std::min<size_t>(5, block.header.size())));
    if (!block.header.starts_with("error") || rest.empty()) return "expected `ok` or `error CODE`";
    if (answer.ok())
      return fmt::format("expected an error {}, got {} rows", rest, answer->rows.size());
    return compare(answer.error(), rest);
  }

  static std::string compare(const Error& error, std::string_view expected) {
    const auto word = [&] {
      const size_t end = std::min(expected.find(' '), expected.size());
      const std::string_view out = expected.substr(0, end);
      expected = trim(expected.substr(end));
      return out;
    };
    if (word() != code_name(error.code)) return "another error: " + error.text();
    if (expected.starts_with("at ")) {
      word();
      const std::string_view place = word();
      const std::string got = fmt::format("{}:{}", error.place.line, error.place.column);
      if (place != got) return fmt::format("at {} instead of {}: {}", got, place, error.text());
    }
    const bool found = error.text().find(expected) != std::string::npos;
    return found ? "" : fmt::format("no `{}` in: {}", expected, error.text());
  }

  std::string query(const Block& block) {
    const auto answer = engine_.query(block.sql);
    if (!answer.ok()) return answer.error().text();
    std::string_view header = block.header;
    const bool unordered = header.starts_with("unordered");
    if (unordered) header = trim(header.substr(9));
    if (const std::string wrong = check_columns(answer->schema, header); !wrong.empty())
      return wrong;
    std::vector<std::string> expected, got;
    for (const std::string& row : block.rows) expected.push_back(normal_row(row));
    for (const auto& row : answer->rows) got.push_back(show_row(row));
    if (unordered) {
      std::sort(expected.begin(), expected.end());
      std::sort(got.begin(), got.end());
    }
    return expected == got ? "" : "other rows:" + difference(expected, got);
  }

  static std::string check_columns(const Schema& schema, std::string_view header) {
    if (header.empty()) return "";
    const std::vector<std::string_view> wanted = split(header, '|');
    std::vector<std::string> got;
    bool same = wanted.size() == schema.size();
    for (size_t i = 0; i < schema.size(); ++i) {
      got.push_back(schema[i].name + ":" + type_name(schema[i].type));
      if (!same) continue;
      const std::string_view column = trim(wanted[i]);
      same = column == schema[i].name || column == got.back();
    }
    return same ? "" : fmt::format("other columns: {}", join(got, " | "));
  }

  Engine& engine_;
  const std::string folder_;
  int tables_ = 0;
};

/// The whole run: where it runs, and what has come of it.
class Session {
 public:
  Session() = default;
  Session(std::shared_ptr<SparkDriver> spark, KnownDifferences known)
      : spark_(std::move(spark)), known_(std::move(known)) {}

  void run_file(const fs::path& path) {
    if (known_.erase(path.string()) > 0) return;  // left out as a whole
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return fail(path.string(), "cannot be read");
    const auto file = parse_test_file(path.string(), text.str());
    if (!file.ok()) return fail(file.error().place.text(), file.error().message);
    run(*file, path.string());
  }

  /// With each of its settings; once on Spark, which keeps to none but the time zone.
  void run(const TestFile& file, const std::string& name) {
    if (file.settings.empty()) return run_with(file, name, "");
    for (const std::string& settings : file.settings) {
      run_with(file, name, settings);
      if (spark_) return;
    }
  }

  int finish() {
    for (const auto& [place, reason] : known_)
      fail(place, "is no difference any more: take it from the list");
    const std::string elsewhere =
        spark_ ? fmt::format(", {} not portable, {} known to differ", not_portable_, different_)
               : "";
    fmt::print("{} passed, {} failed{}\n", passed_, failed_, elsewhere);
    return failed_ == 0 && passed_ > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  void run_with(const TestFile& file, const std::string& name, const std::string& settings) {
    const std::string note = settings.empty() ? "" : fmt::format(" [{}]", settings);
    const TestFolder scratch;
    std::vector<std::string> misunderstood;
    const auto engine = make_engine(settings, scratch.path().string(), misunderstood, spark_);
    if (!engine.ok()) return fail(name + note, engine.error().text());
    Runner runner(**engine, scratch.path().string());
    for (const Block& block : file.blocks) {
      std::string wrong = runner.run(block);
      if (!misunderstood.empty()) wrong += " compiled to what cannot run: " + misunderstood.front();
      misunderstood.clear();
      take(fmt::format("{}:{}", name, block.line), note, wrong);
    }
    std::fflush(stdout);  // whoever follows a long run wants to know
  }

  void take(const std::string& place, const std::string& note, const std::string& wrong) {
    if (wrong.empty()) {
      ++passed_;
    } else if (spark_ && wrong.find("error[not-supported]") != std::string::npos) {
      ++not_portable_;
    } else if (known_.erase(place) > 0) {
      ++different_;
    } else {
      fail(place + note, wrong);
    }
  }

  void fail(const std::string& where, const std::string& what) {
    ++failed_;
    fmt::print("{}: {}\n", where, what);
  }

  std::shared_ptr<SparkDriver> spark_;
  KnownDifferences known_;  ///< not yet met
  size_t passed_ = 0, failed_ = 0, not_portable_ = 0, different_ = 0;
};

std::vector<fs::path> test_files(const fs::path& place) {
  if (!fs::is_directory(place)) return {place};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(place)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

int run_all(std::vector<std::string> places) {
  Session session;
  if (places.size() > 1 && places[0] == "--spark") {
    session = Session(spark_of_environment(), read_differences(places[1]));
    places.erase(places.begin(), places.begin() + 2);
    session.run(catalogue_examples(), "examples");
  }
  for (const std::string& place : places) {
    for (const fs::path& file : test_files(place)) session.run_file(file);
  }
  return session.finish();
}

}  // namespace
}  // namespace rhumb

int main(int argc, char** argv) {
  return rhumb::run_all(std::vector<std::string>(argv + 1, argv + argc));
}
