#include "geo/planar_meter.h"

#include <utility>

namespace rhumb {

PlanarMeter::PlanarMeter()
    : tester_(std::make_unique<PairTester>(row_, SpatialRelation::kDWithin, 0)) {}

Result<std::optional<double>> PlanarMeter::distance(std::string_view a_wkb,
                                                    std::string_view b_wkb) {
  row_.clear();
  probe_.clear();
  RHUMB_TRY(row_.append(a_wkb));
  RHUMB_TRY(probe_.append(b_wkb));
  if (!row_.is_present(0) || !probe_.is_present(0)) return std::optional<double>();
  tester_->set_probe(probe_);
  tester_->fault.reset();
  const double apart = tester_->distance(0, Metric::kPlanar);
  if (tester_->fault) return *std::move(tester_->fault);
  return std::optional<double>(apart);
}

}  // namespace rhumb
