#include "project/language/fields.h"
#include "project/language/language.h"

namespace rhumb {
namespace {

Field variables_field() {
  return item_field(FieldType::kMapOf, "vars", Field{},
                    "Named values that SQL may use, each a text, a number, a date or true/false.",
                    "{ first_day: 2024-01-01 }");
}

Field store_field() {
  Declaration block{
      .name = "store",
      .summary = "Where versions lie, and what is known about them.",
      .fields = {
          {.name = "path",
           .doc = "Folder of versions, relative to the project's folder.",
           .default_value = ".rhumb",
           .example = "/var/lib/rhumb/views"},
          {.name = "state",
           .doc = "Connection to the PostgreSQL database that holds the ledger, the runs and "
                  "the leases, for several processes; a file in the folder unless given. A "
                  "state that lies in the folder moves there with the next command.",
           .example = "warehouse"},
          {.name = "schema",
           .doc = "Beginning of the name of its schema there; `_ENVIRONMENT` is added. "
                  "`rhumb_NAME` after the project unless given.",
           .example = "rhumb_views"}}};
  Field field = one_of_field(
      "store", {Field{}, object_field("", std::move(block), "Where the state lies, too.")},
      "Folder of versions and state, relative to the project's folder; or a block.",
      "/var/lib/rhumb/views");
  field.default_value = ".rhumb";
  return field;
}

Field spark_field() {
  Declaration block{
      .name = "spark",
      .summary = "Where `rhumb run --engine spark` builds.",
      .fields = {{.name = "home",
                  .doc = "Folder of Spark 3.5, relative to the project's folder; that of the "
                         "environment variable SPARK_HOME unless given.",
                  .example = "/opt/spark"},
                 {.name = "master",
                  .doc = "The cluster, as spark-submit takes it; this machine, with `threads` "
                         "threads, unless given. All else is said in Spark's own "
                         "spark-defaults.conf.",
                  .example = "spark://head:7077"}}};
  return object_field("spark", std::move(block), "Where `rhumb run --engine spark` builds.");
}

}  // namespace

Declaration project_file(const Catalogue& catalogue) {
  return {
      .name = "rhumb.yaml",
      .summary = "The project: its name, its connections, its environments.",
      .doc =
          "Stands at the root of the project; the folders `sources`, `models`, `functions` and "
          "`tests` stand beside it.",
      .fields =
          {{.name = "rhumb",
            .type = FieldType::kInteger,
            .doc = "Version of the language the project is written in.",
            .required = true,
            .example = "1"},
           {.name = "name",
            .doc = "Name of the project in plans and reports; the folder's name unless given.",
            .example = "views"},
           {.name = "description", .doc = "What the project is for.", .example = "Trips per zone."},
           {.name = "timezone",
            .doc = "IANA time zone in which days, weeks and hours are cut.",
            .default_value = "UTC",
            .example = "America/New_York"},
           {.name = "srid",
            .type = FieldType::kInteger,
            .doc = "EPSG code of geometry that does not say its own.",
            .default_value = "4326",
            .example = "4326"},
           store_field(),
           {.name = "memory_limit",
            .type = FieldType::kSize,
            .doc = "Memory the engine may use; chosen by the engine unless given.",
            .example = "4 GiB"},
           {.name = "threads",
            .type = FieldType::kInteger,
            .doc = "Threads that work at once; 0 means one per core.",
            .default_value = "0",
            .example = "4"},
           spark_field(),
           timeout_field(
               "How long reading a source, building a model or loading a target may take, "
               "where they say nothing else."),
           item_field(FieldType::kMapOf, "connections", connection_field(catalogue),
                      "Servers by name. Sources and `publish:` refer to these names."),
           item_field(FieldType::kMapOf, "environments",
                      object_field("", environment_block(), "One environment."),
                      "Environments beside `prod`, which is always there.",
                      "{ dev: { suffix: _dev, sample: 1% } }"),
           variables_field()},
      .example = "rhumb: 1\nname: views\ntimezone: America/New_York\n",
  };
}

}  // namespace rhumb
