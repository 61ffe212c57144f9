#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "project/project_on_disk.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

std::map<std::string, Json> schemas() {
  std::map<std::string, Json> all;
  for (const auto& [name, text] : json_schemas(ProjectOnDisk::catalogue()))
    all[name] = Json::parse(text);
  return all;
}

/// Every object schema that lists its properties closes the list.
void expect_closed(const Json& node, const std::string& path) {
  if (node.is_object() && node.contains("properties")) {
    EXPECT_EQ(node.value("additionalProperties", Json()), Json(false)) << path;
    for (const auto& [name, property] : node["properties"].items()) {
      EXPECT_FALSE(property.value("description", "").empty()) << path << "." << name;
    }
  }
  if (!node.is_structured()) return;
  for (const auto& [key, child] : node.items()) expect_closed(child, path + "/" + key);
}

TEST(JsonSchemas, OnePerKindOfFile) {
  const auto all = schemas();
  ASSERT_EQ(all.size(), 4U);
  for (const auto& [name, schema] : all) {
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema") << name;
    expect_closed(schema, name);
  }
}

TEST(JsonSchemas, HoldTypesDefaultsChoicesAndExamples) {
  const auto all = schemas();
  const Json& project = all.at("rhumb.schema.json");
  EXPECT_EQ(project["required"], Json::array({"rhumb"}));
  EXPECT_EQ(project["properties"]["srid"]["default"], 4326);
  EXPECT_EQ(project["properties"]["threads"]["type"], "integer");
  const Json& model = all.at("model.schema.json");
  EXPECT_EQ(model["properties"]["kind"]["enum"],
            Json::array({"full", "append", "partitioned", "view"}));
  EXPECT_EQ(model["properties"]["kind"]["default"], "full");
  EXPECT_EQ(model["properties"]["key"]["examples"], Json::parse(R"([["zone", "week"]])"));
  EXPECT_EQ(model["properties"]["assert"]["items"]["maxProperties"], 1);
  const Json& target = model["properties"]["publish"]["anyOf"][0]["anyOf"][0];
  EXPECT_EQ(target["required"], Json::array({"to", "view"}));
  const Json& source = all.at("source.schema.json");
  EXPECT_EQ(source["properties"]["read"]["properties"]["directory"]["required"],
            Json::array({"path"}));
  EXPECT_EQ(all.at("test.schema.json")["additionalProperties"]["required"],
            Json::array({"expect"}));
}

TEST(ReferencePages, OnePagePerBlockAndComponent) {
  const auto pages = reference_pages(ProjectOnDisk::catalogue());
  for (const char* page :
       {"README.md", "project.md", "source.md", "model.md", "function.md", "test.md",
        "environment.md", "column.md", "assert.md", "connection-postgres.md", "read-directory.md",
        "decode-csv.md", "publish-postgis.md"}) {
    ASSERT_TRUE(pages.contains(page)) << page;
    if (std::string_view(page) == "README.md") continue;
    EXPECT_NE(pages.at("README.md").find("(" + std::string(page) + ")"), std::string::npos) << page;
  }
}

TEST(ReferencePages, HoldATableAndAnExample) {
  const auto pages = reference_pages(ProjectOnDisk::catalogue());
  const std::string& source = pages.at("source.md");
  EXPECT_NE(
      source.find(
          "| `read` | map | required | Where the data is. See [directory](read-directory.md), "
          "[postgres](read-postgres.md). |\n"),
      std::string::npos)
      << source;
  EXPECT_NE(source.find("| `bad_rows.stop_above` | share (`5%`) | `5%` |"), std::string::npos)
      << source;
  EXPECT_EQ(source.find("columns.NAME"), std::string::npos) << "columns have a page of their own";
  const std::string& model = pages.at("model.md");
  EXPECT_NE(model.find("See [postgis](publish-postgis.md)."), std::string::npos) << model;
  EXPECT_NE(model.find("| `when.every` |"), std::string::npos) << model;
  EXPECT_EQ(model.find("min_rows` |"), std::string::npos) << "asserts have a page of their own";
  const std::string& assertion = pages.at("assert.md");
  EXPECT_NE(assertion.find("| `relationship.to` |"), std::string::npos);
  EXPECT_NE(assertion.find("Example:\n```yaml\nassert:\n"), std::string::npos);
  EXPECT_NE(pages.at("test.md").find("separated by `|`"), std::string::npos);
  EXPECT_NE(pages.at("publish-postgis.md").find("| `to` | text | required |"), std::string::npos);
}

TEST(ReferencePages, AreTheSameEachTime) {
  const Catalogue catalogue = ProjectOnDisk::catalogue();
  EXPECT_EQ(reference_pages(catalogue), reference_pages(catalogue));
  EXPECT_EQ(json_schemas(catalogue), json_schemas(catalogue));
}

}  // namespace
}  // namespace rhumb
