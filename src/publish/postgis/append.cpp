// `mode: direct`: new rows go into the visible table, in the transaction that records them.

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

// Per unique index: its columns as a list, the same of the tables s and v, and whether nulls are
// equal. The key that a version is published with is one of them.
constexpr const char* kUniqueIndexes =
    "SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n),"
    " string_agg('s.' || quote_ident(a.attname), ', ' ORDER BY k.n),"
    " string_agg('v.' || quote_ident(a.attname), ', ' ORDER BY k.n), i.indnullsnotdistinct"
    " FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)"
    " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
    " WHERE i.indrelid = $1::oid AND i.indisunique AND i.indexprs IS NULL"
    " GROUP BY i.indexrelid, i.indnullsnotdistinct";

Error refused(std::string message) {
  return Error{Code::kAssertFailed,
               std::move(message),
               "correct the key or the model, or publish once with `mode: replace`; nothing was "
               "switched",
               {}};
}

Status check_unique(PgConnection& connection, const PgRows& indexes, size_t index,
                    const PgName& staged, const PgName& visible) {
  const std::string list = indexes.string(index, 0);
  const bool nulls_equal = indexes.boolean(index, 3);
  const std::string whole = nulls_equal ? "true" : fmt::format("num_nulls({}) = 0", list);
  RHUMB_ASSIGN(const PgRows twice,
               connection.query(fmt::format("SELECT concat_ws(', ', {0}) FROM {1} WHERE {2}"
                                            " GROUP BY {0} HAVING count(*) > 1 LIMIT 1",
                                            list, staged.quoted(), whole)));
  RHUMB_ASSIGN(const PgRows known,
               connection.query(fmt::format(
                   "SELECT concat_ws(', ', {0}) FROM {1} s JOIN {2} v ON ({0}) {3} ({4}) LIMIT 1",
                   indexes.text(index, 1), staged.quoted(), visible.quoted(),
                   nulls_equal ? "IS NOT DISTINCT FROM" : "=", indexes.text(index, 2))));
  if (twice.empty() && known.empty()) return {};
  return refused(fmt::format("the new rows do not keep ({}) unique: ({}) is there twice", list,
                             printable((twice.empty() ? known : twice).text(0, 0))));
}

}  // namespace

Result<bool> PostgisTarget::takes_appends(const PublishRequest& request) {
  if (!options_.direct || !request.appends_to) return false;
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  if (tables.empty() || !tables.front().switched || tables.front().oid == 0) return false;
  const PublishedTable& visible = tables.front();
  if (visible.version != *request.appends_to) return false;
  if (is_of_other_store(visible, request.store)) return false;
  RHUMB_ASSIGN(const auto types,
               resolve_column_types(*connection, request.schema, options_.columns));
  RHUMB_ASSIGN(auto columns, columns_of(*connection, visible.oid));
  std::erase_if(columns, [](const RelationColumn& column) { return column.name == kSeatColumn; });
  bool same = columns.size() == types.size();
  for (size_t i = 0; same && i < types.size(); ++i) {
    same = std::any_of(columns.begin(), columns.end(), [&](const RelationColumn& column) {
      return column.name == request.schema[i].name && column.type == types[i].oid &&
             column.modifier == types[i].modifier;
    });
  }
  if (!same) return false;
  RHUMB_ASSIGN(const Comparison comparison, compare(*connection, columns));
  const bool wants_pointer = options_.way == SwitchWay::kPointer;
  if (!comparison.view || comparison.seat.has_value() != wants_pointer) return false;
  return shows(*connection, comparison, visible);
}

// The store commits before the rows go in, so whatever would refuse them is found before.
Status PostgisTarget::check_appendix(PgConnection& connection, const PublishRequest& request,
                                     const PgName& table, const BatchEncoder& loaded) {
  RHUMB_ASSIGN(const auto tables, CommitRecord(connection, options_.view).tables());
  const PublishedTable& visible = tables.front();
  RHUMB_ASSIGN(const PgRows required,
               connection.query("SELECT attname FROM pg_attribute WHERE attrelid = $1::oid AND"
                                " attnum > 0 AND attnotnull",
                                {std::to_string(visible.oid)}));
  for (size_t i = 0; i < required.size(); ++i) {
    const auto column = find_column(request.schema, required.text(i, 0));
    if (!column || !loaded.has_nulls(*column)) continue;
    return refused(fmt::format("the new rows hold nulls in {}, where {} takes none",
                               required.text(i, 0), visible.table.text()));
  }
  RHUMB_TRY(connection.execute("ANALYZE " + table.quoted()));
  RHUMB_ASSIGN(const PgRows indexes,
               connection.query(kUniqueIndexes, {std::to_string(visible.oid)}));
  for (size_t i = 0; i < indexes.size(); ++i) {
    RHUMB_TRY(check_unique(connection, indexes, i, table, visible.table));
  }
  return {};
}

}  // namespace rhumb
