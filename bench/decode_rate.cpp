// How fast a decoder makes batches of files, without an engine behind it:
//   decode_rate FORMAT READERS COLUMNS FILE...
// COLUMNS is "" for those of the file, or `id integer, at timestamp, where point lon lat`. Prints
// rows, rejects, bytes, wall and CPU seconds, those of the whole process with what it takes to
// start one, and peak memory of all files together as JSON.

#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/adapters.h"

namespace {

using namespace rhumb;

struct Totals {
  std::atomic<uint64_t> rows{0}, rejected{0}, bytes{0};
};

[[noreturn]] void fail(const Error& error) {
  fmt::print(stderr, "{}\n", error.text());
  std::exit(1);
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void drain(BatchStream& stream) {
  auto reader = stream.open_reader();
  if (!reader.ok()) fail(reader.error());
  Batch batch(stream.schema());
  for (;;) {
    const auto more = (*reader)->next(batch);
    if (!more.ok()) fail(more.error());
    if (!*more) return;
  }
}

/// `name type`, and for a point from two fields their names.
std::vector<DeclaredColumn> read_columns(std::string_view text) {
  std::vector<DeclaredColumn> out;
  for (const std::string_view part : split(text, ',')) {
    const std::vector<std::string_view> words = split(trim(part), ' ');
    if (words.size() != 2 && words.size() != 4) continue;
    DeclaredColumn column;
    const auto type = parse_type(words[1]);
    if (!type) fail(Error{.code = Code::kBadValue, .message = std::string(words[1])});
    column.column = {.name = std::string(words[0]), .type = *type};
    if (type->id == TypeId::kGeometry) column.column.type.srid = 4326;
    if (words.size() == 4) column.lon = words[2], column.lat = words[3];
    out.push_back(std::move(column));
  }
  return out;
}

void decode(const Decoder& decoder, const std::string& path, size_t readers,
            const std::vector<DeclaredColumn>& columns, Totals& totals) {
  auto stream = decoder.open(
      DecodeRequest{.path = path, .input = path, .columns = columns, .rejects = [](Reject&&) {}});
  if (!stream.ok()) fail(stream.error());
  std::vector<std::thread> threads;
  const size_t count = std::min(readers, (*stream)->max_readers());
  for (size_t i = 1; i < count; ++i) threads.emplace_back([&] { drain(**stream); });
  drain(**stream);
  for (std::thread& thread : threads) thread.join();
  totals.rows += (*stream)->progress().rows;
  totals.rejected += (*stream)->progress().rejected;
  totals.bytes += std::filesystem::file_size(path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "decode_rate FORMAT READERS COLUMNS FILE...\n");
    return 2;
  }
  SourceDef source;
  source.decoder = argv[1];
  auto decoder = real_adapters().decoder(Project{}, source);
  if (!decoder.ok()) fail(decoder.error());
  const auto readers = static_cast<size_t>(std::max(1, std::atoi(argv[2])));
  const auto columns = read_columns(argv[3]);
  Totals totals;
  const double before = cpu_seconds();
  const Stopwatch clock;
  for (int i = 4; i < argc; ++i) decode(**decoder, argv[i], readers, columns, totals);
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const double wall = clock.seconds(), all = cpu_seconds();
  fmt::print(
      "{{\"rows\": {}, \"rejected\": {}, \"bytes\": {}, \"wall_s\": {:.3f}, \"cpu_s\": {:.3f}, "
      "\"process_cpu_s\": {:.3f}, \"peak_mib\": {}}}\n",
      totals.rows.load(), totals.rejected.load(), totals.bytes.load(), wall, all - before, all,
      used.ru_maxrss / 1024);
  return 0;
}
