#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "plan/plan.h"
#include "run/events.h"
#include "run/executor.h"
#include "state/state.h"

namespace rhumb {

/// Writes down what happens in a run, for reports of it, and passes it on. What is written are
/// parts of the report itself (run/run_report.h). In batches, as each is a transaction; the last
/// goes with close() or this object. A journal that cannot be written fails no run. Not
/// thread-safe.
class RunJournal : public RunObserver {
 public:
  RunJournal(RunObserver& inner, State& state, std::string run);
  ~RunJournal() override;
  RunJournal(const RunJournal&) = delete;
  RunJournal& operator=(const RunJournal&) = delete;

  void started(const StepEvent& event) override { inner_.started(event); }
  void progressed(const StepEvent& event) override;
  void finished(const StepEvent& event) override;
  void note(const std::string& dataset, const std::string& text) override;
  void alarm(const std::string& dataset, const std::string& text) override;

  /// What has become of the run, when it is over.
  void close(const Plan& plan, const RunReport& report);

 private:
  void keep(const char* kind, const std::string& dataset, std::string body);
  void flush();

  RunObserver& inner_;
  State& state_;
  std::string run_;
  std::vector<RunEvent> waiting_;
  Stopwatch since_flush_;
  bool broken_ = false;
};

}  // namespace rhumb
