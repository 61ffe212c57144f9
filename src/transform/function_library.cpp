#include "transform/function_library.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/sql_tokens.h"
#include "base/text.h"
#include "transform/function_calls.h"

namespace rhumb {
namespace {

using Names = std::set<std::string, std::less<>>;

/// An expression is parsed as the one item of a SELECT; the parentheses keep out a FROM or a second
/// item, the line break ends a comment and leaves the columns as they are.
constexpr std::string_view kBefore = "SELECT (\n";
constexpr std::string_view kAfter = "\n)";

std::string as_statement(const std::string& expression) {
  return fmt::format("{}{}{}", kBefore, expression, kAfter);
}

/// Place in the file of a place in the statement made by as_statement().
Place in_expression(const FunctionDef& function, const Place& in_statement) {
  if (in_statement.line <= 1) return function.expression_place;
  const size_t offset = offset_at(function.expression, in_statement.line - 1, in_statement.column);
  return place_behind(function.expression_place,
                      std::string_view(function.expression).substr(0, offset));
}

bool is_one_expression(const Query& query) {
  const TableRef from = query.from();
  return query.is_select() && query.select_list().size() == 1 &&
         (!from || from.type() == "EMPTY") && !query.where() && query.groups().empty() &&
         !query.having() && !query.qualify() && query.children("modifiers").empty() &&
         query.common_tables().empty();
}

std::string counted_arguments(size_t n) {
  return n == 1 ? "1 argument" : fmt::format("{} arguments", n);
}

}  // namespace

/// Replaces the calls in one text.
class FunctionInliner {
 public:
  using Run = FunctionLibrary::Run;
  using Function = FunctionLibrary::Function;

  /// The statement's text is that of `tree`; of it, the part from `base` on stands at `begin` in
  /// the user's file.
  FunctionInliner(const FunctionLibrary& library, const SyntaxTree& tree, size_t base, Place begin,
                  std::string function)
      : library_(library),
        tree_(tree),
        sql_(tree.sql()),
        base_(base),
        begin_(std::move(begin)),
        function_(std::move(function)),
        tokens_(sql_tokens(sql_)) {}

