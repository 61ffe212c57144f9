#include "engine/duckdb/h3_functions.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/point_arguments.h"
#include "engine/duckdb/scalar_call.h"
#include "engine/duckdb/scalar_registration.h"
#include "geo/h3/h3_cells.h"

namespace rhumb {
namespace {

constexpr size_t kShownText = 40;

std::optional<H3Cell> take_cell(ScalarCall& call, idx_t column, idx_t row, std::string_view name) {
  const auto number = call.value<int64_t>(column, row);
  const auto cell = static_cast<H3Cell>(number);
  if (is_h3_cell(cell)) return cell;
  call.fail(
      fmt::format("{}: {} is no cell of H3\ncells come from h3_cell(point, resolution) or "
                  "h3_from_text(text)",
                  name, number));
  return std::nullopt;
}

void set_cell(ScalarCall& call, idx_t row, H3Cell cell) {
  call.set(row, static_cast<int64_t>(cell));
}

void cell_of_point(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "h3_cell";
    const auto at = take_degrees(call, 0, row, kName);
    if (!at) return;
    const auto size = take_within(call, 1, row, 0, kMaxH3Resolution, kName, "the resolution");
    if (size) set_cell(call, row, h3_cell_at(at->x, at->y, *size));
  });
}

void cell_of_text(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const std::string_view text = call.bytes(0, row);
    if (const auto cell = parse_h3_cell(text)) return set_cell(call, row, *cell);
    call.fail(
        fmt::format("h3_from_text: `{}` is no cell of H3\na cell is a hexadecimal number such "
                    "as 8928308280fffff",
                    printable(text, kShownText)));
  });
}

void text_of_cell(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    if (const auto cell = take_cell(call, 0, row, "h3_text")) call.set_bytes(row, h3_text(*cell));
  });
}

void resolution_of(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const auto cell = take_cell(call, 0, row, "h3_resolution");
    if (cell) call.set(row, static_cast<int64_t>(h3_resolution(*cell)));
  });
}

void parent_of(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "h3_parent";
    const auto cell = take_cell(call, 0, row, kName);
    if (!cell) return;
    const auto size = take_within(call, 1, row, 0, h3_resolution(*cell), kName,
                                  "the resolution of a parent of this cell");
    if (size) set_cell(call, row, h3_parent(*cell, *size));
  });
}

void centre_of(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    const auto cell = take_cell(call, 0, row, "h3_center");
    if (!cell) return;
    const Position at = h3_centre(*cell);
    const WkbPoint point = make_wkb_point(at.x, at.y);
    call.set_bytes(row, {point.data(), point.size()});
  });
}

void outline_of(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    if (const auto cell = take_cell(call, 0, row, "h3_boundary"))
      call.set_bytes(row, h3_outline_wkb(*cell));
  });
}

void steps_between(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  ScalarCall(info, arguments, result).each([](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "h3_distance";
    const auto a = take_cell(call, 0, row, kName);
    const auto b = a ? take_cell(call, 1, row, kName) : std::nullopt;
    if (!b) return;
    const auto steps = h3_distance(*a, *b);
    if (steps.ok()) return call.set(row, *steps);
    call.fail(fmt::format("{}: {}\n{}", kName, steps.error().message, steps.error().hint));
  });
}

void disk_around(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  std::vector<H3Cell> cells;
  auto* const lists = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(result));
  ScalarCall whole(info, arguments, result);
  for (idx_t row = 0; row < whole.rows(); ++row) lists[row] = {0, 0};
  whole.each([&](ScalarCall& call, idx_t row) {
    constexpr std::string_view kName = "h3_disk";
    const auto cell = take_cell(call, 0, row, kName);
    if (!cell) return;
    const auto steps = take_within(call, 1, row, 0, kMaxH3Steps, kName, "the number of steps");
    if (!steps) return;
    const std::vector<H3Cell> found = h3_disk(*cell, *steps);
    lists[row] = {cells.size(), found.size()};
    cells.insert(cells.end(), found.begin(), found.end());
  });
  auto* const out = static_cast<int64_t*>(duckdb_vector_get_data(make_list(result, cells.size())));
  for (size_t i = 0; i < cells.size(); ++i) out[i] = static_cast<int64_t>(cells[i]);
}

}  // namespace

Status register_h3_functions(duckdb_connection connection) {
  constexpr duckdb_type kGeometry = DUCKDB_TYPE_GEOMETRY, kText = DUCKDB_TYPE_VARCHAR,
                        kInteger = DUCKDB_TYPE_BIGINT;
  const auto add = [connection](const char* name, LogicalTypeHandle returns,
                                std::vector<duckdb_type> takes, duckdb_scalar_function_t function) {
    return register_scalar_function(
        connection,
        {.name = name, .returns = std::move(returns), .overloads = {{std::move(takes), function}}});
  };
  RHUMB_TRY(add("h3_cell", plain_type(kInteger), {kGeometry, kInteger}, cell_of_point));
  RHUMB_TRY(add("h3_from_text", plain_type(kInteger), {kText}, cell_of_text));
  RHUMB_TRY(add("h3_text", plain_type(kText), {kInteger}, text_of_cell));
  RHUMB_TRY(add("h3_resolution", plain_type(kInteger), {kInteger}, resolution_of));
  RHUMB_TRY(add("h3_parent", plain_type(kInteger), {kInteger, kInteger}, parent_of));
  RHUMB_TRY(add("rhumb_h3_centre", plain_type(kGeometry), {kInteger}, centre_of));
  RHUMB_TRY(add("rhumb_h3_outline", plain_type(kGeometry), {kInteger}, outline_of));
  RHUMB_TRY(add("h3_distance", plain_type(kInteger), {kInteger, kInteger}, steps_between));
  return add("h3_disk", list_type(plain_type(kInteger)), {kInteger, kInteger}, disk_around);
}

}  // namespace rhumb
