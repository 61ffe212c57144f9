#include <memory>

#include "publish/postgis/postgis_target.h"

namespace rhumb {
namespace {

std::shared_ptr<const Field> one(Field field) {
  return std::make_shared<const Field>(std::move(field));
}

std::shared_ptr<const Field> text_item() {
  return one({.type = FieldType::kText});
}
std::shared_ptr<const Field> text_list() {
  return one({.type = FieldType::kListOrOne, .item = text_item()});
}

Field indexes_field() {
  Declaration index{
      .name = "index",
      .summary = "An index with more than its columns.",
      .fields = {{.name = "columns",
                  .type = FieldType::kListOrOne,
                  .doc = "Columns of the model's result, "
                         "in the index's order.",
                  .required = true,
                  .example = "[geom]",
                  .item = text_item()},
                 {.name = "method",
                  .type = FieldType::kChoice,
                  .doc = "Access method; by default `gist` "
                         "for a geometry column and `btree` otherwise. `none` keeps the automatic "
                         "index away.",
                  .example = "brin",
                  .choices = {"btree", "gist", "brin", "hash", "gin", "spgist", "none"}},
                 {.name = "unique",
                  .type = FieldType::kBoolean,
                  .doc = "Whether a version with doubled "
                         "values is refused.",
                  .default_value = "false"}}};
  return {
      .name = "indexes",
      .type = FieldType::kListOf,
      .doc =
          "Indexes of each version's table, built before it becomes visible: a list of columns, "
          "or a map. A geometry column that no entry names gets a GiST index.",
      .example = "[[week], {columns: [geom], method: gist}]",
      .item = one({.type = FieldType::kOneOf,
                   .alternatives = {text_list(), one({.type = FieldType::kObject,
                                                      .object = std::make_shared<const Declaration>(
                                                          std::move(index))})}})};
}

Field grants_field() {
  return {.name = "grants",
          .type = FieldType::kOneOf,
          .doc =
              "Who may read the view: a list of roles, or a map from role to privileges. Grants "
              "made by hand stay as they are.",
          .example = "[bi_reader]",
          .alternatives = {text_list(), one({.type = FieldType::kMapOf, .item = text_list()})}};
}

constexpr const char* kDoc =
    "Each version is loaded into a table of its own, with its indexes, statistics and grants, "
    "and becomes visible in one short transaction, together with all other views of the run in the "
    "same database: readers see the old or the new version whole. With `switch: view` the view is "
    "replaced, which needs a moment in which nobody reads it and costs readers nothing; with "
    "`switch: pointer` the view stays and reads the version that a pointer names, which needs no "
    "such moment. Owner, grants, comments, options, triggers, rules, row-level security and views "
    "that depend on the view stay as they are. The view keeps the order of its columns; a new "
    "column comes last. A column that is dropped or changes its type needs consent, and is refused "
    "while other objects depend on the view.\n\n"
    "The schema `rhumb` of the same database holds the table `publications` (view, version, "
    "run, table, staged_at, switched_at): the row of a view with the newest `switched_at` is "
    "the version that readers see. It is written in the transaction that switches. `leases` says "
    "who publishes, `seats` which views have a pointer.\n\n"
    "A key without nulls becomes the primary key, one with nulls a unique index in which nulls "
    "are equal. Text may not hold the character U+0000, and timestamps must lie between "
    "4714 BC and 294247 AD; infinite ones are refused. A schema that is missing is made. Needs "
    "PostgreSQL 15 or newer; a connection pool "
    "between Rhumb and the server needs session mode, as the lease of a publication is a lock of "
    "its session (readers may use any mode). See the guide on publishing.";

std::vector<Field> naming_fields() {
  return {
      {.name = "view",
       .type = FieldType::kText,
       .doc = "Name readers use, `schema.name` as in SQL: parts with capitals or spaces in double "
              "quotes.",
       .required = true,
       .example = "analytics.vw_processed_data"},
      {.name = "table",
       .type = FieldType::kText,
       .doc = "Name of each version's table; must hold `{version}`. Default: the view's name and "
              "`_v{version}`.",
       .example = "analytics.processed_data_v{version}"},
      {.name = "comment", .type = FieldType::kText, .doc = "Comment of the view."}};
}

std::vector<Field> table_fields() {
  return {
      {.name = "columns",
       .type = FieldType::kMapOf,
       .doc = "PostgreSQL types of columns that shall not get the default of their type.",
       .example = "{hour: smallint}",
       .item = text_item()},
      {.name = "primary_key",
       .type = FieldType::kBoolean,
       .doc = "Whether the model's key is enforced by an index.",
       .default_value = "true"},
      {.name = "keep",
       .type = FieldType::kInteger,
       .doc = "How many old tables stay, for a rollback within milliseconds.",
       .default_value = "1",
       .example = "0"},
      {.name = "switch",
       .type = FieldType::kChoice,
       .doc =
           "How the view comes to show another version: `view` replaces it, in a moment in which "
           "nobody reads it; `pointer` lets it read what a pointer names, for views that are "
           "read without a pause.",
       .default_value = "view",
       .example = "pointer",
       .choices = {"view", "pointer"}},
      {.name = "switch_within",
       .type = FieldType::kDuration,
       .doc = "How long to try to switch while others read, in moments of at most 20 ms; an alarm "
              "is raised earlier.",
       .default_value = "60 s"},
      {.name = "mode",
       .type = FieldType::kChoice,
       .doc = "`replace` loads every version whole; `direct` inserts the new rows of an append "
              "model into the visible table, in one transaction with the commit record.",
       .default_value = "replace",
       .example = "direct",
       .choices = {"replace", "direct"}}};
}

Declaration make_postgis() {
  Declaration declaration{
      .name = "postgis",
      .summary = "One table per version behind one stable view in PostgreSQL with PostGIS.",
      .doc = kDoc,
      .fields = naming_fields(),
      .example =
          "publish:\n"
          "  to: warehouse\n"
          "  view: analytics.vw_processed_data\n"
          "  indexes: [[week], [pickup_zone, week]]\n"
          "  grants: [bi_reader]\n"};
  declaration.fields.push_back(indexes_field());
  declaration.fields.push_back(grants_field());
  for (Field& field : table_fields()) declaration.fields.push_back(std::move(field));
  return declaration;
}

}  // namespace

const Declaration& postgis_declaration() {
  static const Declaration declaration = make_postgis();
  return declaration;
}

const Declaration& postgres_connection_declaration() {
  static const Declaration declaration{
      .name = "postgres",
      .summary = "A PostgreSQL database.",
      .doc =
          "A libpq URL; everything libpq knows can stand in it (`sslmode`, `application_name`, "
          "`target_session_attrs`). Special characters of the password are percent-encoded. "
          "`?sslmode=verify-full&sslrootcert=FILE` encrypts and proves that it is the server "
          "meant. "
          "The URL is never shown.",
      .fields = {{.name = "url",
                  .type = FieldType::kSecret,
                  .doc = "The connection's URL.",
                  .required = true,
                  .example = "\"${WAREHOUSE_URL}\""},
                 {.name = "lease",
                  .type = FieldType::kDuration,
                  .doc = "How long a run that publishes may be silent (stopped, cut off) before "
                         "another may take its place.",
                  .default_value = "60 s",
                  .example = "30 s"}},
      .example = "connections:\n  warehouse: { postgres: \"${WAREHOUSE_URL}\" }\n"};
  return declaration;
}

}  // namespace rhumb
