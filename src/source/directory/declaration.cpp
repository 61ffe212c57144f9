#include "source/directory/directory_source.h"

namespace rhumb {
namespace {

Field files_field() {
  Field pattern{.name = "pattern",
                .type = FieldType::kText,
                .doc = "A pattern for paths below `path`.",
                .example = "\"*.csv\""};
  return {
      .name = "files",
      .type = FieldType::kListOrOne,
      .doc =
          "Which files to read: a pattern or a list of patterns. `*` and `?` stay within one name, "
          "`**` stands for any number of nested folders.",
      .default_value = "\"*\"",
      .example = "[\"*.csv\", \"archive/**/*.csv.gz\"]",
      .item = std::make_shared<const Field>(std::move(pattern))};
}

Declaration make_declaration() {
  Declaration out{.name = "directory",
                  .summary = "Files in a folder of this machine",
                  .doc =
                      "Reads every file of the folder that matches a pattern, once. A file is "
                      "known by its path, size "
                      "and times; when these change, its content decides: other bytes replace the "
                      "rows read before, "
                      "the same bytes are left alone. A file that disappears keeps its rows, so "
                      "the folder may be "
                      "emptied.\n\n"
                      "Never read: names that start with `.` or `_` or end with `~`, `.tmp` or "
                      "`.part` (write under "
                      "such a name, then rename: a renamed file is never seen half), folders of "
                      "such names, symbolic "
                      "links, and whatever is not a plain file. Bytes of a name that are not UTF-8 "
                      "are shown as "
                      "`\\xHH`. A folder that cannot be listed completely stops the run.",
                  .example = "directory:\n  path: landing\n  files: \"*.csv\"\n"};
  out.fields = {{.name = "path",
                 .type = FieldType::kText,
                 .doc = "The folder, relative to the project's root or absolute.",
                 .required = true,
                 .example = "landing"},
                files_field(),
                {.name = "settle",
                 .type = FieldType::kDuration,
                 .doc = "Leaves a file for a later run until it has not changed for this long. For "
                        "writers that do "
                        "not rename a finished file into place.",
                 .default_value = "0 s",
                 .example = "30 s"}};
  return out;
}

}  // namespace

const Declaration& directory_declaration() {
  static const Declaration declaration = make_declaration();
  return declaration;
}

}  // namespace rhumb
