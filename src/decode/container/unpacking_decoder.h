#pragma once

#include <memory>
#include <string>
#include <vector>

#include "component/decoder.h"

namespace rhumb {

/// A decoder that also takes zip archives with files of its format inside, one or many; other files
/// go to `inner` as they are. Known by the first bytes, not by the name. Members whose names end in
/// one of `endings` are read (`.csv`; `.csv.gz` counts as `.csv`), or the only member there is;
/// they must agree in their columns. What is left out is told in the notes. Rejects name the
/// archive and the member: `trips.zip/2024/january.csv`. Archives within archives and Office files,
/// which are zip archives too, are not looked into.
[[nodiscard]] std::unique_ptr<Decoder> make_unpacking_decoder(std::unique_ptr<Decoder> inner,
                                                              std::vector<std::string> endings);

}  // namespace rhumb
