#include "base/id.h"

#include <random>

#include "base/time.h"

namespace rhumb {

std::string new_id() {
  constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  // Drawn from the system each time: a generator of our own would go on with the same numbers on
  // both sides of a fork.
  thread_local std::random_device random;
  std::string id(26, '0');
  auto milliseconds = static_cast<uint64_t>(now_micros() / 1000);
  for (size_t at = 10; at-- > 0; milliseconds >>= 5) id[at] = kDigits[milliseconds & 31];
  for (size_t at = 10; at < 26; at += 8) {
    uint64_t bits = uint64_t{random()} << 32 | random();
    for (size_t i = at; i < at + 8; ++i, bits >>= 5) id[i] = kDigits[bits & 31];
  }
  return id;
}

}  // namespace rhumb
