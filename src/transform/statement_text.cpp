#include "transform/statement_text.h"

#include "base/sql_tokens.h"

namespace rhumb {

std::string_view first_statement(std::string_view sql) {
  for (const SqlToken& token : sql_tokens(sql)) {
    if (sql[token.begin] == ';') return sql.substr(0, token.begin);
  }
  return sql;
}

std::string in_parentheses(std::string_view sql) {
  return "(\n" + std::string(first_statement(sql)) + "\n)";
}

}  // namespace rhumb
