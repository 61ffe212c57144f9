#include "transform/spatial_select.h"

namespace rhumb::spatial {

void SelectCompiler::compile_nearest(int node) {
  static_cast<void>(node);
}

}  // namespace rhumb::spatial
