#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "component/target.h"
#include "io/pg/connection.h"
#include "publish/postgis/column_types.h"
#include "publish/postgis/commit_record.h"
#include "publish/postgis/lease.h"
#include "publish/postgis/options.h"
#include "publish/postgis/postgis_target.h"
#include "publish/postgis/seat.h"
#include "publish/postgis/view_catalogue.h"
#include "publish/postgis/view_change.h"

namespace rhumb {

/// One view and the tables behind it. Holds at most one session; from stage() until retire() or
/// abandon() also the lease of the view, so that two processes never publish to it at once.
///
/// After a crash: a staged table without a switch is dropped by the next stage() or retire(); a
/// switch that committed is found in the commit record.
class PostgisTarget final : public Target {
 public:
  PostgisTarget(PostgisOptions options, PostgisConnection connection, std::string dataset);
  ~PostgisTarget() override;

  [[nodiscard]] std::string describe() const override { return description_; }
  void announce() override;
  Result<TargetState> inspect(const PublishRequest& request) override;
  Result<uint64_t> stage(const PublishRequest& request, BatchStream& rows) override;
  Result<uint64_t> count_staged(const PublishRequest& request) override;
  Result<SwitchReport> switch_over(const PublishRequest& request) override;
  [[nodiscard]] std::string switch_group() const override { return "postgres " + target_.name; }
  Result<std::vector<SwitchReport>> switch_together(
      const std::vector<SwitchMember>& members) override;
  Result<bool> takes_appends(const PublishRequest& request) override;
  [[nodiscard]] std::optional<double> retry_after(const Error& error, int tries) const override;
  Result<std::vector<std::string>> retire(const PublishRequest& request) override;
  Result<std::vector<std::string>> find_older() override;
  Status abandon(const PublishRequest& request) override;
  Result<bool> switch_back(const PublishRequest& request) override;
  Result<std::vector<Litter>> find_litter() override;
  Result<std::string> remove_litter(const Litter& litter) override;
  [[nodiscard]] std::string grants(const std::string& role) const override;

 private:
  struct Comparison {
    std::optional<RelationLook> view;
    std::optional<Seat> seat;  ///< that the view reads
    ViewChange change;
  };

  // The session (postgis_target.cpp)
  Result<PgConnection*> session(const PublishRequest& request, bool first_contact = false);
  Status prepare_session(PgConnection& connection);
  Status take_lease(PgConnection& connection, const PublishRequest& request);
  void end_session();

  // Before any work (inspect.cpp)
  Status check_request(const PublishRequest& request) const;
  Status check_rights(PgConnection& connection, TargetState& state) const;
  Result<std::vector<std::string>> missing_schemas(PgConnection& connection) const;
  Status check_owner(PgConnection& connection, const PublishRequest& request) const;
  [[nodiscard]] std::string owned_by(const PublishedTable& visible) const;
  Status create_schemas(PgConnection& connection);
  Status check_roles(PgConnection& connection) const;
  Status check_table_name(PgConnection& connection, const PublishRequest& request,
                          const std::vector<PublishedTable>& known) const;
  void describe_change(const Comparison& comparison, bool ours, TargetState& state) const;
  Status describe_surroundings(PgConnection& connection, const Comparison& comparison,
                               const PublishedTable* visible, TargetState& state) const;
  void describe_move(const Comparison& comparison, TargetState& state) const;
  Result<Comparison> compare(PgConnection& connection, const std::vector<RelationColumn>& table);
  Result<bool> shows(PgConnection& connection, const Comparison& comparison,
                     const PublishedTable& table) const;

  // Loading (stage.cpp)
  Result<std::optional<PgName>> choose_table(PgConnection& connection,
                                             const PublishRequest& request);
  Result<bool> make_name_free(PgConnection& connection, const PgName& name,
                              const PublishedTable* known);
  Result<BatchEncoder> load(PgConnection& connection, const PublishRequest& request,
                            const PgName& table, BatchStream& rows);
  Status make_ready(PgConnection& connection, const PublishRequest& request, const PgName& table,
                    const BatchEncoder& loaded);
  Status add_key(PgConnection& connection, const PublishRequest& request, const PgName& table,
                 const BatchEncoder& loaded) const;
  Status add_index(PgConnection& connection, const PublishRequest& request, const PgName& table,
                   const PostgisIndex& index) const;
  Status add_rights(PgConnection& connection, const PgName& table, const Schema& schema);
  Status check_appendix(PgConnection& connection, const PublishRequest& request,
                        const PgName& table, const BatchEncoder& loaded);

  // The switch (switch.cpp, switch_parts.cpp)
  struct Showing;
  struct Attempt;
  class Patience;
  Result<PublishedTable> find_staged(PgConnection& connection, const PublishRequest& request);
  static Result<std::vector<SwitchReport>> show(std::vector<Showing> showings);
  static Attempt try_once(PgConnection& connection, std::vector<Showing>& showings,
                          int lock_timeout_ms);
  static Status write_record(PgConnection& connection, Showing& showing);
  static Result<bool> committed_after_all(std::vector<Showing>& showings);
  static Error starved(const std::vector<Showing>& showings, const Patience& patience, int tries);
  Status prepare(PgConnection& connection, Showing& showing, Patience& patience);
  Status prepare_append(PgConnection& connection, Showing& showing);
  Status prepare_pointer(PgConnection& connection, Showing& showing, Patience& patience);
  Status prepare_view(PgConnection& connection, Showing& showing, const Comparison& comparison,
                      const std::string& query);
  Result<Seat> seat_for(PgConnection& connection, Showing& showing);
  Status give_rights_on(PgConnection& connection, const Seat& seat, const Showing& showing);
  Status free_slot(PgConnection& connection, const Seat& seat, int slot, Patience& patience);
  Status wait_for(PgConnection& connection, OpenTransactions transactions, Patience& patience);
  [[nodiscard]] Error waited_too_long(const Patience& patience) const;
  Status require_out_of_slot(PgConnection& connection, const PublishedTable& table);
  Result<uint32_t> row_security_source(PgConnection& connection);

  // Afterwards (retire.cpp, litter.cpp)
  Result<std::string> drop_table(PgConnection& connection, const PublishedTable& table);
  Result<std::string> leave_slot(PgConnection& connection, uint32_t table);
  Status drop_unused_seats(PgConnection& connection, std::vector<std::string>& report);
  Result<std::vector<Seat>> unused_seats(PgConnection& connection);

  PostgisOptions options_;
  PostgisConnection target_;
  std::string dataset_;
  std::string description_;
  std::optional<PgConnection> session_;
  std::unique_ptr<PublisherLease> lease_;
};

/// The model's column of that name, or an Error that names the nearest one.
[[nodiscard]] Result<std::string> model_column(const Schema& schema, const std::string& name,
                                               const std::string& what, const Place& place);

}  // namespace rhumb
