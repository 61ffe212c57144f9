#include "decode/detect/auto_decoder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/detect/detect_format.h"
#include "decode/record/record_text.h"

namespace rhumb {
namespace {

/// Another decoder's stream, and what was found out before it.
class DetectedStream final : public BatchStream {
 public:
  DetectedStream(std::unique_ptr<BatchStream> stream, std::string note)
      : stream_(std::move(stream)), note_(std::move(note)) {}

  [[nodiscard]] const Schema& schema() const override { return stream_->schema(); }
  [[nodiscard]] size_t max_readers() const override { return stream_->max_readers(); }
  Result<std::unique_ptr<BatchReader>> open_reader() override { return stream_->open_reader(); }
  [[nodiscard]] const StreamProgress& progress() const override { return stream_->progress(); }
  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> all = stream_->notes();
    all.insert(all.begin(), note_);
    return all;
  }
  [[nodiscard]] std::string preamble() const override { return stream_->preamble(); }

 private:
  std::unique_ptr<BatchStream> stream_;
  std::string note_;
};

class AutoDecoder final : public Decoder {
 public:
  AutoDecoder(std::vector<std::string> formats, MakeDecoder make)
      : formats_(std::move(formats)), make_(std::move(make)) {}

  Result<std::unique_ptr<BatchStream>> open(const DecodeRequest& request) const override {
    // Quarantined records come back as text that no longer shows their format.
    if (const auto replayed = holds_record_text(request.path); replayed.ok() && *replayed)
      return make_record_text_decoder()->open(request);
    auto found = detect_file(request.path, request.input);
    if (!found.ok()) {
      if (!found.error().place.known()) found.error().place.file = request.input;
      return std::move(found).error();
    }
    if (std::find(formats_.begin(), formats_.end(), found->format) == formats_.end()) {
      return Error{
          .code = Code::kBadFile,
          .message = fmt::format("the file is {}, which nothing here reads", found->detail),
          .hint = fmt::format("Export it as one of {}, or leave it out with the source's `files:` "
                              "pattern.",
                              join(formats_, ", ")),
          .place = {.file = request.input}};
    }
    RHUMB_ASSIGN(const auto decoder, make_(found->format));
    RHUMB_ASSIGN(auto stream, decoder->open(request));
    return std::unique_ptr<BatchStream>(
        std::make_unique<DetectedStream>(std::move(stream), "found " + found->detail));
  }

 private:
  std::vector<std::string> formats_;
  MakeDecoder make_;
};

}  // namespace

const Declaration& auto_declaration() {
  static const Declaration declaration{
      .name = "auto",
      .summary = "Whatever each file turns out to be, by its first bytes.",
      .doc =
          "What a source without `decode:` gets. The name of a file says nothing: an Excel "
          "workbook "
          "named `.csv`, a gzip file without a suffix and an HTML page in the place of data are "
          "told by their bytes. What was found is said in a note of the run; a file of a format "
          "that nothing here reads is refused with its name.\n\n"
          "The decoder found works with its default options. Name it to set others, and to have a "
          "file of another format refused.",
      .example = "auto: {}\n",
  };
  return declaration;
}

std::unique_ptr<Decoder> make_auto_decoder(std::vector<std::string> formats, MakeDecoder make) {
  return std::make_unique<AutoDecoder>(std::move(formats), std::move(make));
}

}  // namespace rhumb
