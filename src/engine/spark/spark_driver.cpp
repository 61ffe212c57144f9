#include "engine/spark/spark_driver.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/child/child_process.h"
#include "io/child/line_channel.h"
#include "io/fs/temporary_folder.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kLook{50};  // how often a cancelled build is noticed

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Error cancelled() {
  return Error{Code::kCancelled, "cancelled", "", {}};
}

/// The end of what the driver printed, on one line.
std::string last_words(const fs::path& log) {
  constexpr size_t kLines = 3;
  const auto text = read_whole_file(log);
  if (!text.ok()) return "";
  std::vector<std::string> lines;
  for (const std::string_view line : split(*text, '\n')) {
    if (!trim(line).empty()) lines.push_back(printable(trim(line), 200));
  }
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  return join(lines, " / ");
}

Code code_of(const std::string& name) {
  for (const Code code :
       {Code::kEngine, Code::kBadSql, Code::kNotSupported, Code::kOutOfMemory, Code::kDiskFull}) {
    if (code_name(code) == name) return code;
  }
  return Code::kInternal;
}

SparkProgress progress_of(const json& event) {
  SparkProgress out{.rows = event.value("rows", uint64_t{0}),
                    .bytes = event.value("bytes", uint64_t{0})};
  const double tasks = event.value("tasks", 0.0);
  if (tasks > 0) out.fraction = event.value("tasks_done", 0.0) / tasks;
  return out;
}

/// A driver that runs, and the folder that only this user can enter.
struct RunningDriver {
  TemporaryFolder folder;
  LineChannel channel;
  ChildProcess process;

  [[nodiscard]] fs::path log() const { return folder.path() / "driver.log"; }
};

class SubmittedDriver final : public SparkDriver {
 public:
  explicit SubmittedDriver(SparkOptions options) : options_(std::move(options)) {}

  Status build(const std::string& document, const CancelFlag& cancel,
               const std::function<void(const SparkProgress&)>& follow) override {
    std::unique_lock lock(mutex_, std::defer_lock);
    while (!lock.try_lock_for(kLook)) {
      if (cancel.requested()) return cancelled();
    }
    if (!running_) RHUMB_TRY(start(cancel));
    if (!running_->channel.write_line(document).ok()) return died();
    for (;;) {
      RHUMB_ASSIGN(const json event, next_event(cancel));
      const std::string kind = event.value("event", "");
      if (kind == "progress" || kind == "done") follow(progress_of(event));
      if (kind == "done") return {};
      if (kind == "failed") {
        return Error{code_of(event.value("code", "")),
                     "Spark: " + event.value("message", ""),
                     event.value("hint", ""),
                     {}};
      }
    }
  }

 private:
  Status start(const CancelFlag& cancel) {
    const fs::path submit = options_.home / "bin" / "spark-submit";
    std::error_code failed;
    if (options_.home.empty() || !fs::exists(submit, failed)) {
      return Error{Code::kEngine,
                   options_.home.empty()
                       ? "nobody says where Spark is"
                       : fmt::format("there is no Spark in {}", options_.home.string()),
                   "let SPARK_HOME, or `spark: { home: ... }` in rhumb.yaml, name the folder of "
                   "Spark 3.5",
                   {}};
    }
    RHUMB_ASSIGN(TemporaryFolder folder, TemporaryFolder::make());
    const fs::path socket = folder.path() / "channel";
    RHUMB_ASSIGN(LineChannel channel, LineChannel::listen(socket));
    RHUMB_ASSIGN(ChildProcess process, ChildProcess::start({.words = command(submit, socket),
                                                            .environment = environment(),
                                                            .log = folder.path() / "driver.log"}));
    running_.emplace(RunningDriver{std::move(folder), std::move(channel), std::move(process)});
    for (;;) {
      RHUMB_ASSIGN(const bool called, running_->channel.accept(kLook));
      if (called) return {};
      if (running_->process.exit_status()) return died();
      if (cancel.requested()) return give_up();
    }
  }

  [[nodiscard]] std::vector<std::string> command(const fs::path& submit,
                                                 const fs::path& socket) const {
    const std::string here =
        fmt::format("local[{}]", options_.threads > 0 ? std::to_string(options_.threads) : "*");
    const std::string master = options_.master.empty() ? here : options_.master;
    std::vector<std::string> words = {submit.string(), "--master", master, "--name", "rhumb"};
    if (master.starts_with("local")) {
      // Nobody else has to reach it, whatever the machine is called.
      for (const char* setting :
           {"spark.driver.host=127.0.0.1", "spark.driver.bindAddress=127.0.0.1"}) {
        words.insert(words.end(), {"--conf", setting});
      }
    }
    if (options_.memory > 0)
      words.insert(words.end(), {"--driver-memory", fmt::format("{}m", options_.memory >> 20U)});
    words.push_back((options_.driver / "rhumb_spark" / "__main__.py").string());
    words.push_back(socket.string());
    return words;
  }

  [[nodiscard]] std::map<std::string, std::string> environment() const {
    const std::string before = variable("PYTHONPATH");
    return {{"SPARK_HOME", options_.home.string()},
            {"PYTHONPATH", options_.driver.string() + (before.empty() ? "" : ":" + before)},
            {"PYTHONDONTWRITEBYTECODE", "1"}};
  }

  Result<json> next_event(const CancelFlag& cancel) {
    for (;;) {
      if (cancel.requested()) return give_up();
      auto line = running_->channel.read_line(kLook);
      if (!line.ok()) return died();
      if (!*line) continue;
      json event = json::parse(**line, nullptr, false);
      if (event.is_object()) return event;
    }
  }

  Error give_up() {
    running_.reset();
    return cancelled();
  }

  Error died() {
    const std::string words = last_words(running_->log());
    running_.reset();
    const bool no_java = words.find("JAVA_HOME is not set") != std::string::npos ||
                         words.find("java: not found") != std::string::npos ||
                         words.find("java: No such file") != std::string::npos;
    if (no_java) {
      return Error{Code::kEngine,
                   "Spark finds no Java",
                   "install Java 17, or let JAVA_HOME name its folder",
                   {}};
    }
    if (words.find("No module named") != std::string::npos) {
      return Error{Code::kEngine,
                   "Spark's Python lacks a package: " + words,
                   "install sqlglot for the Python that PYSPARK_PYTHON names",
                   {}};
    }
    return Error{Code::kEngine,
                 "the Spark driver died: " + words,
                 "what is committed stays; go on with: rhumb run --engine spark",
                 {}};
  }

  const SparkOptions options_;
  std::timed_mutex mutex_;
  std::optional<RunningDriver> running_;
};

}  // namespace

std::unique_ptr<SparkDriver> make_spark_driver(SparkOptions options) {
  return std::make_unique<SubmittedDriver>(std::move(options));
}

}  // namespace rhumb
