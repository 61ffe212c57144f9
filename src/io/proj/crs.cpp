#include "io/proj/crs.h"

#include <memory>

#include <fmt/format.h>
#include <proj.h>

namespace rhumb {
namespace {

using Context =
    std::unique_ptr<PJ_CONTEXT,
                    decltype([](PJ_CONTEXT* context) { proj_context_destroy(context); })>;
using Definition = std::unique_ptr<PJ, decltype([](PJ* definition) { proj_destroy(definition); })>;

}  // namespace

Result<std::string> projjson_of(int srid) {
  const Context context(proj_context_create());
  // Unknown codes are an answer here, not something to print.
  proj_log_level(context.get(), PJ_LOG_NONE);
  const Definition definition(proj_create_from_database(
      context.get(), "EPSG", std::to_string(srid).c_str(), PJ_CATEGORY_CRS, 0, nullptr));
  const char* const options[] = {"MULTILINE=NO", nullptr};
  const char* json =
      definition ? proj_as_projjson(context.get(), definition.get(), options) : nullptr;
  if (json != nullptr) return std::string(json);
  return Error{Code::kNotFound,
               fmt::format("EPSG:{} is not a coordinate system PROJ knows", srid),
               "look the code up on epsg.io; a PostGIS-only SRID has no EPSG definition",
               {}};
}

}  // namespace rhumb
