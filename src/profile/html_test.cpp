#include "profile/html.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

size_t count(std::string_view text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(Html, TextCannotBecomeMarkup) {
  EXPECT_EQ(html_text("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
  EXPECT_EQ(html_text(std::string_view("a\0b\x1B\x7F\n", 6)), "a b  \n");
  EXPECT_EQ(html_text("Z\xC3\xBCrich Z\xFCrich"), "Z\xC3\xBCrich Z\xC3\xBCrich");
}

TEST(Html, MapHasNorthOnTopAndAtMostSoManyDots) {
  const std::string map = svg_map({{0, 0}, {10, 10}}, {0, 0, 10, 10}, {"<south>", "north"});
  EXPECT_NE(map.find("<circle cx=\"8.0\" cy=\"728.0\" r=\"2\"><title>&lt;south&gt;</title>"),
            std::string::npos)
      << map;
  EXPECT_NE(map.find("<circle cx=\"728.0\" cy=\"8.0\""), std::string::npos) << map;
  EXPECT_EQ(svg_map({}, kEmptyBox), "");
  const std::vector<Position> many(3 * kMostDots + 1, Position{1, 1});
  const size_t dots = count(svg_map(many, {1, 1, 1, 1}), "<circle");
  EXPECT_GT(dots, kMostDots / 2);
  EXPECT_LE(dots, kMostDots);
}

TEST(Html, BarsShowEveryRangeThatHoldsSomething) {
  EXPECT_EQ(svg_bars({0, 0}, "none"), "");
  const std::string bars = svg_bars({1000, 0, 1}, "\"a\"");
  EXPECT_NE(bars.find("aria-label=\"&quot;a&quot;\""), std::string::npos);
  EXPECT_EQ(count(bars, "height=\"24.0\""), 1U);
  EXPECT_EQ(count(bars, "height=\"0.0\""), 1U);
  EXPECT_EQ(count(bars, "height=\"1.0\""), 1U);
}

}  // namespace
}  // namespace rhumb
