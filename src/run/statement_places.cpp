#include "run/statement_places.h"

#include <utility>
#include <vector>

#include "transform/spatial_join.h"

namespace rhumb {
namespace {

/// A stream whose errors stand in the user's statement.
class PlacedStream : public BatchStream {
 public:
  PlacedStream(std::unique_ptr<BatchStream> inner, StatementPlaces places)
      : inner_(std::move(inner)), places_(std::move(places)) {}

  [[nodiscard]] const Schema& schema() const override { return inner_->schema(); }
  [[nodiscard]] size_t max_readers() const override { return inner_->max_readers(); }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    auto reader = inner_->open_reader();
    if (!reader.ok()) return places_.as_written(std::move(reader).error());
    return std::unique_ptr<BatchReader>(new Reader(std::move(reader).value(), places_));
  }
  [[nodiscard]] const StreamProgress& progress() const override { return inner_->progress(); }
  [[nodiscard]] std::vector<std::string> notes() const override { return inner_->notes(); }
  [[nodiscard]] std::string preamble() const override { return inner_->preamble(); }

 private:
  class Reader : public BatchReader {
   public:
    Reader(std::unique_ptr<BatchReader> inner, const StatementPlaces& places)
        : inner_(std::move(inner)), places_(places) {}
    Result<bool> next(Batch& out) override {
      auto more = inner_->next(out);
      if (!more.ok()) return places_.as_written(std::move(more).error());
      return more;
    }

   private:
    std::unique_ptr<BatchReader> inner_;
    const StatementPlaces& places_;
  };

  std::unique_ptr<BatchStream> inner_;
  const StatementPlaces places_;
};

}  // namespace

Error StatementPlaces::as_written(Error error) const {
  const bool somewhere = !error.place.known() && error.place.line > 0;
  if (somewhere) error.place = original_place(made_from, compiled, user, error.place);
  return error;
}

std::unique_ptr<BatchStream> place_errors(std::unique_ptr<BatchStream> stream,
                                          StatementPlaces places) {
  return std::make_unique<PlacedStream>(std::move(stream), std::move(places));
}

}  // namespace rhumb
