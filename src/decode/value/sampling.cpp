#include "decode/value/sampling.h"

#include <cmath>

namespace rhumb {
namespace {

// Source: Sebastiano Vigna's splitmix64, public domain: spreads neighbouring numbers evenly.
uint64_t scattered(uint64_t n) {
  n += 0x9E3779B97F4A7C15U;
  n = (n ^ (n >> 30)) * 0xBF58476D1CE4E5B9U;
  n = (n ^ (n >> 27)) * 0x94D049BB133111EBU;
  return n ^ (n >> 31);
}

}  // namespace

RecordSample::RecordSample(double fraction)
    : all_(fraction >= 1),
      below_(all_ || !(fraction > 0) ? 0 : static_cast<uint64_t>(std::ldexp(fraction, 64))) {}

bool RecordSample::takes(uint64_t number) const {
  return all_ || scattered(number) < below_;
}

}  // namespace rhumb
