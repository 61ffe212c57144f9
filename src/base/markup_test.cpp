#include "base/markup.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Markup, WhatHasAMeaningIsEscaped) {
  EXPECT_EQ(escape_markup("<a href=\"x\" title='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(escape_markup("Zürich\n\x01"), "Zürich\n\x01");
  EXPECT_EQ(escape_markup(""), "");
}

}  // namespace
}  // namespace rhumb
