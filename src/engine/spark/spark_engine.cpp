#include "engine/spark/spark_engine.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "component/forwarding_engine.h"
#include "engine/spark/spark_document.h"
#include "engine/spark/written_files.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

/// Removes a folder and what is in it when it goes.
class Scratch {
 public:
  explicit Scratch(fs::path folder) : folder_(std::move(folder)) {}
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return folder_; }

 private:
  fs::path folder_;
};

/// A name that no column of the schema has.
std::string box_column(const Schema& schema) {
  const auto geometry = std::find_if(schema.begin(), schema.end(), [](const Column& column) {
    return column.type.id == TypeId::kGeometry;
  });
  if (geometry == schema.end()) return "";
  std::string name = geometry->name + "_bbox";
  while (find_column(schema, name)) name += "_";
  return name;
}

bool mentions(const std::string& sql, const std::string& name) {
  return to_lower(sql).find(to_lower(name)) != std::string::npos;
}

class SparkEngine final : public ForwardingEngine {
 public:
  SparkEngine(std::unique_ptr<Engine> inner, std::shared_ptr<SparkDriver> driver, std::string zone)
      : ForwardingEngine(std::move(inner)),
        driver_(std::move(driver)),
        timezone_(std::move(zone)) {}

  using ForwardingEngine::write;

  Status bind(const Dataset& dataset) override {
    RHUMB_TRY(ForwardingEngine::bind(dataset));
    forget(dataset.name);
    datasets_.push_back(dataset);
    return {};
  }

  Status bind_query(const std::string& name, const std::string& sql) override {
    RHUMB_TRY(ForwardingEngine::bind_query(name, sql));
    forget(name);
    views_.push_back({.name = name, .sql = sql});
    return {};
  }

  Status unbind(const std::string& name) override {
    forget(name);
    return ForwardingEngine::unbind(name);
  }

  Result<std::vector<DataFile>> write(const std::string& sql,
                                      const WriteRequest& request) override {
    cancel_.reset();
    RHUMB_TRY(check(request));
    const Scratch scratch(fs::path(request.directory) / (request.stem + "-spark"));
    SparkBuild build{
        .timezone = timezone_, .sql = sql, .folder = scratch.path().string(), .request = request};
    if (request.schema.empty()) {
      RHUMB_ASSIGN(build.request.schema, describe(sql));
    }
    build.covering = box_column(build.request.schema);
    add_what_is_read(build);
    RHUMB_ASSIGN(const std::string document, spark_document(build));
    Status done =
        driver_->build(document, cancel_, [this](const SparkProgress& progress) { set(progress); });
    set(std::nullopt);
    RHUMB_TRY(std::move(done));
    RHUMB_ASSIGN(auto files,
                 written_files(inner(), scratch.path(), build.request.schema, build.covering));
    RHUMB_TRY(move_into_place(files, request));
    return files;
  }

  void cancel() override {
    cancel_.request();
    ForwardingEngine::cancel();
  }

  [[nodiscard]] EngineProgress progress() const override {
    const std::scoped_lock lock(mutex_);
    if (!building_) return ForwardingEngine::progress();
    return {.fraction = building_->fraction, .rows = building_->rows};
  }

 private:
  void forget(const std::string& name) {
    const auto is_it = [&](const auto& bound) { return equals_ignoring_case(bound.name, name); };
    std::erase_if(datasets_, is_it);
    std::erase_if(views_, is_it);
  }

  static Status check(const WriteRequest& request) {
    if (!request.erased.empty()) {
      return Error{Code::kNotSupported,
                   "rows were erased, and Spark does not leave out yet what must not come back",
                   "build it on the embedded engine: rhumb run",
                   {}};
    }
    if (request.partition_by.empty() && request.input.empty()) return {};
    return Error{Code::kNotSupported,
                 "files of partitions and of inputs are not made on Spark",
                 "build it on the embedded engine: rhumb run",
                 {}};
  }

  /// Opening a dataset costs a look at its files, so that of others is left out. A name that is
  /// only part of another word does no harm.
  void add_what_is_read(SparkBuild& build) const {
    std::string text = build.sql;
    for (auto view = views_.rbegin(); view != views_.rend(); ++view) {
      if (!mentions(text, view->name)) continue;
      build.views.insert(build.views.begin(), *view);
      text += " " + view->sql;
    }
    for (const Dataset& dataset : datasets_) {
      if (mentions(text, dataset.name)) build.datasets.push_back(dataset);
    }
  }

  static Status move_into_place(std::vector<DataFile>& files, const WriteRequest& request) {
    for (size_t i = 0; i < files.size(); ++i) {
      const fs::path to =
          fs::path(request.directory) / fmt::format("{}-{}.parquet", request.stem, i);
      std::error_code failed;
      fs::rename(files[i].path, to, failed);
      if (failed) {
        remove_moved(files, i);
        return Error{
            Code::kIo, fmt::format("cannot move {}: {}", files[i].path, failed.message()), "", {}};
      }
      files[i].path = to.string();
    }
    return {};
  }

  static void remove_moved(const std::vector<DataFile>& files, size_t count) {
    std::error_code ignored;
    for (size_t i = 0; i < count; ++i) fs::remove(files[i].path, ignored);
  }

  void set(std::optional<SparkProgress> progress) {
    const std::scoped_lock lock(mutex_);
    building_ = progress;
  }

  const std::shared_ptr<SparkDriver> driver_;
  const std::string timezone_;
  std::vector<Dataset> datasets_;
  std::vector<NamedQuery> views_;  ///< in the order they were bound
  CancelFlag cancel_;
  mutable std::mutex mutex_;
  std::optional<SparkProgress> building_;
};

}  // namespace

std::unique_ptr<Engine> make_spark_engine(std::unique_ptr<Engine> inner,
                                          std::shared_ptr<SparkDriver> driver, std::string zone) {
  return std::make_unique<SparkEngine>(std::move(inner), std::move(driver), std::move(zone));
}

}  // namespace rhumb
