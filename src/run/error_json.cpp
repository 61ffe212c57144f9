#include "run/error_json.h"

#include <nlohmann/json.hpp>

namespace rhumb {

using Json = nlohmann::ordered_json;

Json error_json(const Error& error) {
  return {
      {"code", code_name(error.code)}, {"message", error.message}, {"hint", error.hint},
      {"file", error.place.file},      {"line", error.place.line}, {"column", error.place.column}};
}

std::string json_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rhumb