  /// `end` is one past the last byte that counts. `parameters` are those of the function whose body
  /// this is.
  Result<std::vector<Run>> run(size_t end, const std::vector<std::string>& parameters) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      for (const size_t offset : find_columns(tree_, parameters[i]))
        parameters_.emplace(offset, static_cast<int>(i));
    }
    Names names;
    for (const auto& [name, function] : library_.functions_) names.insert(name);
    for (FunctionCall& call : find_calls(tree_, names)) {
      const size_t offset = call.offset;
      calls_.emplace(offset, std::move(call));
    }
    std::vector<Run> out;
    RHUMB_TRY(copy(base_, end, out));
    return out;
  }

 private:
  Status copy(size_t begin, size_t end, std::vector<Run>& out) {
    size_t from = begin;
    while (from < end) {
      const auto call = calls_.lower_bound(from);
      const auto parameter = parameters_.lower_bound(from);
      const size_t call_at = call == calls_.end() ? end : std::min(end, call->first);
      const size_t parameter_at =
          parameter == parameters_.end() ? end : std::min(end, parameter->first);
      const size_t next = std::min(call_at, parameter_at);
      if (next > from) RHUMB_TRY(add(verbatim(from, next), out));
      if (next == end) break;
      if (parameter_at < call_at) {
        RHUMB_TRY(
            add(Run{.text = "", .place = {}, .function = "", .parameter = parameter->second}, out));
        from = token_end(next);
      } else {
        RHUMB_ASSIGN(from, expand(call->second, out));
      }
    }
    return {};
  }

  /// Behind the call.
  Result<size_t> expand(const FunctionCall& call, std::vector<Run>& out) {
    const Function& function = *library_.find(call.name);
    RHUMB_TRY(check(call, function));
    const CallText text = read_call(sql_, tokens_, call.offset);
    RHUMB_ASSIGN(const auto arguments, arguments_of(call, function, text));
    const auto synthetic = [&](std::string written) {
      return Run{.text = std::move(written),
                 .place = place(call.offset),
                 .function = function_,
                 .parameter = -1};
    };
    RHUMB_TRY(add(synthetic("("), out));
    for (const Run& run : function.body) {
      if (run.parameter < 0) {
        RHUMB_TRY(add(run, out));
        continue;
      }
      const CallText::Argument& argument = arguments[static_cast<size_t>(run.parameter)];
      RHUMB_TRY(add(synthetic("("), out));
      RHUMB_TRY(copy(argument.begin, argument.end, out));
      RHUMB_TRY(add(synthetic(")"), out));
    }
    // Whatever stands in its place, the column is called after the function.
    RHUMB_TRY(add(
        synthetic(call.names_column && function_.empty() ? ") AS " + quote_identifier(function.name)
                                                         : ")"),
        out));
    return text.end;
  }

  Status check(const FunctionCall& call, const Function& function) const {
    const Expression& written = call.expression;
    if (!written) {
      return refuse(call, fmt::format("`{}` stands for a value, not for a table", function.name),
                    "call it in a SELECT list or a condition; rows come from sources and models");
    }
    if (written.form() == "WINDOW" || written.flag("distinct") || written.child("filter") ||
        !written.child("order_bys").children("orders").empty()) {
      return refuse(call,
                    fmt::format("DISTINCT, FILTER, ORDER BY and OVER cannot stand at a call of "
                                "`{}`, which is not a function of the engine",
                                function.name),
                    "write them in the function, at the aggregate itself");
    }
    if (!written.text("schema").empty()) {
      return refuse(call, fmt::format("`{0}` is called by its plain name: {0}(...)", function.name),
                    "write what stands before the dot as its first argument");
    }
    return {};
  }

  /// One for each parameter, in their order.
  Result<std::vector<CallText::Argument>> arguments_of(const FunctionCall& call,
                                                       const Function& function,
                                                       const CallText& text) const {
    const auto& parameters = function.parameters;
    std::vector<std::optional<CallText::Argument>> found(parameters.size());
    size_t position = 0;
    bool fits = text.end > 0 && text.arguments.size() == parameters.size();
    for (const CallText::Argument& argument : text.arguments) {
      size_t at = position;
      if (!argument.name.empty()) {
        at = static_cast<size_t>(
            std::find_if(parameters.begin(), parameters.end(),
                         [&](const std::string& p) { return to_lower(p) == argument.name; }) -
            parameters.begin());
      } else {
        ++position;
      }
      fits = fits && at < parameters.size() && !found[at];
      if (!fits) break;
      found[at] = argument;
    }
    if (!fits) {
      return refuse(
          call, fmt::format("`{}` takes {}", function.name, counted_arguments(parameters.size())),
          fmt::format("it is {}({})", function.name, join(parameters, ", ")));
    }
    std::vector<CallText::Argument> out;
    for (const auto& argument : found) out.push_back(*argument);
    return out;
  }

  Status add(Run run, std::vector<Run>& out) {
    size_ += run.text.size() + 1;
    if (size_ > FunctionLibrary::kMaxText) {
      return Error{Code::kBadSql,
                   fmt::format("with its functions put in, the statement grows beyond {}",
                               human_bytes(FunctionLibrary::kMaxText)),
                   "functions that use their argument more than once double what is in it: make "
                   "the inner one a column of a WITH clause or a model",
                   begin_};
    }
    out.push_back(std::move(run));
    return {};
  }

  [[nodiscard]] Run verbatim(size_t from, size_t to) const {
    return Run{.text = sql_.substr(from, to - from),
               .place = place(from),
               .function = function_,
               .parameter = -1};
  }

  [[nodiscard]] size_t token_end(size_t begin) const {
    const auto token = std::find_if(tokens_.begin(), tokens_.end(), [&](const SqlToken& candidate) {
      return candidate.begin == begin;
    });
    return token == tokens_.end() ? begin + 1 : token->end;
  }

  [[nodiscard]] Place place(size_t offset) const {
    return place_behind(begin_, std::string_view(sql_).substr(base_, offset - base_));
  }

  [[nodiscard]] Error refuse(const FunctionCall& call, std::string message,
                             std::string hint) const {
    return Error{Code::kBadSql, std::move(message), std::move(hint), place(call.offset)};
  }

  const FunctionLibrary& library_;
  const SyntaxTree& tree_;
  const std::string& sql_;
  const size_t base_;
  const Place begin_;
  const std::string function_;  ///< whose body this is; "" = a statement
  const std::vector<SqlToken> tokens_;
  std::map<size_t, FunctionCall> calls_;
  std::map<size_t, int> parameters_;
  size_t size_ = 0;
};

namespace {

/// Parses the functions and finds an order in which each comes after those it calls.
class LibraryBuilder {
 public:
  struct Parsed {
    const FunctionDef* definition;
    SyntaxTree tree;
    std::vector<FunctionCall> calls;
  };

