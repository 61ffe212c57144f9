#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "decode/xml/xml_reader.h"
#include "io/fs/byte_input.h"

namespace rhumb {

/// An XML file, plain or compressed, whose elements go to a handler a piece at a time. Not
/// thread-safe.
class XmlFile {
 public:
  /// `handler` outlives the file.
  static Result<std::unique_ptr<XmlFile>> open(const std::filesystem::path& path,
                                               XmlHandler& handler);
  /// Reads a piece; false at the end.
  Result<bool> step();
  [[nodiscard]] const XmlReader& reader() const { return reader_; }
  [[nodiscard]] uint64_t consumed() const { return bytes_->consumed(); }
  [[nodiscard]] uint64_t total() const { return bytes_->total(); }

 private:
  XmlFile(std::unique_ptr<ByteInput> bytes, XmlHandler& handler)
      : bytes_(std::move(bytes)), reader_(handler) {}

  std::unique_ptr<ByteInput> bytes_;
  XmlReader reader_;
  std::string piece_;
  bool ended_ = false;
};

}  // namespace rhumb
