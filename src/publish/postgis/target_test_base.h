#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "component/config.h"
#include "io/pg/test_database.h"
#include "publish/postgis/postgis_target.h"
#include "publish/postgis/test_rows.h"

namespace rhumb {

// Configuration as the project's reader would make it.
inline Config text(const std::string& value) {
  return Config::scalar(value, {});
}
inline Config texts(const std::vector<std::string>& values) {
  std::vector<Config> items;
  for (const std::string& value : values) items.push_back(text(value));
  return Config::list(std::move(items), {});
}
inline Config map(std::vector<Config::Entry> entries) {
  return Config::map(std::move(entries), {});
}

/// Whether one of the lines holds the words.
inline bool mentions(const std::vector<std::string>& lines, const std::string& words) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(words) != std::string::npos;
  });
}

/// A database, and a model `numbers` (id, v, geom) whose version N holds rows with v = N.
class TargetTest : public PgTest {
 protected:
  static Schema schema() {
    return {{"id", {.id = TypeId::kInteger}, false},
            {"v", {.id = TypeId::kInteger}, false},
            {"geom", {.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = 4326}}};
  }

  static MadeRows rows(uint64_t version, uint64_t count = 1000) {
    return {schema(), count, [version](uint64_t row, Batch& batch) {
              batch.columns[0].append(static_cast<int64_t>(row));
              batch.columns[1].append(static_cast<int64_t>(version));
              batch.columns[2].append_bytes(wkb_point(static_cast<double>(row % 360) - 180, 1.5));
            }};
  }

  static PublishRequest request(uint64_t version) {
    return {.dataset = "numbers",
            .run = "run" + std::to_string(version),
            .version = version,
            .schema = schema(),
            .key = {"id"}};
  }

  [[nodiscard]] std::unique_ptr<Target> target(std::vector<Config::Entry> more = {},
                                               const std::string& suffix = "") const {
    return target_of(url(), std::move(more), suffix);
  }
  static std::unique_ptr<Target> target_of(const Secret& url, std::vector<Config::Entry> more = {},
                                           const std::string& suffix = "") {
    bool named = false;
    for (const auto& [key, value] : more) named = named || key == "view";
    if (!named) more.emplace_back("view", text("public.numbers"));
    auto made = make_postgis_target(map(std::move(more)), {"warehouse", url}, "numbers", suffix);
    if (!made.ok()) throw std::runtime_error(made.error().text());
    return std::move(made).value();
  }

  /// Inspects, stages and switches; the error when one of them fails.
  static Status publish(Target& to, const PublishRequest& request, BatchStream& stream) {
    RHUMB_ASSIGN(const TargetState state, to.inspect(request));
    RHUMB_ASSIGN(const uint64_t staged, to.stage(request, stream));
    RHUMB_ASSIGN(const uint64_t counted, to.count_staged(request));
    EXPECT_EQ(staged, counted);
    RHUMB_ASSIGN(const SwitchReport report, to.switch_over(request));
    EXPECT_EQ(report.version, request.version);
    RHUMB_ASSIGN(const auto retired, to.retire(request));
    static_cast<void>(retired);
    return {};
  }
  static void publish(Target& to, uint64_t version, uint64_t count = 1000) {
    MadeRows stream = rows(version, count);
    const Status done = publish(to, request(version), stream);
    ASSERT_TRUE(done.ok()) << done.error().text();
  }

  [[nodiscard]] std::string tables() const {
    return value(
        "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r'"
        " AND relname LIKE 'numbers%'");
  }
  [[nodiscard]] std::string visible() const {
    return value("SELECT min(v) || '..' || max(v) || ' ' || count(*) FROM numbers");
  }
};

}  // namespace rhumb
