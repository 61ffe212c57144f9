// Any bytes as a CSV file, under options taken from the first of them. What must hold: no crash, no
// sanitizer report, rows + rejects = records whatever the blocks, and rejects that say where.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "decode/csv/csv_decoder.h"

namespace {

using namespace rhumb;

void require(bool holds) {
  if (!holds) std::abort();
}

class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(::memfd_create("csv", MFD_CLOEXEC)) {
    require(file_ >= 0);
    require(::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { ::close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

struct Outcome {
  bool opened = false;
  bool failed = false;
  uint64_t rows = 0;
  std::string rejects;  // lines, columns and reasons
};

Outcome decode(const MemoryFile& file, const CsvOptions& options, bool declared) {
  Outcome out;
  uint64_t rejected = 0;
  DecodeRequest request{.path = file.path(), .input = "fuzz"};
  if (declared) {
    for (const char* type : {"text", "point", "timestamptz", "decimal(10,2)", "json", "geometry"}) {
      DeclaredColumn column;
      column.column = {.name = type, .type = *parse_type(type)};
      request.columns.push_back(std::move(column));
    }
  }
  request.timezone = "America/New_York";
  request.rejects = [&](Reject&& reject) {
    ++rejected;
    require(reject.line > 0 && !reject.message.empty());
    require(is_utf8(reject.raw) && is_utf8(reject.message));
    out.rejects += std::to_string(reject.line) + ":" + std::to_string(reject.column) + " " +
                   reason_name(reject.reason) + " " + reject.message + " " + reject.raw + "\n";
  };
  auto stream = make_csv_decoder(options)->open(request);
  out.opened = stream.ok();
  if (!stream.ok()) return out;
  auto reader = (*stream)->open_reader();
  Batch batch((*stream)->schema());
  for (;;) {
    const auto more = (*reader)->next(batch);
    out.failed = !more.ok();
    if (!more.ok() || !*more) break;
    for (const ColumnData& column : batch.columns) require(column.rows() == batch.rows());
    out.rows += batch.rows();
  }
  if (!out.failed) {
    require((*stream)->progress().rows == out.rows);
    require((*stream)->progress().rejected == rejected);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  CsvOptions options;
  options.header = static_cast<HeaderOption>(data[0] % 3);
  options.encoding = static_cast<EncodingOption>(data[0] / 3 % 5);
  options.dialect.trim = (data[1] & 1) != 0;
  options.dialect.escape = (data[1] & 2) != 0 ? '\\' : '"';
  options.dialect.quoting = (data[1] & 12) != 0;
  if ((data[1] & 16) != 0) options.dialect.comment = "#";
  options.drop_extra_fields = (data[1] & 32) != 0;
  options.fill_missing_fields = (data[1] & 64) != 0;
  options.skip = data[1] >> 7;
  options.max_record = 64 + data[2] % 64;
  const bool declared = data[3] % 2 == 0;
  const MemoryFile file({reinterpret_cast<const char*>(data) + 4, size - 4});

  const Outcome whole = decode(file, options, declared);
  options.block_size = 1 + data[3] / 2;
  const Outcome blocks = decode(file, options, declared);
  require(whole.opened == blocks.opened && whole.failed == blocks.failed);
  if (!whole.failed) require(whole.rows == blocks.rows && whole.rejects == blocks.rejects);
  return 0;
}
