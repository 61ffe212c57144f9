#include "base/html_page.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(HtmlPage, LetsNothingRunAndNothingBeLoaded) {
  const std::string page = html_page("&lt;b&gt;", "<p>body</p>");
  EXPECT_NE(page.find("<title>&lt;b&gt;</title>"), std::string::npos);
  EXPECT_NE(page.find("<h1>&lt;b&gt;</h1>\n<p>body</p></body>"), std::string::npos);
  EXPECT_NE(page.find("Content-Security-Policy\" content=\"default-src 'none'"), std::string::npos);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("http"), page.find("http-equiv"));
  EXPECT_EQ(page.find("url("), std::string::npos);
}

TEST(HtmlPage, TablesSetNumbersToTheRight) {
  EXPECT_EQ(html_table({"name", "rows"}, {}, {false, true}), "");
  EXPECT_EQ(html_table({"name", "rows"}, {{"<b>a</b>", "7"}}, {false, true}),
            "<table>\n<thead><tr><th>name</th><th class=\"n\">rows</th></tr>\n</thead>\n"
            "<tbody>\n<tr><td><b>a</b></td><td class=\"n\">7</td></tr>\n</tbody>\n</table>\n");
}

}  // namespace
}  // namespace rhumb
