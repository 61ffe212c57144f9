#pragma once

#include <exception>
#include <new>

#include "base/result.h"

namespace rhumb {

/// A bug of ours, as what people are told of it: kInternal.
[[nodiscard]] Error defect(std::string_view what);
/// Memory that the machine would not give.
[[nodiscard]] Error no_memory();

/// Does `work()`, which returns a Status. Where nothing may be thrown further, at the end of a
/// thread or in C code's callbacks, what it throws becomes an Error: without that the process would
/// end without a word.
template <typename Work>
[[nodiscard]] Status caught(Work&& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return no_memory();
  } catch (const std::exception& thrown) {
    return defect(thrown.what());
  } catch (...) {
    return defect("an exception of an unknown kind");
  }
}

}  // namespace rhumb
