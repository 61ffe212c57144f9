#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/target.h"
#include "io/pg/connection.h"
#include "publish/postgis/column_types.h"
#include "publish/postgis/commit_record.h"
#include "publish/postgis/options.h"
#include "publish/postgis/postgis_target.h"
#include "publish/postgis/view_catalogue.h"
#include "publish/postgis/view_change.h"

namespace rhumb {

/// One view and the tables behind it. Holds at most one session; from stage() until the switch or
/// abandon() that session holds the lease: an advisory lock of the view's name, so that two
/// processes never publish to one view at once.
///
/// After a crash: a staged table without a switch is dropped by the next stage() or retire(); a
/// switch that committed is found in the commit record.
class PostgisTarget final : public Target {
 public:
  PostgisTarget(PostgisOptions options, PostgisConnection connection, std::string dataset);

  [[nodiscard]] std::string describe() const override { return description_; }
  Result<TargetState> inspect(const PublishRequest& request) override;
  Result<uint64_t> stage(const PublishRequest& request, BatchStream& rows) override;
  Result<uint64_t> count_staged(const PublishRequest& request) override;
  Result<SwitchReport> switch_over(const PublishRequest& request) override;
  Result<std::vector<std::string>> retire(const PublishRequest& request) override;
  Status abandon(const PublishRequest& request) override;
  Result<bool> switch_back(const PublishRequest& request) override;
  [[nodiscard]] std::string grants(const std::string& role) const override;

 private:
  struct Comparison {
    std::optional<RelationLook> view;
    ViewChange change;
  };

  // The session (postgis_target.cpp)
  Result<PgConnection*> session(const PublishRequest& request);
  Status prepare_session(PgConnection& connection);
  Status take_lease(PgConnection& connection);
  void end_session();

  // Before any work (inspect.cpp)
  Status check_request(const PublishRequest& request) const;
  Status check_rights(PgConnection& connection, TargetState& state) const;
  Result<std::vector<std::string>> missing_schemas(PgConnection& connection) const;
  Status check_roles(PgConnection& connection) const;
  Status check_table_name(PgConnection& connection, const PublishRequest& request,
                          const std::vector<PublishedTable>& known) const;
  void describe_change(const Comparison& comparison, bool ours, TargetState& state) const;
  Result<Comparison> compare(PgConnection& connection, const std::vector<RelationColumn>& table);

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
  Status add_rights(PgConnection& connection, const PgName& table);

  // The switch (switch.cpp)
  struct Attempt;
  Result<PublishedTable> find_staged(PgConnection& connection, const PublishRequest& request);
  Result<SwitchReport> show(const PublishRequest& request, const PublishedTable& table);
  Result<std::string> switch_statements(PgConnection& connection, const PublishRequest& request,
                                        const PublishedTable& table, const Comparison& comparison);
  Attempt try_once(PgConnection& connection, const PublishedTable& table,
                   const std::string& statements, int lock_timeout_ms);
  Result<bool> committed_after_all(const PublishRequest& request, const PublishedTable& table);
  [[nodiscard]] Error starved(const PublishedTable& table, int tries,
                              const std::vector<std::string>& holders) const;

  // Afterwards (retire.cpp)
  Result<std::string> drop_table(PgConnection& connection, const PublishedTable& table);

  PostgisOptions options_;
  PostgisConnection target_;
  std::string dataset_;
  std::string description_;
  std::optional<PgConnection> session_;
  bool leased_ = false;
};

/// The model's column of that name, or an Error that names the nearest one.
[[nodiscard]] Result<std::string> model_column(const Schema& schema, const std::string& name,
                                               const std::string& what, const Place& place);

}  // namespace rhumb
