#include "decode/xml/xml_reader.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

class Recorder final : public XmlHandler {
 public:
  void open(std::string_view name, const XmlAttributes& attributes) override {
    out += "<" + std::string(name);
    for (const auto& [key, value] : attributes)
      out += " " + std::string(key) + "=" + std::string(value);
    out += ">";
  }
  void text(std::string_view piece) override { out += piece; }
  void close(std::string_view) override { out += "/"; }
  std::string out;
};

std::string read(std::string_view bytes) {
  Recorder recorder;
  XmlReader reader(recorder);
  Status status;
  for (size_t i = 0; i < bytes.size() && status.ok(); ++i)
    status = reader.feed(bytes.substr(i, 1), false);
  if (status.ok()) status = reader.feed("", true);
  return status.ok() ? recorder.out : status.error().message;
}

TEST(XmlReader, GivesElementsByTheirNameAlone) {
  EXPECT_EQ(read("<a x='1'><gx:Track kml:y='&lt;2'>t<![CDATA[<b>]]></gx:Track></a>"),
            "<a x=1><Track y=<2>t<b>//");
}

TEST(XmlReader, ReadsOldCharacterSets) {
  EXPECT_EQ(read("<?xml version='1.0' encoding='windows-1250'?><a>Krak\xF3w \x9C</a>"),
            "<a>Kraków ś/");
  EXPECT_EQ(read("<?xml version='1.0' encoding='ISO-8859-1'?><a>Z\xFCrich</a>"), "<a>Zürich/");
}

TEST(XmlReader, RefusesEntitiesAndDepth) {
  EXPECT_NE(read("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>").find("declares entities"),
            std::string::npos);
  EXPECT_NE(read("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")
                .find("declares entities"),
            std::string::npos);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<a>";
  EXPECT_NE(read(deep).find("nested too deeply"), std::string::npos);
}

TEST(XmlReader, RefusesATagWithoutEnd) {
  Recorder recorder;
  XmlReader reader(recorder);
  const Status status = reader.feed("<a b='" + std::string(40'000'000, 'x'), false);
  ASSERT_FALSE(status.ok());
}

TEST(XmlReader, SaysWhereItBreaks) {
  EXPECT_EQ(read("<a>\n<b></c></a>"), "no well-formed XML at line 2, column 6: mismatched tag");
  EXPECT_NE(read("<a>").find("line 1"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
