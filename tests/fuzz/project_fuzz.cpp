// Any text as a file of a project that is otherwise right; the first byte says which. What must
// hold: no crash, and errors that say what and where.

#include <cstdint>
#include <string>

#include "project/project_on_disk.h"
#include "tests/fuzz/require.h"

namespace {

using namespace rhumb;

struct File {
  const char* name;
  const char* text;
};

// A new one comes last: the kept files name theirs by its number.
constexpr File kFiles[] = {
    {"rhumb.yaml", "rhumb: 1\nname: any\nconnections:\n  warehouse: { postgres: \"${URL}\" }\n"},
    {"sources/trips.yaml", "read: { directory: { path: landing } }\ndecode: csv\n"},
    {"models/total.sql", "SELECT count(*) AS n FROM trips\n"},
    {"functions/twice.sql", "twice(a) AS a + a\n"},
    {"tests/total.yaml",
     "counts:\n  model: total\n  given: { trips: \"id\\n1\" }\n  expect: \"n\\n1\"\n"}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  static ProjectOnDisk project;
  const size_t changed = data[0] % std::size(kFiles);
  for (size_t i = 0; i < std::size(kFiles); ++i)
    project.write(kFiles[i].name, i == changed ? text_of(data + 1, size - 1) : kFiles[i].text);
  const auto loaded = project.load();
  const auto* errors = std::get_if<Errors>(&loaded);
  if (errors == nullptr) return 0;
  require(!errors->empty());
  for (const Error& error : *errors) {
    require_shown(error);
    require(error.code != Code::kInternal && error.place.known());
  }
  return 0;
}
