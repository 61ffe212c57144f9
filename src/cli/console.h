#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rhumb {

enum class Tone { kPlain, kGood, kBad, kWarning, kDim, kStrong };

/// Where commands print: results to standard output, everything else to standard error. Colours and
/// moving lines appear only on a terminal, and never with NO_COLOR or --json.
class Console {
 public:
  Console(std::FILE* out, std::FILE* err, bool json);

  [[nodiscard]] bool json() const { return json_; }
  /// Standard error is a terminal that can redraw lines.
  [[nodiscard]] bool live() const { return live_; }
  [[nodiscard]] size_t width() const;

  void print(std::string_view line);  ///< a line of the result
  void say(std::string_view line);    ///< a line for people; silent with --json
  void raw(std::string_view text);    ///< to standard error, as it is
  void report(const Errors& errors);  ///< as text, or as one JSON object on standard output

  /// `text` in colour for standard output (or error), where colours are wanted.
  [[nodiscard]] std::string paint(Tone tone, std::string_view text) const;

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool json_;
  bool live_;
  bool colour_;
};

/// Rows of text with a header, columns padded to their widest cell; numbers to the right.
[[nodiscard]] std::string render_table(const std::vector<std::string>& header,
                                       const std::vector<std::vector<std::string>>& rows,
                                       const std::vector<bool>& right_aligned);

}  // namespace rhumb
