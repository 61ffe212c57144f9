#include "io/proj/crs.h"

#include <fmt/format.h>

#include "io/proj/handles.h"

namespace rhumb {

Result<std::string> projjson_of(int srid) {
  const ProjContext context = make_proj_context();
  const ProjObject definition(proj_create_from_database(
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
