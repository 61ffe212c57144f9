#include "decode/csv/dialect_guess.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "decode/csv/record_scanner.h"

namespace rhumb {
namespace {

constexpr size_t kRecords = 200;

struct Score {
  size_t names = 0;     // of the header that were expected
  double agreeing = 0;  // fraction of the records with the commonest number of fields
  size_t fields = 1;    // that number

  [[nodiscard]] auto rank() const { return std::tuple(names, fields > 1, agreeing, fields); }
};

size_t count_names(const RecordScanner& record, const CsvDialect& dialect,
                   const std::vector<std::string>& expected) {
  size_t found = 0;
  std::string scratch;
  for (const FieldText& field : record.fields()) {
    const std::string_view name = trim(field_text(field, dialect, scratch));
    found +=
        std::any_of(expected.begin(), expected.end(),
                    [&](const std::string& wanted) { return equals_ignoring_case(name, wanted); })
            ? 1U
            : 0U;
  }
  return found;
}

Score score_delimiter(const TextBuffer& sample, const CsvOptions& options,
                      const std::vector<std::string>& expected, char delimiter) {
  CsvDialect dialect = options.dialect;
  dialect.delimiter = delimiter;
  RecordScanner scanner(dialect, options.max_record, 4096);
  scanner.reset(sample.begin(), sample.end(), 1, true);
  Score score;
  std::map<size_t, size_t> counts;
  size_t records = 0;
  for (; records < kRecords && scanner.next() == RecordScanner::Step::kRecord; ++records) {
    if (records == 0) score.names = count_names(scanner, dialect, expected);
    if (scanner.fault() == RecordFault::kNone) ++counts[scanner.field_count()];
  }
  size_t most = 0;
  for (const auto& [fields, times] : counts) {
    if (times >= most) std::tie(most, score.fields) = std::tie(times, fields);
  }
  if (records > 0) score.agreeing = static_cast<double>(most) / static_cast<double>(records);
  return score;
}

}  // namespace

char guess_delimiter(const TextBuffer& sample, const CsvOptions& options,
                     const std::vector<std::string>& expected) {
  Score best;
  char found = ',';
  for (const char candidate : {',', ';', '\t', '|'}) {
    const CsvDialect& dialect = options.dialect;
    if (dialect.quoting && (candidate == dialect.quote || candidate == dialect.escape)) continue;
    const Score score = score_delimiter(sample, options, expected, candidate);
    if (score.rank() > best.rank()) {
      best = score;
      found = candidate;
    }
  }
  // A single column: any delimiter that does not occur will do.
  return best.fields > 1 || best.names > 0 ? found : ',';
}

}  // namespace rhumb
