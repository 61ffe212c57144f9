#include "decode/csv/decoded_text.h"

#include <mutex>
#include <thread>

#include "base/time.h"
#include "decode/csv/csv_decoder.h"
#include "geo/wkt.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

std::string shown(const ColumnData& data, size_t row) {
  if (data.is_null(row)) return "null";
  switch (data.type()) {
    case TypeId::kBoolean:
      return data.value<uint8_t>(row) != 0 ? "true" : "false";
    case TypeId::kInteger:
      return std::to_string(data.value<int64_t>(row));
    case TypeId::kDouble:
      return std::to_string(data.value<double>(row));
    case TypeId::kDate:
      return format_utc(data.value<int32_t>(row) * Micros{86'400'000'000}).substr(0, 10);
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return format_utc(data.value<int64_t>(row)).substr(0, 19);
    case TypeId::kGeometry:
      return write_wkt(data.bytes(row));
    default:
      return std::string(data.bytes(row));
  }
}

void read_all(BatchStream& stream, std::mutex& mutex, DecodedText& out) {
  auto reader = stream.open_reader();
  Batch batch(stream.schema());
  for (;;) {
    const auto more = (*reader)->next(batch);
    const std::scoped_lock lock(mutex);
    if (!more.ok()) {
      out.error = more.error();
      return;
    }
    if (!*more) return;
    for (size_t row = 0; row < batch.rows(); ++row) {
      auto& cells = out.rows.emplace_back();
      for (const ColumnData& column : batch.columns) cells.push_back(shown(column, row));
    }
  }
}

}  // namespace

DecodedText decode_text(std::string_view bytes, const DecodeSettings& settings) {
  return decode_bytes(*make_csv_decoder(settings.options), bytes, "in.csv", settings);
}

DecodedText decode_bytes(const Decoder& decoder, std::string_view bytes, const std::string& name,
                         const DecodeSettings& settings) {
  const TestFolder folder;
  return decode_file(decoder, folder.write(name, bytes), name, settings);
}

DecodedText decode_file(const Decoder& decoder, const std::filesystem::path& path,
                        const std::string& name, const DecodeSettings& settings) {
  DecodedText out;
  std::mutex mutex;
  DecodeRequest request{.path = path, .input = name, .columns = settings.columns};
  request.timezone = settings.timezone;
  request.sample = settings.sample;
  request.cancel = settings.cancel;
  request.rejects = [&](Reject&& reject) {
    const std::scoped_lock lock(mutex);
    out.rejects.push_back(std::move(reject));
  };
  request.repairs = [&](Reject&& repair) {
    const std::scoped_lock lock(mutex);
    out.repairs.push_back(std::move(repair));
  };
  auto stream = decoder.open(request);
  if (!stream.ok()) {
    out.error = stream.error();
    return out;
  }
  for (const Column& column : (*stream)->schema()) {
    out.columns.push_back(column.name + " " + type_name(column.type));
  }
  out.preamble = (*stream)->preamble();
  std::mutex results;
  std::vector<std::thread> threads;
  for (int i = 1; i < settings.readers; ++i) {
    threads.emplace_back([&] { read_all(**stream, results, out); });
  }
  read_all(**stream, results, out);
  for (std::thread& thread : threads) thread.join();
  out.notes = (*stream)->notes();
  out.counted_rows = (*stream)->progress().rows;
  out.counted_rejects = (*stream)->progress().rejected;
  return out;
}

DeclaredColumn declare(std::string_view name_and_type, std::vector<std::string> from) {
  const size_t space = name_and_type.find(' ');
  DeclaredColumn out;
  out.column.name = name_and_type.substr(0, space);
  out.column.type = *parse_type(name_and_type.substr(space + 1));
  if (out.column.type.id == TypeId::kGeometry) out.column.type.srid = 4326;
  out.from = std::move(from);
  return out;
}

}  // namespace rhumb
