#pragma once

#include <memory>

#include <proj.h>
#include <proj_experimental.h>

namespace rhumb {

using ProjContext =
    std::unique_ptr<PJ_CONTEXT,
                    decltype([](PJ_CONTEXT* context) { proj_context_destroy(context); })>;
using ProjObject = std::unique_ptr<PJ, decltype([](PJ* object) { proj_destroy(object); })>;
using ProjList =
    std::unique_ptr<PJ_OBJ_LIST, decltype([](PJ_OBJ_LIST* list) { proj_list_destroy(list); })>;

/// A context that prints nothing: what PROJ does not know is an answer here.
[[nodiscard]] inline ProjContext make_proj_context() {
  ProjContext context(proj_context_create());
  proj_log_level(context.get(), PJ_LOG_NONE);
  return context;
}

}  // namespace rhumb
