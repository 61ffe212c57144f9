#include "geo/wkb_stream.h"

#include "geo/wkb_walk.h"

namespace rhumb {
namespace {

struct Passer {
  void geometry(const WkbHeader&, uint32_t) {}
  void ring(uint32_t) {}
  void coordinate(const double*) {}
  void end() {}
};

}  // namespace

WkbFront front_wkb(std::string_view bytes) {
  Passer passer;
  WkbWalk<Passer> walk(bytes, passer);
  const char* fault = walk.run_first();
  if (fault == nullptr) return {.bytes = bytes.size() - walk.left()};
  return {.cut = walk.is_cut(fault), .fault = fault};
}

}  // namespace rhumb
