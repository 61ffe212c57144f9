#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// For tests: writes zip archives whose members are stored, not packed.

namespace rhumb {

struct TestMember {
  std::string name, content;
  uint16_t flags = 0;    ///< 1 = encrypted
  uint32_t claimed = 0;  ///< size unpacked, when not 0 another than the content's
};

inline uint32_t test_crc(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (0xEDB88320U & (0 - (crc & 1U)));
  }
  return ~crc;
}

inline std::string zip_of(const std::vector<TestMember>& members) {
  std::string out, directory;
  const auto put = [](std::string& to, auto value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (const TestMember& member : members) {
    const auto size = static_cast<uint32_t>(member.content.size());
    const uint32_t unpacked = member.claimed == 0 ? size : member.claimed;
    const auto describe = [&](std::string& to) {
      put(to, uint16_t{20});
      put(to, member.flags);
      put(to, uint16_t{0});           // stored
      put(to, uint32_t{0x58420000});  // some time in 2024
      put(to, test_crc(member.content));
      put(to, size);
      put(to, unpacked);
      put(to, static_cast<uint16_t>(member.name.size()));
      put(to, uint16_t{0});
    };
    const auto offset = static_cast<uint32_t>(out.size());
    out += "PK\3\4";
    describe(out);
    out += member.name + member.content;
    directory += "PK\1\2";
    put(directory, uint16_t{20});
    describe(directory);
    directory.append(10, '\0');
    put(directory, offset);
    directory += member.name;
  }
  const auto start = static_cast<uint32_t>(out.size());
  out += directory + "PK\5\6" + std::string(4, '\0');
  put(out, static_cast<uint16_t>(members.size()));
  put(out, static_cast<uint16_t>(members.size()));
  put(out, static_cast<uint32_t>(directory.size()));
  put(out, start);
  put(out, uint16_t{0});
  return out;
}

}  // namespace rhumb
