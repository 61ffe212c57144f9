#include "source/postgres/postgres_source.h"

#include <fmt/format.h>

#include "base/text.h"
#include "source/postgres/change.h"
#include "source/postgres/snapshot.h"
#include "source/postgres/table_shape.h"

namespace rhumb {
namespace {

constexpr int64_t kMaxReaders = 64;

class PostgresSource final : public TableSource {
 public:
  PostgresSource(Secret url, PostgresRead read, ChangeRule rule)
      : url_(std::move(url)), read_(std::move(read)), rule_(std::move(rule)) {}

  Result<Schema> schema() override {
    RHUMB_ASSIGN(PgConnection connection, open_reading_connection(url_, read_, nullptr));
    RHUMB_ASSIGN(const TableShape shape, look_at_table(connection, read_));
    return shape.schema();
  }

  Result<Observation> observe(const std::string& last_fingerprint) override {
    RHUMB_ASSIGN(PgConnection connection, open_reading_connection(url_, read_, nullptr));
    return observe_table(connection, read_, rule_, last_fingerprint);
  }

  Result<std::unique_ptr<BatchStream>> snapshot(double sample, const CancelFlag& cancel) override {
    return open_snapshot(url_, read_, sample, cancel);
  }

 private:
  const Secret url_;
  const PostgresRead read_;
  const ChangeRule rule_;
};

Error bad(const Place& place, std::string message, std::string hint) {
  return Error{Code::kBadValue, std::move(message), std::move(hint), place};
}

// A semicolon at its end would stand inside of FROM (...).
std::string without_semicolon(const std::string& query) {
  std::string_view text = trim(query);
  while (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
  return std::string(text);
}

Status read_what(const Config& read, PostgresRead& out) {
  if (read.has("table") == read.has("query")) {
    return bad(read.place(), "a postgres source reads either a `table` or a `query`",
               "write one of them: table: public.trips");
  }
  if (read.has("query")) {
    out.query = without_semicolon(read["query"].text());
    if (out.query.empty()) return bad(read["query"].place(), "`query` is empty", "write a SELECT");
    return {};
  }
  auto name = parse_pg_name(read["table"].text());
  if (!name.ok()) {
    name.error().place = read["table"].place();
    return std::move(name).error();
  }
  out.table = std::move(name).value();
  return {};
}

}  // namespace

Result<std::unique_ptr<TableSource>> make_postgres_source(const Config& read, Secret url,
                                                          const std::string& changed_when) {
  PostgresRead out{.place = read.place()};
  RHUMB_TRY(read_what(read, out));
  for (const auto& [column, value] : read["types"].entries()) {
    const auto type = parse_type(value.text());
    if (!type) {
      return bad(value.place(), fmt::format("unknown type: {}", value.text()),
                 "one of " + join(type_names(), ", "));
    }
    out.types[column] = *type;
  }
  const int64_t readers = read["readers"].as_integer(out.readers);
  if (readers < 1 || readers > kMaxReaders) {
    return bad(read["readers"].place(),
               fmt::format("`readers` must be 1 to {}: {}", kMaxReaders, readers), "");
  }
  out.readers = static_cast<int>(readers);
  out.row_security = read["row_security"].as_bool();
  return std::unique_ptr<TableSource>(std::make_unique<PostgresSource>(
      std::move(url), std::move(out), read_change_rule(changed_when)));
}

}  // namespace rhumb
