#include "component/batch.h"

namespace rhumb {

void ColumnData::append_null() {
  if (width_ > 0) {
    values_.resize(values_.size() + width_);
  } else {
    offsets_.push_back(bytes_.size());
  }
  if (rows_ % 64 == 0) validity_.push_back(0);
  ++rows_;
  ++nulls_;
}

void ColumnData::clear() {
  rows_ = 0;
  nulls_ = 0;
  validity_.clear();
  values_.clear();
  bytes_.clear();
  offsets_.clear();
  if (width_ == 0) offsets_.push_back(0);
}

void ColumnData::pop_back() {
  --rows_;
  if (is_null(rows_)) --nulls_;
  validity_[rows_ / 64] &= ~(uint64_t{1} << (rows_ % 64));
  if (rows_ % 64 == 0) validity_.pop_back();
  if (width_ > 0) {
    values_.resize(values_.size() - width_);
  } else {
    offsets_.pop_back();
    bytes_.resize(offsets_.back());
  }
}

Batch::Batch(const Schema& schema) {
  columns.reserve(schema.size());
  for (const Column& column : schema) columns.emplace_back(column.type.id);
}

void Batch::clear() {
  for (ColumnData& column : columns) column.clear();
}

}  // namespace rhumb
