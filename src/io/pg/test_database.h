#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "io/pg/connection.h"

namespace rhumb {

/// A fresh database with PostGIS per test, on the server that RHUMB_TEST_PG names; without one the
/// test is skipped and says how to run it.
class PgTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* server = std::getenv("RHUMB_TEST_PG");
    if (server == nullptr) {
      GTEST_SKIP() << "needs a server: python3 tests/harness/postgres.py run -- "
                   << ::testing::internal::GetArgvs().front();
    }
    server_ = Secret(server);
    static std::atomic<int> next{0};
    name_ = "rhumb_unit_" + std::to_string(getpid()) + "_" + std::to_string(++next);
    PgConnection admin = connect(server_);
    // The harness keeps a template; on another server the extension is made anew.
    if (!admin.execute("CREATE DATABASE " + name_ + " TEMPLATE rhumb_template").ok()) {
      run(admin, "CREATE DATABASE " + name_);
    }
    const std::string url = server_.reveal();
    url_ = Secret(url.substr(0, url.rfind('/') + 1) + name_);
    run("CREATE EXTENSION IF NOT EXISTS postgis");
  }

  void TearDown() override {
    if (name_.empty()) return;
    PgConnection admin = connect(server_);
    run(admin, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  }

  [[nodiscard]] const Secret& url() const { return url_; }

  /// The URL with another user and password.
  [[nodiscard]] Secret url_for(const std::string& user, const std::string& password) const {
    const std::string& text = url_.reveal();
    return Secret("postgresql://" + user + ":" + password + text.substr(text.rfind('@')));
  }

  static PgConnection connect(const Secret& url, const PgConnectOptions& options = {}) {
    auto connection = PgConnection::open(url, options);
    if (!connection.ok()) throw std::runtime_error(connection.error().text());
    return std::move(connection).value();
  }
  [[nodiscard]] PgConnection connect() const { return connect(url_); }

  static void run(PgConnection& connection, const std::string& sql) {
    const Status done = connection.execute(sql);
    if (!done.ok()) throw std::runtime_error(sql + ": " + done.error().text());
  }
  void run(const std::string& sql) const {
    PgConnection connection = connect();
    run(connection, sql);
  }

  static PgRows rows(PgConnection& connection, const std::string& sql) {
    auto found = connection.query(sql);
    if (!found.ok()) throw std::runtime_error(sql + ": " + found.error().text());
    return std::move(found).value();
  }
  /// The first field of the first row, "" when there is none.
  [[nodiscard]] std::string value(const std::string& sql) const {
    PgConnection connection = connect();
    const PgRows found = rows(connection, sql);
    return found.empty() ? "" : found.string(0, 0);
  }

 private:
  Secret server_;
  Secret url_;
  std::string name_;
};

}  // namespace rhumb
