#include "cli/adapters.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/installation.h"
#include "decode/container/unpacking_decoder.h"
#include "decode/csv/csv_decoder.h"
#include "decode/detect/auto_decoder.h"
#include "decode/detect/format_decoder.h"
#include "decode/detect/format_endings.h"
#include "decode/flatgeobuf/flatgeobuf_decoder.h"
#include "decode/geopackage/geopackage_decoder.h"
#include "decode/gpx/gpx_decoder.h"
#include "decode/json/json_decoder.h"
#include "decode/kml/kml_decoder.h"
#include "decode/nmea/nmea_decoder.h"
#include "decode/plt/plt_decoder.h"
#include "decode/shapefile/shapefile_decoder.h"
#include "decode/topojson/topojson_decoder.h"
#include "decode/wkt/wkb_decoder.h"
#include "decode/wkt/wkt_decoder.h"
#include "decode/xlsx/xlsx_decoder.h"
#include "engine/duckdb/duckdb_engine.h"
#include "engine/duckdb/parquet_decoder.h"
#include "engine/spark/spark_engine.h"
#include "io/fs/process.h"
#include "publish/postgis/postgis_target.h"
#include "run/compiling_engine.h"
#include "source/directory/directory_source.h"
#include "source/postgres/postgres_source.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

/// Where one engine spills. Two in the same folder would take each other's files: they give them
/// the same names. Emptied by the engine itself; what a killed one left goes after a day.
fs::path spill_folder(const fs::path& store) {
  const fs::path all = store / "spill";
  std::error_code ignored;
  const auto a_day_ago = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const fs::directory_entry& entry : fs::directory_iterator(all, ignored)) {
    const auto changed = entry.last_write_time(ignored);
    if (!ignored && changed < a_day_ago) fs::remove_all(entry.path(), ignored);
  }
  fs::create_directories(all, ignored);  // the engine makes one level only
  return all / unique_name();
}

Result<std::unique_ptr<Engine>> open_engine(const Project& project, const fs::path& store) {
  RHUMB_ASSIGN(auto engine,
               make_duckdb_engine(DuckdbOptions{.memory_limit = project.memory_limit,
                                                .threads = project.threads,
                                                .temp_directory = spill_folder(store).string(),
                                                .timezone = project.timezone,
                                                .spatial_extension = spatial_extension(),
                                                .readable_folder = store.string()}));
  return make_compiling_engine(std::move(engine));
}

Result<Secret> connection_url(const Project& project, const std::string& name) {
  const Connection& connection = project.connections.at(name);
  return resolve_secret(connection.config["url"], project.root);
}

Result<std::unique_ptr<FileSource>> open_files(const Project& project, const SourceDef& source) {
  return make_directory_source(source.read, project.root);
}

Result<std::unique_ptr<TableSource>> open_table(const Project& project, const SourceDef& source) {
  RHUMB_ASSIGN(Secret url, connection_url(project, source.read["connection"].as_text()));
  return make_postgres_source(source.read, std::move(url), source.changed_when);
}

/// A decoder of one file.
Result<std::unique_ptr<Decoder>> open_plain_decoder(const SourceDef& source) {
  if (source.decoder == "parquet") return make_parquet_decoder(spatial_extension());
  return make_format_decoder(source.decoder, source.decode);
}

/// Looks into each file; a text file in an archive is more often a note than data.
std::unique_ptr<Decoder> open_auto_decoder() {
  std::vector<std::string> formats, endings;
  for (const Declaration& each : catalogue().decoders) {
    if (each.name == auto_declaration().name) continue;
    formats.push_back(each.name);
    for (std::string& ending : format_endings(each.name)) {
      if (ending != ".txt" && ending != ".log") endings.push_back(std::move(ending));
    }
  }
  return make_unpacking_decoder(
      make_auto_decoder(std::move(formats),
                        [](const std::string& format) {
                          return open_plain_decoder(SourceDef{.decoder = format});
                        }),
      std::move(endings));
}

Result<std::unique_ptr<Decoder>> open_decoder(const Project&, const SourceDef& source) {
  if (source.decoder == auto_declaration().name) return open_auto_decoder();
  RHUMB_ASSIGN(auto decoder, open_plain_decoder(source));
  if (source.decoder == "xlsx") return decoder;
  return make_unpacking_decoder(std::move(decoder), format_endings(source.decoder));
}

/// One per connection and process: many targets, one session that holds their leases. Thread-safe.
class LeaseKeepers {
 public:
  Result<std::shared_ptr<LeaseKeeper>> of(const Project& project, const std::string& connection,
                                          const Secret& url) {
    const std::scoped_lock lock(mutex_);
    std::shared_ptr<LeaseKeeper>& keeper = keepers_[connection];
    if (!keeper) {
      RHUMB_ASSIGN(const Micros lease,
                   lease_of_connection(project.connections.at(connection).config));
      keeper = make_lease_keeper(url, lease);
    }
    return keeper;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<LeaseKeeper>> keepers_;
};

Result<std::unique_ptr<Target>> open_target(LeaseKeepers& keepers, const Project& project,
                                            const ModelDef& model, const PublishDef& publish,
                                            const Environment& environment) {
  RHUMB_ASSIGN(Secret url, connection_url(project, publish.to));
  RHUMB_ASSIGN(auto keeper, keepers.of(project, publish.to, url));
  return make_postgis_target(
      publish.config,
      PostgisConnection{.name = publish.to, .url = std::move(url), .leases = std::move(keeper)},
      model.name, environment.suffix);
}

}  // namespace

const Catalogue& catalogue() {
  static const Catalogue all{
      .connections = {postgres_connection_declaration()},
      .sources = {directory_declaration(), postgres_source_declaration()},
      .decoders = {auto_declaration(), csv_declaration(), flatgeobuf_declaration(),
                   geojson_declaration(), geopackage_declaration(), gpx_declaration(),
                   json_declaration(), kml_declaration(), nmea_declaration(), parquet_declaration(),
                   plt_declaration(), shapefile_declaration(), topojson_declaration(),
                   wkb_declaration(), wkt_declaration(), xlsx_declaration()},
      .targets = {postgis_declaration()}};
  return all;
}

Adapters real_adapters() {
  return {.file_source = open_files,
          .table_source = open_table,
          .decoder = open_decoder,
          .target =
              [keepers = std::make_shared<LeaseKeepers>()](
                  const Project& project, const ModelDef& model, const PublishDef& publish,
                  const Environment& environment) {
                return open_target(*keepers, project, model, publish, environment);
              },
          .engine = open_engine};
}

void use_spark(Adapters& adapters, const Project& project) {
  const char* home = std::getenv("SPARK_HOME");
  const std::shared_ptr<SparkDriver> driver = make_spark_driver(
      {.home = project.spark.home.empty() && home != nullptr ? fs::path(home) : project.spark.home,
       .driver = spark_driver_folder(),
       .master = project.spark.master,
       .threads = project.threads,
       .memory = project.memory_limit});
  adapters.engine = [driver, embedded = adapters.engine](
                        const Project& of,
                        const fs::path& store) -> Result<std::unique_ptr<Engine>> {
    RHUMB_ASSIGN(auto engine, embedded(of, store));
    return make_spark_engine(std::move(engine), driver, of.timezone);
  };
}

}  // namespace rhumb
