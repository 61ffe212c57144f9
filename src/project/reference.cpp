#include <fmt/format.h>

#include "base/text.h"
#include "project/language/language.h"
#include "project/project.h"

namespace rhumb {
namespace {

/// Links to the pages of a block's name: its own page, or those of the components it chooses from.
/// What has a link is not written out a second time.
using Links = std::map<std::string, std::string>;

std::string type_word(const Field& field) {
  switch (field.type) {
    case FieldType::kText:
      return "text";
    case FieldType::kInteger:
      return "whole number";
    case FieldType::kNumber:
      return "number";
    case FieldType::kBoolean:
      return "true or false";
    case FieldType::kFraction:
      return "share (`5%`)";
    case FieldType::kDuration:
      return "length of time (`15 minutes`)";
    case FieldType::kSize:
      return "size (`4 GiB`)";
    case FieldType::kChoice:
      return "`" + join(field.choices, "`, `") + "`";
    case FieldType::kSecret:
      return "text, `${ENV}` or `file:PATH`";
    case FieldType::kSql:
      return "SQL";
    case FieldType::kColumnType:
      return "type";
    case FieldType::kAny:
      return "any";
    case FieldType::kObject:
      return "map";
    case FieldType::kMapOf:
      return "map of " + type_word(*field.item);
    case FieldType::kListOf:
      return "list of " + type_word(*field.item);
    case FieldType::kListOrOne:
      return fmt::format("{0} or list of {0}", type_word(*field.item));
    case FieldType::kOneOf:
      break;
  }
  std::vector<std::string> all;
  for (const auto& each : field.alternatives) all.push_back(type_word(*each));
  return join(all, " or ");
}

/// Text for one cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

class Page {
 public:
  Page(const Declaration& declaration, const Links& links)
      : declaration_(declaration), links_(links) {}

  std::string text(const std::string& title) {
    out_ = fmt::format("# {}\n\n{}\n", title, declaration_.summary);
    if (!declaration_.doc.empty()) out_ += fmt::format("\n{}\n", trim(declaration_.doc));
    if (!declaration_.fields.empty()) {
      out_ += "\n| key | holds | default | meaning |\n|---|---|---|---|\n";
      rows(declaration_, "");
    }
    if (!declaration_.example.empty()) {
      out_ += fmt::format("\nExample:\n```yaml\n{}\n```\n", trim(declaration_.example));
    }
    return out_;
  }

 private:
  void rows(const Declaration& block, const std::string& prefix) {
    for (const Field& field : block.fields) {
      std::string meaning = field.doc;
      if (const std::string links = links_of(field); !links.empty())
        meaning += " See " + links + ".";
      out_ += fmt::format("| `{}{}` | {} | {} | {} |\n", prefix, field.name, cell(type_word(field)),
                          cell(fallback(field)), cell(meaning));
      nested(field, prefix + field.name);
    }
  }

  static std::string fallback(const Field& field) {
    if (field.required) return "required";
    const bool shown = !field.default_value.empty() && field.default_value != "{}";
    return shown ? fmt::format("`{}`", field.default_value) : "";
  }

  [[nodiscard]] std::string links_of(const Field& field) const {
    if (field.object) {
      const auto found = links_.find(field.object->name);
      return found == links_.end() ? "" : found->second;
    }
    if (field.item) return links_of(*field.item);
    std::vector<std::string> all;
    for (const auto& each : field.alternatives) {
      if (std::string links = links_of(*each); !links.empty()) all.push_back(std::move(links));
    }
    return join(all, ", ");
  }

  void nested(const Field& field, const std::string& path) {
    if (field.object && !links_.contains(field.object->name)) rows(*field.object, path + ".");
    if (field.item) nested(*field.item, field.type == FieldType::kMapOf ? path + ".NAME" : path);
    for (const auto& each : field.alternatives) nested(*each, path);
  }

  const Declaration& declaration_;
  const Links& links_;
  std::string out_;
};

std::string links_to(const std::string& under, const std::vector<Declaration>& components) {
  std::vector<std::string> all;
  for (const Declaration& each : components) {
    all.push_back(fmt::format("[{0}]({1}-{0}.md)", each.name, under));
  }
  return join(all, ", ");
}

Links links_of(const Catalogue& catalogue) {
  Links links = {{"connection", links_to("connection", catalogue.connections)},
                 {"read", links_to("read", catalogue.sources)},
                 {"decode", links_to("decode", catalogue.decoders)}};
  for (const char* block : {"environment", "column", "assert"}) {
    links[block] = fmt::format("[{0}]({0}.md)", block);
  }
  for (const Declaration& target : catalogue.targets) {
    links[target.name] = fmt::format("[{0}](publish-{0}.md)", target.name);
  }
  return links;
}

class Pages {
 public:
  explicit Pages(const Catalogue& catalogue) : links_(links_of(catalogue)) {}

  void add(const std::string& file, const std::string& title, const Declaration& declaration) {
    pages_[file + ".md"] = Page(declaration, links_).text(title);
    index_ += fmt::format("- [{}]({}.md): {}\n", title, file, declaration.summary);
  }
  void add_all(const std::string& group, const std::string& under,
               const std::vector<Declaration>& components) {
    if (!components.empty()) heading(group);
    for (const Declaration& each : components) {
      add(under + "-" + each.name, fmt::format("`{}: {}`", under, each.name), each);
    }
  }
  void heading(const std::string& text) { index_ += fmt::format("\n## {}\n", text); }

  std::map<std::string, std::string> finish() {
    pages_["README.md"] =
        "# Reference\n\nMade from the declarations the program checks by.\n" + index_;
    return std::move(pages_);
  }

 private:
  Links links_;
  std::map<std::string, std::string> pages_;
  std::string index_;
};

}  // namespace

std::map<std::string, std::string> reference_pages(const Catalogue& catalogue) {
  Pages pages(catalogue);
  pages.heading("Files");
  pages.add("project", "`rhumb.yaml`", project_file(catalogue));
  pages.add("source", "`sources/NAME.yaml`", source_file(catalogue));
  pages.add("model", "`models/NAME.sql`", model_file(publish_field(catalogue)));
  pages.add("function", "`functions/NAME.sql`", function_file());
  pages.add("test", "`tests/*.yaml`", test_block());
  pages.heading("Blocks");
  pages.add("environment", "`environments: NAME`", environment_block());
  pages.add("column", "`columns: NAME`", column_block());
  pages.add("assert", "`assert`", assert_block());
  pages.add_all("Connections", "connection", catalogue.connections);
  pages.add_all("Sources", "read", catalogue.sources);
  pages.add_all("Formats", "decode", catalogue.decoders);
  std::vector<Declaration> targets;
  for (const Declaration& target : catalogue.targets) targets.push_back(publish_block(target));
  pages.add_all("Targets", "publish", targets);
  return pages.finish();
}

}  // namespace rhumb
