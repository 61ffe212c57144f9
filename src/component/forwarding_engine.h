#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "component/engine.h"

namespace rhumb {

/// An engine that leaves everything to another one. Who runs some statements in another way derives
/// from it and overrides only those calls. Owns the other; as thread-safe as that is.
class ForwardingEngine : public Engine {
 public:
  explicit ForwardingEngine(std::unique_ptr<Engine> inner) : inner_(std::move(inner)) {}

  Status bind(const Dataset& dataset) override { return inner_->bind(dataset); }
  Status bind_query(const std::string& name, const std::string& sql) override {
    return inner_->bind_query(name, sql);
  }
  Status unbind(const std::string& name) override { return inner_->unbind(name); }

  Status make_lookup(const Lookup& lookup) override { return inner_->make_lookup(lookup); }
  Status drop_lookups() override { return inner_->drop_lookups(); }

  Result<Schema> describe(const std::string& sql) override { return inner_->describe(sql); }
  Result<std::string> syntax_tree(const std::string& sql) override {
    return inner_->syntax_tree(sql);
  }
  Result<bool> knows_function(const std::string& name) override {
    return inner_->knows_function(name);
  }
  Result<Table> query(const std::string& sql, const std::vector<std::string>& parameters) override {
    return inner_->query(sql, parameters);
  }
  Result<std::unique_ptr<BatchStream>> stream(const std::string& sql) override {
    return inner_->stream(sql);
  }

  Result<std::vector<DataFile>> write(BatchStream& rows, const WriteRequest& request) override {
    return inner_->write(rows, request);
  }
  Result<std::vector<DataFile>> write(const std::string& sql,
                                      const WriteRequest& request) override {
    return inner_->write(sql, request);
  }
  Result<std::vector<DataFile>> merge(const Dataset& rows,
                                      const std::vector<std::string>& without_inputs,
                                      const WriteRequest& request) override {
    return inner_->merge(rows, without_inputs, request);
  }

  [[nodiscard]] uint64_t memory_limit() const override { return inner_->memory_limit(); }
  Status limit_memory(uint64_t bytes) override { return inner_->limit_memory(bytes); }

  void cancel() override { inner_->cancel(); }
  [[nodiscard]] EngineProgress progress() const override { return inner_->progress(); }

 protected:
  [[nodiscard]] Engine& inner() const { return *inner_; }

 private:
  std::unique_ptr<Engine> inner_;
};

}  // namespace rhumb
