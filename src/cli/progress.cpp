#include "cli/progress.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr size_t kBar = 20;
constexpr size_t kMostLines = 8;  // that move

std::string bar(double fraction) {
  const auto filled =
      static_cast<size_t>(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(kBar));
  return std::string(filled, '#') + std::string(kBar - filled, '.');
}

/// `1.9 M/s`
std::string rate(uint64_t rows, double seconds) {
  const double per_second = static_cast<double>(rows) / std::max(seconds, 1e-3);
  if (per_second >= 1e6) return fmt::format("{:.1f} M/s", per_second / 1e6);
  if (per_second >= 1e3) return fmt::format("{:.0f} k/s", per_second / 1e3);
  return fmt::format("{:.0f}/s", per_second);
}

std::string figures(const StepEvent& event) {
  std::string out = fmt::format("{:>13} rows", human_count(event.rows));
  if (event.bytes > 0) out += fmt::format("  {:>9}", human_bytes(event.bytes));
  if (event.rows > 0 && event.seconds >= 0.05)
    out += fmt::format("  {:>8}", rate(event.rows, event.seconds));
  return out;
}

/// A line for each step that is over and, on a terminal, one that moves for each that runs.
class TextProgress : public RunObserver {
 public:
  explicit TextProgress(Console& console) : console_(console) {}

  void started(const StepEvent& event) override {
    running_.push_back(event);
    redraw();
  }
  void progressed(const StepEvent& event) override {
    const auto at = find(event);
    if (at != running_.end()) *at = event;
    redraw();
  }

  void finished(const StepEvent& event) override {
    if (const auto at = find(event); at != running_.end()) running_.erase(at);
    wipe();
    if (!event.error) say(event);  // errors are reported once, at the end, with their hints
    redraw();
  }

  void note(const std::string& dataset, const std::string& text) override {
    wipe();
    console_.say(console_.paint(Tone::kDim, fmt::format("  {:<22} {}", dataset, text)));
    redraw();
  }

 private:
  std::vector<StepEvent>::iterator find(const StepEvent& event) {
    return std::find_if(running_.begin(), running_.end(), [&](const StepEvent& other) {
      return other.dataset == event.dataset && other.step == event.step;
    });
  }

  void say(const StepEvent& event) {
    const std::string name = fmt::format("  {:<22} {:<6}", event.dataset, event.step);
    const bool counts = event.step == "read" || event.step == "build" || event.step == "copy";
    std::string line =
        name + (counts ? " " + figures(event) + "  " + human_seconds(event.seconds) : "");
    if (!event.detail.empty()) line += "  " + event.detail;
    console_.say(line);
  }

  void redraw() {
    if (!console_.live()) return;
    wipe();
    for (const StepEvent& event : running_) {
      if (drawn_ == kMostLines) break;
      console_.raw((drawn_ > 0 ? "\n" : "") + moving_line(event));
      ++drawn_;
    }
  }
  void alarm(const std::string& dataset, const std::string& text) override {
    wipe();
    console_.say(console_.paint(Tone::kWarning, fmt::format("  {:<22} ALARM  {}", dataset, text)));
  }

  [[nodiscard]] std::string moving_line(const StepEvent& event) const {
    std::string line = fmt::format("  {:<22} {:<6}", event.dataset, event.step);
    if (event.fraction >= 0) line += " " + bar(event.fraction);
    line += " " + figures(event) + "  ctrl-c is safe";
    if (line.size() >= console_.width()) line.resize(console_.width() - 1);
    return line;
  }

  /// The cursor stands at the end of the last line drawn.
  void wipe() {
    if (drawn_ == 0) return;
    std::string text = "\r\x1b[2K";
    for (size_t i = 1; i < drawn_; ++i) text += "\x1b[1A\x1b[2K";
    console_.raw(text);
    drawn_ = 0;
  }

  Console& console_;
  std::vector<StepEvent> running_;
  size_t drawn_ = 0;  ///< lines
};

class JsonProgress : public RunObserver {
 public:
  explicit JsonProgress(Console& console) : console_(console) {}

  void started(const StepEvent& event) override { emit("started", event); }
  void progressed(const StepEvent& event) override { emit("progress", event); }
  void finished(const StepEvent& event) override {
    emit(event.error ? "failed" : "finished", event);
  }
  void note(const std::string& dataset, const std::string& text) override {
    say("note", dataset, text);
  }
  void alarm(const std::string& dataset, const std::string& text) override {
    say("alarm", dataset, text);
  }

 private:
  void say(const char* kind, const std::string& dataset, const std::string& text) {
    console_.print(
        nlohmann::ordered_json{{"event", kind}, {"dataset", dataset}, {"text", text}}.dump(
            -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }

  void emit(const char* kind, const StepEvent& event) {
    nlohmann::ordered_json object{{"event", kind},           {"dataset", event.dataset},
                                  {"step", event.step},      {"reason", event.reason},
                                  {"rows", event.rows},      {"bytes", event.bytes},
                                  {"seconds", event.seconds}};
    if (event.total_rows > 0) object["total_rows"] = event.total_rows;
    if (event.total_bytes > 0) object["total_bytes"] = event.total_bytes;
    if (!event.detail.empty()) object["detail"] = event.detail;
    if (event.error)
      object["error"] = {{"code", code_name(event.error->code)}, {"message", event.error->message}};
    console_.print(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }

  Console& console_;
};

}  // namespace

std::unique_ptr<RunObserver> make_progress(Console& console) {
  if (console.json()) return std::make_unique<JsonProgress>(console);
  return std::make_unique<TextProgress>(console);
}

}  // namespace rhumb
