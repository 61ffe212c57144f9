#include "run/definition.h"

#include <fmt/format.h>

#include "component/schema.h"
#include "io/fs/hash.h"

namespace rhumb {
namespace {

void append(const Config& config, std::string& out) {
  out += config.text();
  for (const Config& item : config.items()) {
    out += "[";
    append(item, out);
  }
  for (const auto& [key, value] : config.entries()) {
    out += fmt::format("{{{}:", key);
    append(value, out);
  }
  out += ";";
}

std::string short_hash(const std::string& text) {
  return sha256_hex(text).substr(0, 16);
}

/// The tree says where each node stands in the text; that is not what it means.
std::string without_locations(const std::string& tree) {
  constexpr std::string_view kKey = "\"query_location\":";
  std::string out;
  out.reserve(tree.size());
  size_t from = 0;
  for (size_t at = 0; (at = tree.find(kKey, from)) != std::string::npos;) {
    out.append(tree, from, at - from);
    from = tree.find_first_not_of("0123456789", at + kKey.size());
    if (from == std::string::npos) return out;
  }
  return out.append(tree, from);
}

}  // namespace

std::string source_definition(const SourceDef& source, const Environment& environment) {
  std::string text = fmt::format("{} {}\n", source.kind, source.decoder);
  append(source.read, text);
  append(source.decode, text);
  for (const DeclaredColumn& declared : source.columns) {
    text += fmt::format("\n{} {} {} {} {} {} {} {}", declared.column.name,
                        type_name(declared.column.type), declared.column.type.srid,
                        declared.column.nullable, fmt::join(declared.from, ","), declared.lon,
                        declared.lat, declared.time_format);
    if (declared.extent) text += fmt::format(" {}", fmt::join(*declared.extent, ","));
    if (declared.min) text += fmt::format(" >={}", *declared.min);
    if (declared.max) text += fmt::format(" <={}", *declared.max);
    text += declared.allow_null_island ? " (0,0)" : "";
    if (!declared.from_crs.empty()) text += " from_crs " + declared.from_crs;
    if (declared.on_invalid != OnInvalid::kKeep)
      text += fmt::format(" on_invalid {}", static_cast<int>(declared.on_invalid));
  }
  if (source.sampled && environment.sample < 1)
    text += fmt::format("\nsample {}", environment.sample);
  return short_hash(text);
}

std::string model_definition(const Project& project, const ModelDef& model, const std::string& tree,
                             const std::string& views) {
  std::string text =
      fmt::format("{} {} {} {} {} {}\n{}\n{}", kind_name(model.kind), model.partition_by,
                  model.srid.value_or(project.srid), model.order_by, project.timezone, views,
                  without_locations(tree), "");
  return short_hash(text);
}

}  // namespace rhumb