  LibraryBuilder(const std::vector<FunctionDef>& functions, const FunctionLibrary::Parse& parse)
      : parse_(parse) {
    for (const FunctionDef& function : functions) names_.insert(to_lower(function.name));
    for (const FunctionDef& function : functions) take(function);
  }

  /// Names in order; errors() says what is wrong.
  std::vector<const Parsed*> order() {
    for (const auto& [name, parsed] : parsed_) visit(name);
    return std::move(order_);
  }
  [[nodiscard]] Errors& errors() { return errors_; }

 private:
  void take(const FunctionDef& function) {
    auto tree = parse_(as_statement(function.expression));
    if (!tree.ok()) {
      Error error = std::move(tree).error();
      error.place = in_expression(function, error.place);
      errors_.push_back(std::move(error));
    } else if (!is_one_expression(tree->root())) {
      errors_.push_back(Error{
          Code::kBadSql, fmt::format("`{}` is not one expression", function.name),
          "write one value after AS; a SELECT stands in parentheses", function.expression_place});
    } else {
      auto calls = find_calls(*tree, names_);
      parsed_.emplace(to_lower(function.name),
                      Parsed{&function, std::move(tree).value(), std::move(calls)});
    }
  }

  void visit(const std::string& name) {
    if (done_.contains(name)) return;
    const auto at = parsed_.find(name);
    if (at == parsed_.end()) return;  // refused already
    path_.push_back(name);
    for (const FunctionCall& call : at->second.calls) {
      if (std::find(path_.begin(), path_.end(), call.name) != path_.end()) {
        refuse_cycle(call);
      } else {
        visit(call.name);
      }
    }
    path_.pop_back();
    if (done_.insert(name).second) order_.push_back(&at->second);
  }

  void refuse_cycle(const FunctionCall& call) {
    const Parsed& caller = parsed_.at(path_.back());
    std::vector<std::string> way(std::find(path_.begin(), path_.end(), call.name), path_.end());
    way.push_back(call.name);
    errors_.push_back(Error{
        Code::kCycle, fmt::format("a function cannot be made from itself: {}", join(way, " -> ")),
        "take one of these calls out",
        in_expression(*caller.definition, caller.tree.place(size_t{call.offset}))});
  }

  const FunctionLibrary::Parse& parse_;
  Names names_;
  std::map<std::string, Parsed> parsed_;
  Errors errors_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
  std::vector<const Parsed*> order_;
};

}  // namespace

std::variant<FunctionLibrary, Errors> FunctionLibrary::build(
    const std::vector<FunctionDef>& functions, const Parse& parse) {
  LibraryBuilder builder(functions, parse);
  const auto order = builder.order();
  if (!builder.errors().empty()) return std::move(builder.errors());
  FunctionLibrary library;
  Errors errors;
  for (const LibraryBuilder::Parsed* parsed : order) {
    const FunctionDef& definition = *parsed->definition;
    auto body = FunctionInliner(library, parsed->tree, kBefore.size(), definition.expression_place,
                                definition.name)
                    .run(kBefore.size() + definition.expression.size(), definition.parameters);
    if (!body.ok()) {
      errors.push_back(std::move(body).error());
      continue;
    }
    library.functions_.emplace(to_lower(definition.name),
                               Function{.name = definition.name,
                                        .parameters = definition.parameters,
                                        .body = std::move(body).value()});
  }
  if (!errors.empty()) return errors;
  return library;
}

const FunctionLibrary::Function* FunctionLibrary::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

bool FunctionLibrary::mentions(std::string_view sql) const {
  if (functions_.empty()) return false;
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  return std::any_of(tokens.begin(), tokens.end(), [&](const SqlToken& token) {
    std::string_view word = sql.substr(token.begin, token.end - token.begin);
    if (token.kind == SqlToken::Kind::kQuotedName) word = word.substr(1, word.size() - 2);
    return functions_.contains(to_lower(word));
  });
}

Result<InlinedSql> FunctionLibrary::inlined(const SyntaxTree& tree, const Place& begin) const {
  RHUMB_ASSIGN(const std::vector<Run> runs,
               FunctionInliner(*this, tree, 0, begin, "").run(tree.sql().size(), {}));
  InlinedSql out;
  for (const Run& run : runs) {
    out.pieces.push_back({.begin = out.text.size(), .place = run.place, .function = run.function});
    out.text += run.text;
  }
  return out;
}

}  // namespace rhumb
