// Writes trips CSV files for benchmarks, the same for the same seed:
//   generate_trips FOLDER ROWS FILES SEED WEEKS FIRST_DAY(days since 1970-01-01)
// The columns and the shape of the data are those of examples/trips/generate.py; this one writes
// millions of rows a second.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace {

struct Point {
  double x, y;
};

struct City {
  const char* name;
  Point middle;
};

constexpr City kCities[] = {{"Hamburg", {10.0, 53.55}},
                            {"Prague", {14.44, 50.08}},
                            {"Turin", {7.68, 45.07}},
                            {"Lisbon", {-9.14, 38.72}},
                            {"Quito", {-78.47, -0.18}}};
constexpr const char* kSources[] = {"baba_car", "bad_diesel_vehicles", "cheap_mobile", "funny_car",
                                    "pt_search_app"};
constexpr size_t kStations = 40;
constexpr int64_t kWeek = 7 * 86400;

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {
    std::normal_distribution<double> east(0, 0.06), north(0, 0.04);
    for (size_t i = 0; i < kStations; ++i) stations_.push_back({east(random_), north(random_)});
  }

  void append_row(fmt::memory_buffer& out, int64_t at) {
    using namespace std::chrono;
    const uint64_t bits = random_();
    const City& city = kCities[bits % 5];
    const Point from = stations_[bits / 5 % kStations], to = stations_[bits / 200 % kStations];
    const sys_seconds time{seconds(at)};
    const year_month_day day(floor<days>(time));
    const int64_t clock = at % 86400;
    fmt::format_to(
        fmt::appender(out),
        "{},POINT ({:.6f} {:.6f}),POINT ({:.6f} {:.6f}),{:04}-{:02}-{:02} {:02}:{:02}:{:02},{}\n",
        city.name, city.middle.x + from.x + noise(), city.middle.y + from.y + noise(),
        city.middle.x + to.x + noise(), city.middle.y + to.y + noise(),
        static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
        static_cast<unsigned>(day.day()), clock / 3600, clock / 60 % 60, clock % 60,
        kSources[bits / 8000 % 5]);
  }

 private:
  double noise() { return static_cast<double>(random_() >> 40) * (0.002 / 16777216.0); }

  std::mt19937_64 random_;
  std::vector<Point> stations_;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

bool write_file(const std::string& path, Generator& generator, int64_t rows, int64_t start,
                int64_t seconds) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wb"));
  if (file == nullptr) return false;
  fmt::memory_buffer buffer;
  fmt::format_to(fmt::appender(buffer),
                 "region,origin_coord,destination_coord,datetime,datasource\n");
  for (int64_t row = 0; row < rows; ++row) {
    generator.append_row(
        buffer, start + static_cast<int64_t>(static_cast<double>(row) / static_cast<double>(rows) *
                                             static_cast<double>(seconds)));
    if (buffer.size() < (size_t{1} << 20) && row + 1 < rows) continue;
    if (std::fwrite(buffer.data(), 1, buffer.size(), file.get()) != buffer.size()) return false;
    buffer.clear();
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    fmt::print(stderr, "usage: generate_trips FOLDER ROWS FILES SEED WEEKS FIRST_DAY\n");
    return 2;
  }
  const std::string folder = argv[1];
  const int64_t rows = std::atoll(argv[2]), files = std::atoll(argv[3]),
                weeks = std::atoll(argv[5]);
  const int64_t first = std::atoll(argv[6]) * 86400;
  std::filesystem::create_directories(folder);
  Generator generator(static_cast<uint64_t>(std::atoll(argv[4])));
  for (int64_t file = 0; file < files; ++file) {
    const int64_t count = rows * (file + 1) / files - rows * file / files;
    const int64_t start = first + weeks * kWeek * file / files;
    if (!write_file(fmt::format("{}/trips-{}-{:05}.csv", folder, argv[4], file), generator, count,
                    start, weeks * kWeek / files)) {
      fmt::print(stderr, "cannot write to {}\n", folder);
      return 1;
    }
  }
  return 0;
}
