#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

enum class FunctionForm : uint8_t {
  kNative,   ///< the engine's own means the same; listed to say so
  kMacro,    ///< SQL, in `implementation`
  kKernel,   ///< C++, registered by the engine
  kRefused,  ///< a name that would mislead; `doc` says what to write instead
};

/// One function that projects may rely on. Everything that is said about it anywhere (the engine's
/// registration, the reference page, translation for other engines, the test of its example) comes
/// from here.
struct FunctionDoc {
  std::string_view name;  ///< as written in SQL; case does not matter there
  std::string_view
      signature;  ///< `(geometry, geometry) -> double`; overloads on lines of their own
  FunctionForm form = FunctionForm::kNative;
  std::string_view doc;
  std::string_view postgis;         ///< counterpart there, "" = none
  std::string_view sedona;          ///< counterpart there, "" = none
  std::string_view implementation;  ///< kMacro: what follows CREATE MACRO name
  std::string_view example;         ///< an expression
  std::string_view result;          ///< its value as text
};

/// In the order of the reference page. Macros use only those before them.
[[nodiscard]] const std::vector<FunctionDoc>& function_catalogue();

/// The entry of that name (case ignored), or nothing.
[[nodiscard]] const FunctionDoc* find_function(std::string_view name);

}  // namespace rhumb
