#include "decode/xlsx/xlsx_decoder.h"

#include <gtest/gtest.h>

#include "decode/container/zip_on_disk.h"
#include "decode/csv/decoding_checks.h"
#include "decode/xlsx/workbook.h"

namespace rhumb {
namespace {

std::string workbook(const std::string& rows, const std::string& settings = "") {
  return zip_of(
      {{"[Content_Types].xml", "<Types/>"},
       {"xl/workbook.xml",
        "<workbook>" + settings +
            "<sheets><sheet name='Trips' sheetId='1' r:id='rId1'/><sheet name='Old' sheetId='2' "
            "state='hidden' r:id='rId2'/></sheets></workbook>"},
       {"xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml'/><Relationship "
        "Id='rId2' Target='/xl/worksheets/sheet2.xml'/></Relationships>"},
       {"xl/sharedStrings.xml",
        "<sst><si><t>region</t></si><si><r><t>Tu</t></r><r><t>rin</t></r><rPh><t>x</t></rPh></si>"
        "<si><t>at</t></si><si><t>fare</t></si></sst>"},
       {"xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd'/></numFmts>"
        "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf "
        "numFmtId='164'/><xf numFmtId='22'/><xf numFmtId='20'/></cellXfs></styleSheet>"},
       {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
       {"xl/worksheets/sheet2.xml",
        "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>"}});
}

const std::string kHeader =
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>2</v></c><c r='C1' "
    "t='s'><v>3</v></c>"
    "<c r='D1' t='inlineStr'><is><t>ok</t></is></c></row>";

DecodedText decode(std::string_view bytes, const Config& config = {}) {
  return decode_bytes(*make_xlsx_decoder(config), bytes, "in.xlsx");
}

Config option(const char* key, const char* value) {
  return Config::map({{key, Config::scalar(value, {})}}, {});
}

TEST(Xlsx, TakesCellsWithTheirTypes) {
  const DecodedText decoded = decode(workbook(
      kHeader +
      "<row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3' s='1'><v>45293</v></c><c r='C3'>"
      "<f>1+0.1</f><v>1.1000000000000001</v></c><c r='D3' t='b'><v>1</v></c></row>"
      "<row r='4'><c r='A4' t='str'><v>Prague</v></c><c r='C4'><v>2</v></c><c r='D4' t='b'>"
      "<v>0</v></c></row><row r='5'/>"));
  ASSERT_EQ(fault(decoded), "");
  EXPECT_EQ(decoded.columns, (Texts{"region text", "at date", "fare double", "ok boolean"}));
  EXPECT_EQ(decoded.rows, (Rows{{"Turin", "2024-01-02", "1.100000", "true"},
                                {"Prague", "null", "2.000000", "false"}}));
  EXPECT_EQ(decoded.notes, Texts{});
}

TEST(Xlsx, QuarantinesRowsByTheirNumber) {
  std::string rows = kHeader;
  for (int i = 2; i <= 3000; ++i)  // more than are looked at for the types
    rows +=
        "<row r='" + std::to_string(i) + "'><c r='C" + std::to_string(i) + "'><v>1</v></c></row>";
  rows += "<row r='3001'><c r='C3001'><v>1.5</v></c></row>";
  rows += "<row r='3002'><c r='C3002'><v>1</v></c><c r='F3002'><v>7</v></c></row>";
  rows += "<row r='3003'><c r='A3003' t='s'><v>99</v></c></row>";
  const DecodedText decoded = decode(workbook(rows));
  EXPECT_EQ(decoded.rows.size(), 2999U);
  ASSERT_EQ(decoded.rejects.size(), 3U);
  EXPECT_EQ(decoded.rejects[0].line, 3001U);
  EXPECT_EQ(decoded.rejects[0].field, "fare");
  EXPECT_EQ(decoded.rejects[1].message, "expected 4 columns, found 6");
  EXPECT_EQ(decoded.rejects[2].message, "a cell names the shared text 99 of 4");
}

TEST(Xlsx, FindsSheetsByName) {
  EXPECT_EQ(decode(workbook(kHeader), option("sheet", "old")).columns, Texts{"1 text"});
  EXPECT_NE(fault(decode(workbook(kHeader), option("sheet", "x"))).find("it has: Trips, Old"),
            std::string::npos);
  EXPECT_NE(fault(decode(workbook(""))).find("the sheet 'Trips' is empty"), std::string::npos);
}

TEST(Xlsx, TakesErrorsAsTextUnlessTheyMeanNothing) {
  const std::string rows = kHeader +
                           "<row r='2'><c r='C2' t='e'><v>#N/A</v></c></row>"
                           "<row r='3'><c r='C3'><v>3</v></c></row>"
                           "<row r='4'><c r='C4' t='e'><v>#DIV/0!</v></c></row>";
  const DecodedText decoded = decode(workbook(rows));
  EXPECT_EQ(decoded.rows.size(), 2U);  // the first has no value at all, yet is a row
  ASSERT_EQ(decoded.rejects.size(), 1U);
  EXPECT_EQ(decoded.rejects[0].line, 4U);
}

TEST(Xlsx, KnowsWhatNumberFormatsShow) {
  EXPECT_EQ(cell_format("General"), CellFormat::kNumber);
  EXPECT_EQ(cell_format("0.00E+00"), CellFormat::kNumber);
  EXPECT_EQ(cell_format("#,##0 \"days\""), CellFormat::kNumber);
  EXPECT_EQ(cell_format("[Red]-0.0"), CellFormat::kNumber);
  EXPECT_EQ(cell_format("dd/mm/yyyy"), CellFormat::kDate);
  EXPECT_EQ(cell_format("mmm"), CellFormat::kDate);
  EXPECT_EQ(cell_format("[$-409]h:mm:ss AM/PM;@"), CellFormat::kTime);
  EXPECT_EQ(cell_format("[h]:mm:ss"), CellFormat::kNumber);
  EXPECT_EQ(cell_format("m/d/yy h:mm"), CellFormat::kDateTime);
}

TEST(Xlsx, CountsDaysAsExcelDoes) {
  const auto shown = [](double days, bool from_1904 = false) {
    return excel_time(days, CellFormat::kDateTime, from_1904);
  };
  EXPECT_EQ(excel_time(1, CellFormat::kDate, false), "1900-01-01");
  EXPECT_EQ(excel_time(59, CellFormat::kDate, false), "1900-02-28");
  EXPECT_EQ(excel_time(60, CellFormat::kDate, false), "");  // a day that never was
  EXPECT_EQ(excel_time(61, CellFormat::kDate, false), "1900-03-01");
  EXPECT_EQ(excel_time(0, CellFormat::kDate, true), "1904-01-01");
  EXPECT_EQ(shown(45293.5), "2024-01-02 12:00:00");
  EXPECT_EQ(shown(45293.127835648148), "2024-01-02 03:04:05");
  EXPECT_EQ(shown(45293.99999999999), "2024-01-03 00:00:00");
  EXPECT_EQ(excel_time(0.354166666666667, CellFormat::kTime, false), "08:30:00");
  EXPECT_EQ(shown(-1), "");
  EXPECT_EQ(shown(3e6), "");
}

TEST(Xlsx, NamesWhatIsNoWorkbook) {
  EXPECT_NE(fault(decode("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old")).find("before 2007, or encrypted"),
            std::string::npos);
  EXPECT_NE(fault(decode("a,b\n")).find("no Excel workbook"), std::string::npos);
  EXPECT_NE(fault(decode(zip_of({{"a.txt", "x"}}))).find("xl/workbook.xml is missing"),
            std::string::npos);
}

}  // namespace
}  // namespace rhumb
