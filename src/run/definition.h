#pragma once

#include <string>

#include "project/project.h"

namespace rhumb {

/// Hash of everything that decides what a source's rows look like: its columns, its decoder's
/// options, where it reads and what share of it the environment takes. A change means reading anew.
/// 16 hex digits.
[[nodiscard]] std::string source_definition(const SourceDef& source,
                                            const Environment& environment);

/// Hash of everything that decides a model's rows: its SQL as a syntax tree (so that layout and
/// comments do not count) with the functions it calls put in, its kind, the project's time zone,
/// and the definitions of the views it reads. Description, asserts and targets are left out. 16 hex
/// digits.
[[nodiscard]] std::string model_definition(const Project& project, const ModelDef& model,
                                           const std::string& tree, const std::string& views);

}  // namespace rhumb
