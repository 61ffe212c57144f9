#include "engine/duckdb/copy_statistics.h"

#include "engine/duckdb/vectors.h"

namespace rhumb {
namespace {

// A map is a list of (key, value) structs; calls `visit(keys, values, i)` for each of a row's.
template <typename Visit>
void each_entry(duckdb_vector map, idx_t row, Visit visit) {
  if (!is_valid_at(map, row)) return;
  const auto entry = static_cast<const duckdb_list_entry*>(duckdb_vector_get_data(map))[row];
  const duckdb_vector pairs = duckdb_list_vector_get_child(map);
  const duckdb_vector keys = duckdb_struct_vector_get_child(pairs, 0);
  const duckdb_vector values = duckdb_struct_vector_get_child(pairs, 1);
  for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) visit(keys, values, i);
}

std::map<std::string, std::string> read_texts(duckdb_vector map, idx_t row) {
  std::map<std::string, std::string> out;
  each_entry(map, row, [&](duckdb_vector keys, duckdb_vector values, idx_t i) {
    if (is_valid_at(values, i)) out.emplace(bytes_at(keys, i), bytes_at(values, i));
  });
  return out;
}

uint64_t number_at(duckdb_vector vector, idx_t row) {
  return static_cast<const uint64_t*>(duckdb_vector_get_data(vector))[row];
}

// Columns of the result, in the engine's order.
enum : idx_t { kFileName, kCount, kFileBytes, kFooterBytes, kStatistics, kPartition };

CopiedFile read_row(duckdb_data_chunk chunk, idx_t row) {
  const auto column = [&](idx_t at) { return duckdb_data_chunk_get_vector(chunk, at); };
  CopiedFile file{.path = std::string(bytes_at(column(kFileName), row)),
                  .rows = number_at(column(kCount), row),
                  .bytes = number_at(column(kFileBytes), row),
                  .columns = {},
                  .partition = read_texts(column(kPartition), row)};
  each_entry(column(kStatistics), row, [&](duckdb_vector keys, duckdb_vector values, idx_t i) {
    file.columns.emplace(bytes_at(keys, i), read_texts(values, i));
  });
  return file;
}

}  // namespace

std::vector<CopiedFile> read_copied_files(ResultHandle& result) {
  std::vector<CopiedFile> files;
  while (const ChunkHandle chunk = result.next()) {
    const idx_t rows = duckdb_data_chunk_get_size(chunk.get());
    if (rows == 0) break;
    for (idx_t row = 0; row < rows; ++row) files.push_back(read_row(chunk.get(), row));
  }
  return files;
}

}  // namespace rhumb
