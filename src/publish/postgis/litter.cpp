#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

PublishRequest repair_request() {
  return {.run = "doctor"};
}

std::string seat_litter_name(const Seat& seat) {
  return seat.pointer().text();
}

}  // namespace

Result<std::vector<Litter>> PostgisTarget::find_litter() {
  std::vector<Litter> litter;
  RHUMB_ASSIGN(PgConnection* const connection, session(repair_request(), true));
  RHUMB_ASSIGN(const int64_t publisher, target_.leases->holder(options_.view.text()));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  uint64_t kept = 0;
  for (size_t i = 0; i < tables.size() && publisher == 0; ++i) {
    const PublishedTable& table = tables[i];
    if (i == 0 && table.switched) continue;
    const std::string name = table.table.text();
    if (table.oid == 0) {
      litter.push_back({name, "it is recorded, but the table is gone", "forget it"});
    } else if (!table.switched) {
      litter.push_back({name,
                        fmt::format("run {} staged version {} and ended before the switch",
                                    table.run, table.version),
                        "drop the table"});
    } else if (kept < options_.keep) {
      ++kept;
    } else {
      litter.push_back({name, fmt::format("version {} is not wanted any more", table.version),
                        "drop the table"});
    }
  }
  if (publisher == 0) {
    RHUMB_ASSIGN(const auto unused, unused_seats(*connection));
    for (const Seat& seat : unused) {
      litter.push_back({seat_litter_name(seat), "no view reads what it points at",
                        "drop the pointer and its two slots"});
    }
  }
  end_session();
  return litter;
}

Result<std::string> PostgisTarget::remove_litter(const Litter& litter) {
  const PublishRequest request = repair_request();
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_TRY(CommitRecord(*connection, options_.view).prepare());
  RHUMB_TRY(take_lease(*connection, request));
  std::string why_not = "it is not there any more";
  RHUMB_ASSIGN(const auto unused, unused_seats(*connection));
  for (const Seat& seat : unused) {
    if (seat_litter_name(seat) != litter.name) continue;
    RHUMB_ASSIGN(why_not, Seats(*connection, options_.view).drop(seat));
  }
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  for (size_t i = 0; i < tables.size(); ++i) {
    const bool visible = i == 0 && tables[i].switched;
    if (visible || tables[i].table.text() != litter.name) continue;
    RHUMB_ASSIGN(why_not, drop_table(*connection, tables[i]));
  }
  end_session();
  return why_not;
}

}  // namespace rhumb
