#include "transform/spatial_match.h"

#include <utility>

#include "transform/spatial_compiler.h"

namespace rhumb::spatial {
namespace {

json as_argument(const json& name) {
  return name.is_string() ? text_value(name.get<std::string>()) : name;
}

json empty_list() {
  return call("list_value", {});
}

json list_of_null() {
  return call("list_value", {rewrite::null_value("")});
}

// One value from the look-up's table.
json from_lookup(const json& name, json item, json where) {
  json source = table(kLookupSchema, "", "");
  source["table_name"] = name;
  json query = rewrite::select(json::array({std::move(item)}), std::move(source));
  query["where_clause"] = std::move(where);
  return scalar_subquery(std::move(query));
}

json empty_matches(std::string_view function, const json& name) {
  const json is_empty = rewrite::column({kIsEmpty});
  if (function == "rhumb_has_match") {
    return coalesce({from_lookup(name, call("bool_or", {is_empty}), is_empty), false_value()});
  }
  json rows = from_lookup(name, call("list", {rewrite::column({kRowNumber})}), is_empty);
  return coalesce(
      {std::move(rows), function == "rhumb_matches_outer" ? list_of_null() : empty_list()});
}

// Rows of the look-up as neighbours without a distance.
json far_rows(const json& name, json where) {
  json row = rewrite::column({kRowNumber}, "row");
  json distance = cast(rewrite::null_value(""), "DOUBLE");
  distance["alias"] = "distance";
  json packed = call("struct_pack", {std::move(row), std::move(distance)});
  json sorted = call("list_sort", {call("list", {std::move(packed)})});
  return coalesce({from_lookup(name, std::move(sorted), std::move(where)), empty_list()});
}

json is_far(json geometry) {
  return coalesce({call("st_isempty", {std::move(geometry)}), rewrite::true_value()});
}

}  // namespace

json ask(std::string_view function, const json& name, std::string_view relation, json probe,
         json distance) {
  std::vector<json> arguments{as_argument(name), text_value(relation), probe};
  if (!distance.is_null()) arguments.push_back(std::move(distance));
  json found = call(function, std::move(arguments));
  if (!needs_empty(relation)) return found;
  return when(call("st_isempty", {std::move(probe)}), empty_matches(function, name),
              std::move(found));
}

bool needs_empty(std::string_view relation) {
  return relation == "equals";
}

json is_empty_item(json geometry) {
  return call("st_isempty", {std::move(geometry)}, kIsEmpty);
}

json is_far_item(json geometry) {
  json item = is_far(std::move(geometry));
  item["alias"] = kIsFar;
  return item;
}

json ask_nearest(std::string_view function, const json& name, const json& probe, int64_t k) {
  json near = call(function, {as_argument(name), probe, integer_value(k)});
  json then = far_rows(name, rewrite::column({kIsFar}));
  json first = far_rows(name, less(rewrite::column({kRowNumber}), integer_value(k)));
  json filled = first_of(call("list_concat", {std::move(near), std::move(then)}), k);
  return when(is_far(probe), std::move(first), std::move(filled));
}

json or_null(json list) {
  return coalesce({call("nullif", {std::move(list), empty_list()}), list_of_null()});
}

json first_of(json list, int64_t k) {
  return call("list_slice", {std::move(list), integer_value(1), integer_value(k)});
}

}  // namespace rhumb::spatial
