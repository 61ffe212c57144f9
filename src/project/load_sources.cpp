#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "project/check.h"
#include "project/language/language.h"
#include "project/loading.h"
#include "project/text_file.h"
#include "project/yaml_reader.h"

namespace rhumb {
namespace {

constexpr const char* kDefaultChange = "fingerprint";

bool is_word(std::string_view text) {
  return is_identifier(trim(text));
}

class SourceLoader {
 public:
  SourceLoader(Loading& loading, const ProjectFile& file) : loading_(loading), file_(file) {}

  void load() {
    const Place place{file_.shown, 1, 1};
    if (!loading_.claim_table(file_.stem, place)) return;
    auto text = read_text_file(file_.path, file_.shown, Code::kBadYaml);
    if (!text.ok()) return loading_.errors.push_back(std::move(text).error());
    const auto raw = read_yaml(*text, Origin{file_.shown, {}}, loading_.errors);
    if (!raw) return;
    const Config config = check(*raw, loading_.language.source, loading_.errors);
    SourceDef source{.name = file_.stem, .place = place};
    source.description = config["description"].as_text();
    source.tags = config["tags"].as_texts();
    if (!take_read(config, source)) return;
    take_decode(config, source);
    take_changes(config, source, raw->has("same_bytes"));
    source.bad_rows = {config["bad_rows"]["quarantine"].as_bool(true),
                       config["bad_rows"]["stop_above"].as_fraction(0.05)};
    source.sampled = config["sample"].as_bool(true);
    source.timeout = take_timeout(loading_, config);
    source.columns = read_columns(loading_, config["columns"], reads_tables(source.kind));
    loading_.project.sources.emplace(source.name, std::move(source));
  }

 private:
  bool take_read(const Config& config, SourceDef& source) {
    if (config["read"].entries().empty()) return false;  // said already
    source.kind = config["read"].entries().front().first;
    source.read = config["read"].entries().front().second;
    if (source.read.has("connection")) check_connection(source);
    return true;
  }

  void check_connection(const SourceDef& source) {
    const Config& named = source.read["connection"];
    if (!loading_.expect_connection(named.text(), named.place())) return;
    const auto found = loading_.project.connections.find(named.text());
    if (found == loading_.project.connections.end() || found->second.kind.empty()) return;
    const bool kind_exists = loading_.language.connections.contains(source.kind);
    if (!kind_exists || found->second.kind == source.kind) return;
    loading_.refuse(Code::kBadValue,
                    fmt::format("`{}` reads from a connection of kind {}, and `{}` is of kind {}",
                                source.kind, source.kind, named.text(), found->second.kind),
                    fmt::format("it is declared at {}", found->second.place.text()), named.place());
  }

  void take_decode(const Config& config, SourceDef& source) {
    const bool of_table = reads_tables(source.kind);
    if (of_table && config.has("decode")) {
      loading_.refuse(Code::kBadValue,
                      fmt::format("`decode` is for files, and `{}` reads tables", source.kind),
                      "take it out", config.key_place("decode"));
    }
    if (of_table) return;
    const Config& decode = config["decode"];
    if (decode.kind() == Config::Kind::kScalar) return take_decoder(decode.text(), decode, source);
    if (!config.has("decode")) return take_decoder("auto", config["read"], source);
    if (decode.entries().empty()) return;  // said already
    source.decoder = config["decode"].entries().front().first;
    source.decode = config["decode"].entries().front().second;
  }

  /// A decoder by its name alone, with its default options.
  void take_decoder(const std::string& name, const Config& at, SourceDef& source) {
    source.decoder = name;
    for (const Declaration& each : loading_.catalogue.decoders) {
      if (each.name != name) continue;
      source.decode = check(Config::map({}, at.place()), each, loading_.errors);
    }
  }

  void take_changes(const Config& config, SourceDef& source, bool says_same_bytes) {
    const bool of_table = reads_tables(source.kind);
    const Config& when = config["changed_when"];
    if (config.has("changed_when") && !of_table) {
      loading_.refuse(
          Code::kBadValue,
          fmt::format("`changed_when` is for tables, and `{}` reads files", source.kind),
          "take it out: each file is known by its name, version and content",
          config.key_place("changed_when"));
    }
    if (says_same_bytes && of_table) {
      loading_.refuse(Code::kBadValue,
                      fmt::format("`same_bytes` is for files, and `{}` reads tables", source.kind),
                      "take it out", config.key_place("same_bytes"));
    }
    const std::string policy = config["same_bytes"].as_text();
    source.same_bytes = policy == "skip"     ? SameBytes::kSkip
                        : policy == "refuse" ? SameBytes::kRefuse
                                             : SameBytes::kTake;
    if (!of_table) return;
    source.changed_when = when.as_text(kDefaultChange);
    check_change_word(when, source.changed_when);
  }

  /// A bare word is a misspelled policy or a column without its aggregate, never what was meant.
  void check_change_word(const Config& when, const std::string& text) {
    const std::vector<std::string> policies = {"always", "counters", "fingerprint"};
    const bool known = std::find(policies.begin(), policies.end(), text) != policies.end();
    if (known || !is_word(text)) return;
    loading_.refuse(
        Code::kBadValue,
        fmt::format("`changed_when` must be always, counters, fingerprint or an aggregate, "
                    "found `{}`",
                    printable(text, 60)),
        did_you_mean(text, policies,
                     fmt::format("for example `changed_when: max({})`", printable(text, 60))),
        when.place());
  }

  Loading& loading_;
  const ProjectFile& file_;
};

}  // namespace

void load_sources(Loading& loading) {
  for (const ProjectFile& file : files_in(loading, "sources", ".yaml")) {
    SourceLoader(loading, file).load();
  }
}

}  // namespace rhumb
