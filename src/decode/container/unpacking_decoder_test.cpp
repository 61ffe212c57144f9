#include "decode/container/unpacking_decoder.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "decode/container/zip_on_disk.h"
#include "decode/csv/csv_decoder.h"
#include "decode/csv/decoding_checks.h"
#include "decode/shapefile/shapefile_decoder.h"
#include "decode/shapefile/shapefile_on_disk.h"

namespace rhumb {
namespace {

DecodedText decode_zip(std::string_view bytes, int readers = 1) {
  const auto decoder = make_unpacking_decoder(make_csv_decoder(CsvOptions{}), {".csv", ".tsv"});
  return decode_bytes(*decoder, bytes, "in.zip", {.readers = readers});
}

TEST(Unpacking, ReadsTheOnlyMemberWhateverItIsCalled) {
  const DecodedText decoded = decode_zip(zip_of({{"export", "a,b\n1,x\n2,y\n"}}));
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.rows, (Rows{{"1", "x"}, {"2", "y"}}));
  EXPECT_EQ(decoded.preamble, "a,b\n");
  EXPECT_EQ(decoded.notes, Texts{});
}

TEST(Unpacking, ReadsManyMembersAndTellsWhatItLeaves) {
  std::vector<TestMember> members = {{"README", "hello"}, {"__MACOSX/._a.csv", "x"}, {"b/", ""}};
  for (int i = 0; i < 20; ++i)
    members.push_back({"b/" + std::to_string(i) + ".csv", "n\n" + std::to_string(i) + "\n"});
  for (const int readers : {1, 4}) {
    const DecodedText decoded = decode_zip(zip_of(members), readers);
    ASSERT_EQ(fault(decoded), "");
    EXPECT_EQ(decoded.rows.size(), 20U);
    EXPECT_EQ(decoded.counted_rows, 20U);
    EXPECT_EQ(decoded.notes, Texts{"not read from the archive: README"});
  }
}

TEST(Unpacking, RejectsNameTheMember) {
  const DecodedText decoded = decode_zip(zip_of({{"a.csv", "n,m\n1,2\n3\n"}, {"b.csv", "n,m\n"}}));
  ASSERT_EQ(decoded.rejects.size(), 1U);
  EXPECT_EQ(decoded.rejects[0].input, "in.zip/a.csv");
  EXPECT_EQ(decoded.rejects[0].line, 3U);
  EXPECT_EQ(decoded.counted_rejects, 1U);
}

TEST(Unpacking, RefusesMembersThatDisagree) {
  EXPECT_NE(fault(decode_zip(zip_of({{"a.csv", "n\n1\n"}, {"b.csv", "m\n1\n"}})))
                .find("b.csv has other columns"),
            std::string::npos);
}

TEST(Unpacking, RefusesNamesThatLeadOut) {
  for (const char* name : {"../a.csv", "/etc/a.csv", "x/../../a.csv", "C:/a.csv", "..\\a.csv"}) {
    EXPECT_NE(fault(decode_zip(zip_of({{name, "n\n1\n"}}))).find("leads out of the archive"),
              std::string::npos)
        << name;
  }
}

TEST(Unpacking, NamesEncryptedMembersAndOthersWithoutData) {
  EXPECT_NE(fault(decode_zip(zip_of({{"a.csv", "n\n1\n", 1}}))).find("encrypted"),
            std::string::npos);
  EXPECT_NE(fault(decode_zip(zip_of({{"a.pdf", "x"}, {"b.pdf", "y"}})))
                .find("holds no file that ends in .csv or .tsv; it holds: a.pdf, b.pdf"),
            std::string::npos);
  EXPECT_NE(fault(decode_zip(zip_of({}))).find("is empty"), std::string::npos);
}

TEST(Unpacking, PassesOtherFilesThrough) {
  EXPECT_EQ(decode_zip("a\n1\n").rows, Rows{{"1"}});
}

TEST(Unpacking, KeepsThePartsOfAShapefileTogether) {
  const TestShapefile file{
      .shapes = {point_shape(7, 45)}, .fields = {{"name"}}, .rows = {{"Turin"}}};
  std::vector<TestMember> members = {{"data/readme.txt", "x"}};
  for (const auto& [extension, bytes] : file.parts())
    members.push_back({"data/places" + extension, bytes});
  const auto decoder = make_unpacking_decoder(make_shapefile_decoder({}), {".shp"});
  const DecodedText decoded = decode_bytes(*decoder, zip_of(members), "in.zip");
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.rows, (Rows{{"Turin", "POINT (7 45)"}}));
  EXPECT_EQ(decoded.notes, Texts{"not read from the archive: data/readme.txt"});
}

}  // namespace
}  // namespace rhumb
