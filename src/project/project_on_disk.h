#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/id.h"
#include "project/project.h"

namespace rhumb {

/// For tests: a project in a folder of its own, gone at the end of the test, and a catalogue with
/// one small component of each sort.
class ProjectOnDisk {
 public:
  ProjectOnDisk() { std::filesystem::create_directories(root_); }
  ~ProjectOnDisk() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ProjectOnDisk(const ProjectOnDisk&) = delete;
  ProjectOnDisk& operator=(const ProjectOnDisk&) = delete;

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  ProjectOnDisk& write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
    return *this;
  }

  static Catalogue catalogue() {
    Field pattern{.name = "pattern", .example = "\"*.csv\""};
    return {
        .connections = {{.name = "postgres",
                         .summary = "A PostgreSQL database.",
                         .fields = {{.name = "url",
                                     .type = FieldType::kSecret,
                                     .doc = "URL of the database.",
                                     .required = true,
                                     .example = "\"${WAREHOUSE_URL}\""}},
                         .example =
                             "connections:\n  warehouse: { postgres: \"${WAREHOUSE_URL}\" }\n"},
                        {.name = "bucket",
                         .summary = "A bucket.",
                         .fields = {{.name = "region", .doc = "Where it is."}}}},
        .sources = {{.name = "directory",
                     .summary = "Files of a folder.",
                     .fields = {{.name = "path",
                                 .doc = "The folder.",
                                 .required = true,
                                 .example = "landing"},
                                {.name = "files",
                                 .type = FieldType::kListOrOne,
                                 .doc = "Which files.",
                                 .default_value = "\"*\"",
                                 .item = std::make_shared<const Field>(pattern)}},
                     .example = "directory:\n  path: landing\n"},
                    {.name = "postgres",
                     .summary = "A table.",
                     .fields = {{.name = "connection", .doc = "The database.", .required = true},
                                {.name = "table", .doc = "The table.", .required = true}},
                     .example = "postgres: { connection: warehouse, table: public.trips }\n"}},
        .decoders =
            {{.name = "csv",
              .summary = "Text with delimiters.",
              .fields = {{.name = "delimiter", .doc = "Between fields.", .default_value = "auto"}},
              .example = "csv: {}\n"}},
        .targets = {
            {.name = "postgis",
             .summary = "A table behind a view.",
             .fields =
                 {{.name = "view", .doc = "Name of the view.", .required = true, .example = "a.v"},
                  {.name = "table", .doc = "Name of each table."},
                  {.name = "indexes", .type = FieldType::kAny, .doc = "Indexes."},
                  {.name = "keep",
                   .type = FieldType::kInteger,
                   .doc = "Old tables kept.",
                   .default_value = "1"}},
             .example = "publish:\n  to: warehouse\n  view: a.v\n"}}};
  }

  [[nodiscard]] std::variant<Project, Errors> load() const {
    return load_project(root_, catalogue());
  }

  /// Every error as it is printed, one after the other; "" when the project is right.
  [[nodiscard]] std::string errors() const {
    const auto loaded = load();
    std::string out;
    if (const auto* found = std::get_if<Errors>(&loaded)) {
      for (const Error& error : *found) out += error.text() + "\n";
    }
    return out;
  }

 private:
  std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("rhumb-project-" + new_id());
};

}  // namespace rhumb
