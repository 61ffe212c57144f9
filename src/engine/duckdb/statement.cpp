#include "engine/duckdb/statement.h"

namespace rhumb {

SqlText SqlText::plain(std::string sql) {
  const size_t size = sql.size();
  return SqlText{.text = std::move(sql), .user_begin = 0, .user_size = size};
}

SqlText SqlText::wrapped(std::string_view before, std::string_view user, std::string_view after) {
  SqlText out{.text = std::string(before), .user_begin = before.size(), .user_size = user.size()};
  out.text += user;
  out.text += after;
  return out;
}

SqlText SqlText::internal(std::string sql) {
  return SqlText{.text = std::move(sql), .user_begin = 0, .user_size = 0};
}

}  // namespace rhumb
