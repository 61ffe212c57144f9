#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "geo/wkt.h"

namespace rhumb {

/// WKB of a WKT that a test is sure of; the test fails when it was wrong.
inline std::string wkb_of(std::string_view wkt) {
  auto parsed = parse_wkt(wkt);
  EXPECT_TRUE(parsed.ok()) << wkt << ": " << parsed.error().message;
  return parsed.ok() ? *std::move(parsed) : "";
}

}  // namespace rhumb
