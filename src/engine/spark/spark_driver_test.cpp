#include "engine/spark/spark_driver.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "io/fs/testing.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

/// Stands for spark-submit: its last argument is the socket, a document says what it shall do.
constexpr const char* kSubmit = R"(#!/usr/bin/env python3
import json, os, socket, sys, time
print("starting", *sys.argv[1:-2])
channel = socket.socket(socket.AF_UNIX)
channel.connect(sys.argv[-1])
def say(**event):
    channel.sendall((json.dumps(event) + "\n").encode())
say(event="ready", spark="3.5.9")
for line in channel.makefile():
    wanted = json.loads(line)
    if wanted == "pid":
        say(event="failed", code="engine", message=str(os.getpid()), hint="")
        continue
    if wanted == "fail":
        say(event="failed", code="out-of-memory", message="too much", hint="less")
        continue
    if wanted == "die": print("all is lost"); sys.exit(1)
    if wanted == "sleep": time.sleep(60)
    channel.sendall(b"no event\n")
    say(event="progress", tasks=4, tasks_done=1, rows=5, bytes=50)
    say(event="done", tasks=4, tasks_done=4, rows=20, bytes=200)
)";

class SparkDriverTest : public testing::Test {
 protected:
  std::unique_ptr<SparkDriver> driver(const std::string& submit = kSubmit) {
    const fs::path program = folder_.write("bin/spark-submit", submit);
    fs::permissions(program, fs::perms::owner_all);
    return make_spark_driver({.home = folder_.path(),
                              .driver = folder_ / "driver",
                              .threads = 3,
                              .memory = uint64_t{2} << 30U});
  }

  Status build(SparkDriver& driver, const std::string& what) {
    return driver.build("\"" + what + "\"", cancel,
                        [this](const SparkProgress& progress) { seen.push_back(progress); });
  }

  CancelFlag cancel;
  std::vector<SparkProgress> seen;
  TestFolder folder_;
};

TEST_F(SparkDriverTest, FollowsABuildToItsEnd) {
  const auto driver = this->driver();
  const Status done = build(*driver, "build");
  ASSERT_TRUE(done.ok()) << done.error().text();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].fraction, 0.25);
  EXPECT_EQ(seen[1].rows, 20U);
  EXPECT_EQ(seen[1].bytes, 200U);
}

TEST_F(SparkDriverTest, KeepsTheDriverFromOneBuildToTheNext) {
  const auto driver = this->driver();
  const Status first = build(*driver, "pid");
  const Status second = build(*driver, "pid");
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().message, second.error().message);
}

TEST_F(SparkDriverTest, AFailureIsWhatTheDriverSays) {
  const auto driver = this->driver();
  const Status failed = build(*driver, "fail");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::kOutOfMemory);
  EXPECT_EQ(failed.error().message, "Spark: too much");
  EXPECT_EQ(failed.error().hint, "less");
}

TEST_F(SparkDriverTest, ADriverThatDiesIsReportedWithItsLastWordsAndReplaced) {
  const auto driver = this->driver();
  const Status failed = build(*driver, "die");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::kEngine);
  EXPECT_NE(failed.error().message.find("all is lost"), std::string::npos) << failed.error().text();
  EXPECT_TRUE(build(*driver, "build").ok());
}

TEST_F(SparkDriverTest, CancellingEndsTheDriverSoon) {
  const auto driver = this->driver();
  std::thread canceller([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel.request();
  });
  const auto begin = std::chrono::steady_clock::now();
  const Status status = build(*driver, "sleep");
  canceller.join();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  cancel.reset();
  EXPECT_TRUE(build(*driver, "build").ok());
}

TEST_F(SparkDriverTest, TellsSparkWhereToRunAndHowMuchMemoryItHas) {
  const auto driver = this->driver("#!/bin/sh\necho \"$@\"; exit 1\n");
  const Status failed = build(*driver, "build");
  ASSERT_FALSE(failed.ok());
  for (const char* words : {"--master local[3]", "--driver-memory 2048m"})
    EXPECT_NE(failed.error().message.find(words), std::string::npos) << failed.error().message;
}

TEST_F(SparkDriverTest, WhatIsMissingIsNamed) {
  const auto nowhere = make_spark_driver({});
  EXPECT_NE(build(*nowhere, "build").error().hint.find("SPARK_HOME"), std::string::npos);
  const auto empty = make_spark_driver({.home = "/no/spark"});
  EXPECT_EQ(build(*empty, "build").error().message, "there is no Spark in /no/spark");
  const auto no_java = driver("#!/bin/sh\necho 'JAVA_HOME is not set' >&2; exit 1\n");
  EXPECT_EQ(build(*no_java, "build").error().message, "Spark finds no Java");
  const auto no_sqlglot =
      driver("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'sqlglot'\" >&2; exit 1\n");
  EXPECT_NE(build(*no_sqlglot, "build").error().hint.find("PYSPARK_PYTHON"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
