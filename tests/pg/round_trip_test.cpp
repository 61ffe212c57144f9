#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <random>

#include "publish/postgis/target_test_base.h"
#include "source/postgres/postgres_source.h"

namespace rhumb {
namespace {

__extension__ using Int128 = __int128;

constexpr uint64_t kRows = 200'000;

Schema every_type() {
  const auto nullable = [](const char* name, Type type) { return Column{name, type, true}; };
  return {{"id", {.id = TypeId::kInteger}, false},
          nullable("b", {.id = TypeId::kBoolean}),
          nullable("i", {.id = TypeId::kInteger}),
          nullable("d", {.id = TypeId::kDouble}),
          nullable("n", {.id = TypeId::kDecimal, .precision = 38, .scale = 9}),
          nullable("small", {.id = TypeId::kDecimal, .precision = 9, .scale = 9}),
          nullable("t", {.id = TypeId::kText}),
          nullable("raw", {.id = TypeId::kBytes}),
          nullable("day", {.id = TypeId::kDate}),
          nullable("clock", {.id = TypeId::kTime}),
          nullable("wall", {.id = TypeId::kTimestamp}),
          nullable("at", {.id = TypeId::kTimestampTz}),
          nullable("u", {.id = TypeId::kUuid}),
          nullable("j", {.id = TypeId::kJson}),
          nullable("g", {.id = TypeId::kGeometry, .geometry = GeometryKind::kPoint, .srid = 25832}),
          nullable("a", {.id = TypeId::kGeometry, .srid = 3857})};
}

/// The same values for the same row, whoever asks: extremes often, nulls one in eight.
class Values {
 public:
  explicit Values(uint64_t row) : random_(row * 2'654'435'761U + 17), row_(row) {}

  void append(Batch& batch) {
    const Schema schema = every_type();
    batch.columns[0].append(static_cast<int64_t>(row_));
    for (size_t i = 1; i < schema.size(); ++i) {
      if (random_() % 8 == 0) {
        batch.columns[i].append_null();
      } else {
        append_value(schema[i], batch.columns[i]);
      }
    }
  }

 private:
  void append_value(const Column& column, ColumnData& to) {
    switch (column.type.id) {
      case TypeId::kBoolean:
        to.append(static_cast<int8_t>(random_() % 2));
        return;
      case TypeId::kInteger:
        to.append(integer(INT64_MIN, INT64_MAX));
        return;
      case TypeId::kDouble:
        to.append(real());
        return;
      case TypeId::kDecimal:
        to.append(decimal(column.type.precision));
        return;
      case TypeId::kText:
        to.append_bytes(text());
        return;
      case TypeId::kBytes:
        to.append_bytes(bytes(random_() % 40));
        return;
      case TypeId::kDate:
        to.append(static_cast<int32_t>(integer(-2'440'588, 2'145'042'905)));
        return;
      case TypeId::kTime:
        to.append(integer(0, 86'400'000'000));
        return;
      case TypeId::kTimestamp:
      case TypeId::kTimestampTz:
        to.append(integer(-210'866'803'200'000'000, INT64_MAX - 946'684'800'000'001));
        return;
      case TypeId::kUuid: {
        const std::string made = bytes(16);
        std::array<char, 16> uuid{};
        std::memcpy(uuid.data(), made.data(), 16);
        to.append(uuid);
        return;
      }
      // As jsonb prints it, which is what comes back.
      case TypeId::kJson:
        to.append_bytes("{\"k\": " + std::to_string(random_() % 1000) + "}");
        return;
      case TypeId::kGeometry:
        to.append_bytes(wkb_point(real(), real()));
        return;
    }
  }

  int64_t integer(int64_t low, int64_t high) {
    const uint64_t pick = random_() % 5;
    if (pick == 0) return low;
    if (pick == 1) return high;
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }
  double real() {
    constexpr std::array<double, 6> kOdd{0.0,
                                         -0.0,
                                         std::numeric_limits<double>::infinity(),
                                         std::numeric_limits<double>::denorm_min(),
                                         std::numeric_limits<double>::max(),
                                         0.1};
    if (random_() % 2 == 0) return kOdd.at(random_() % kOdd.size());
    return std::normal_distribution<>(0, 1e6)(random_);
  }
  Int128 decimal(int precision) {
    Int128 value = 0;
    const uint64_t digits = random_() % (static_cast<uint64_t>(precision) + 1);
    const bool nines = random_() % 4 == 0;
    for (uint64_t i = 0; i < digits; ++i)
      value = value * 10 + (nines ? 9 : static_cast<int>(random_() % 10));
    return random_() % 2 == 0 ? value : -value;
  }
  std::string text() {
    constexpr std::array<const char*, 5> kPieces{"a", "größe", "🌍", "'\"\\\n\t", "\x01"};
    std::string made;
    for (uint64_t i = random_() % 6; i > 0; --i) made += kPieces.at(random_() % kPieces.size());
    return made;
  }
  std::string bytes(uint64_t count) {
    std::string made;
    for (uint64_t i = 0; i < count; ++i) made += static_cast<char>(random_());
    return made;
  }

  std::mt19937_64 random_;
  uint64_t row_;
};

bool same_value(TypeId type, const ColumnData& a, size_t row_a, const ColumnData& b, size_t row_b) {
  const size_t width = fixed_width(type);
  if (width == 0) return a.bytes(row_a) == b.bytes(row_b);
  return std::memcmp(a.values() + row_a * width, b.values() + row_b * width, width) == 0;
}

class RoundTripTest : public TargetTest {};

TEST_F(RoundTripTest, EveryTypeComesBackBitForBit) {
  const Schema schema = every_type();
  MadeRows stream(schema, kRows, [](uint64_t row, Batch& batch) { Values(row).append(batch); });
  PublishRequest wanted = request(1);
  wanted.schema = schema;
  const Status done = publish(*target({{"view", text("v")}}), wanted, stream);
  ASSERT_TRUE(done.ok()) << done.error().text();

  const auto from = make_postgres_source(map({{"table", text("v_v1")}}), url(), "always");
  ASSERT_TRUE(from.ok()) << from.error().text();
  const auto found = (*from)->schema();
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(*found, schema);
  const CancelFlag never;
  const auto snapshot = (*from)->snapshot(1.0, never);
  ASSERT_TRUE(snapshot.ok()) << snapshot.error().text();
  std::vector<bool> seen(kRows, false);
  for (size_t reader_number = 0; reader_number < (*snapshot)->max_readers(); ++reader_number) {
    const auto reader = (*snapshot)->open_reader();
    ASSERT_TRUE(reader.ok());
    Batch batch(schema);
    while (true) {
      const auto more = (*reader)->next(batch);
      ASSERT_TRUE(more.ok()) << more.error().text();
      if (!*more) break;
      for (size_t row = 0; row < batch.rows(); ++row) {
        const auto id = static_cast<size_t>(batch.columns[0].value<int64_t>(row));
        ASSERT_FALSE(seen.at(id));
        seen.at(id) = true;
        Batch expected(schema);
        Values(id).append(expected);
        for (size_t i = 1; i < schema.size(); ++i) {
          const ColumnData& came = batch.columns[i];
          const ColumnData& went = expected.columns[i];
          ASSERT_EQ(came.is_null(row), went.is_null(0)) << schema[i].name << " of row " << id;
          ASSERT_TRUE(went.is_null(0) || same_value(schema[i].type.id, came, row, went, 0))
              << schema[i].name << " of row " << id;
        }
      }
    }
  }
  EXPECT_EQ(static_cast<uint64_t>(std::count(seen.begin(), seen.end(), true)), kRows);
}

}  // namespace
}  // namespace rhumb
