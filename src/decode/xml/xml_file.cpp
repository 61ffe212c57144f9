#include "decode/xml/xml_file.h"

namespace rhumb {
namespace {

constexpr size_t kPiece = size_t{64} << 10;

}  // namespace

Result<std::unique_ptr<XmlFile>> XmlFile::open(const std::filesystem::path& path,
                                               XmlHandler& handler) {
  RHUMB_ASSIGN(auto bytes, open_byte_input(path));
  return std::unique_ptr<XmlFile>(new XmlFile(std::move(bytes), handler));
}

Result<bool> XmlFile::step() {
  if (ended_) return false;
  piece_.resize(kPiece);
  RHUMB_ASSIGN(const size_t got, bytes_->read(piece_.data(), piece_.size()));
  ended_ = got == 0;
  RHUMB_TRY(reader_.feed(std::string_view(piece_).substr(0, got), ended_));
  return true;
}

}  // namespace rhumb
