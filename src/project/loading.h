#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "component/declaration.h"
#include "project/project.h"

namespace rhumb {

/// The declarations of one load, built once and not per file.
struct Language {
  explicit Language(const Catalogue& catalogue);
  Declaration project;
  Declaration source;
  Declaration model;
  Declaration function;
  Field tests;
  std::map<std::string, Declaration> publish;      ///< by the target's name
  std::map<std::string, Declaration> connections;  ///< by kind
};

/// A project on its way in. What was refused is missing from `project` but its name stays known, so
/// that one mistake is reported once.
struct Loading {
  Loading(std::filesystem::path root, const Catalogue& components);

  std::filesystem::path root;
  const Catalogue& catalogue;
  Language language;
  Project project;
  Errors errors;
  bool connections_known = false;       ///< rhumb.yaml could be read so far
  std::map<std::string, Place> tables;  ///< every source and model, refused ones too
  std::map<std::string, Place> models;  ///< every model, refused ones too

  void refuse(Code code, std::string message, std::string hint, Place place);
  /// Reports and gives false unless `name` can be a table and is still free.
  bool claim_table(const std::string& name, const Place& place);
  /// Reports and gives false unless `name` is a connection; true when the connections are not
  /// known.
  bool expect_connection(const std::string& name, const Place& place);
  /// Reports unless `name` is a source or model.
  void expect_table(const std::string& name, const Place& place);
  [[nodiscard]] std::vector<std::string> table_names() const;
};

// The passes of load_project(), in their order.
void load_project_file(Loading& loading);
void load_sources(Loading& loading);
void load_models(Loading& loading);
void load_functions(Loading& loading);
void load_tests(Loading& loading);
/// Names that refer to other files: `conserves`, `relationship`, tests.
void check_references(Loading& loading);

/// A file of the project by its place below the root.
struct ProjectFile {
  std::filesystem::path path;
  std::string shown;  ///< relative to the root, `/` between parts
  std::string stem;
};

/// The files of a folder and the folders below it that end in `extension`, in order of their names.
/// A missing folder has none. Files that begin with a dot are left alone.
[[nodiscard]] std::vector<ProjectFile> files_in(Loading& loading, const std::string& folder,
                                                const std::string& extension);

/// Letters, digits and `_`, not beginning with a digit.
[[nodiscard]] bool is_identifier(std::string_view name);

/// `4326` or `EPSG:4326`.
[[nodiscard]] std::optional<int> parse_crs(std::string_view text);
/// The EPSG code under `key`, or nothing when absent or refused.
std::optional<int> take_crs(Loading& loading, const Config& block, const std::string& key);
/// The `timeout` of a block, or that of the project.
[[nodiscard]] TimeLimit take_timeout(const Loading& loading, const Config& block);
/// Four ascending corners under `extent`, or nothing when absent or refused.
std::optional<Box> take_extent(Loading& loading, const Config& block);

/// Columns of a source file's checked `columns:`.
[[nodiscard]] std::vector<DeclaredColumn> read_columns(Loading& loading, const Config& columns,
                                                       bool of_table);
/// Asserts of a model file's checked `assert:`.
[[nodiscard]] std::vector<Assert> read_asserts(Loading& loading, const Config& list);

}  // namespace rhumb
