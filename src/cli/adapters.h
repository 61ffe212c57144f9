#pragma once

#include "component/declaration.h"
#include "run/run_context.h"

namespace rhumb {

/// Every component this build has. The one place where they are named.
[[nodiscard]] const Catalogue& catalogue();
/// Factories of the real components.
[[nodiscard]] Adapters real_adapters();

/// Lets every engine made from now on make its files on Spark; they share one driver.
void use_spark(Adapters& adapters, const Project& project);

}  // namespace rhumb
