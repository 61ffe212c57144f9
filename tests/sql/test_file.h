#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb {

enum class BlockKind : uint8_t {
  kView,       ///< `view NAME`: the query gets a name
  kTable,      ///< `table NAME`: its rows go through files, which get the name
  kStatement,  ///< `statement ok` or `statement error CODE [at LINE:COLUMN] [words of the message]`
  kQuery,      ///< `query [unordered] [NAME[:TYPE] | ...]`, SQL, `----`, rows `a | b`
};

/// One block of a .test file; blocks are separated by blank lines.
struct Block {
  BlockKind kind = BlockKind::kStatement;
  int line = 0;        ///< of its header, from 1
  std::string header;  ///< what follows the word
  std::string sql;
  std::vector<std::string> rows;  ///< as written, without blanks at the ends
};

/// A whole file: `settings KEY=VALUE ...` lines (each one more run of the file) and blocks. Lines
/// that begin with `#` outside a block are comments.
struct TestFile {
  std::vector<std::string> settings;
  std::vector<Block> blocks;
};

/// The error's place is the line that cannot be understood.
[[nodiscard]] Result<TestFile> parse_test_file(const std::string& name, std::string_view text);

}  // namespace rhumb
