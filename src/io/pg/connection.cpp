#include "io/pg/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"
#include "io/pg/connect_failure.h"
#include "io/pg/connection_state.h"
#include "io/pg/connection_url.h"

namespace rhumb {
namespace {

constexpr int kPollMillis = 100;
constexpr size_t kMaxNotices = 100;

struct KnownState {
  std::string_view prefix;
  Code code;
};
constexpr auto kKnownStates = std::to_array<KnownState>({
    {"08", Code::kConnect},
    {"28", Code::kConnect},
    {"3D000", Code::kConnect},
    {"57P", Code::kConnect},
    {"53300", Code::kConnect},
    {"42501", Code::kRights},
    {"53100", Code::kDiskFull},
    {"53200", Code::kOutOfMemory},
    {"55P03", Code::kBusy},
});

Code code_of(std::string_view sqlstate) {
  for (const KnownState& known : kKnownStates) {
    if (sqlstate.starts_with(known.prefix)) return known.code;
  }
  return Code::kDatabase;
}

std::string field(const pg_result* result, int which) {
  const char* text = PQresultErrorField(result, which);
  return text == nullptr ? "" : text;
}

void keep_notice(void* target, const pg_result* result) {
  auto& notices = *static_cast<std::vector<std::string>*>(target);
  if (notices.size() < kMaxNotices) notices.push_back(field(result, PG_DIAG_MESSAGE_PRIMARY));
}

Error cancelled() {
  return Error{Code::kCancelled, "cancelled while the database worked", "", {}};
}

}  // namespace

PgConnectionState::~PgConnectionState() {
  PQfinish(connection);
}

Status PgConnectionState::before_statement() {
  sqlstate.clear();
  cancel_sent = false;
  if (cancel != nullptr && cancel->requested()) {
    cancel_sent = true;
    return cancelled();
  }
  return {};
}

void PgConnectionState::send_cancel() {
  cancel_sent = true;
  PgCanceller(PQgetCancel(connection)).cancel();
}

bool PgConnectionState::should_stop() {
  if (cancel == nullptr || !cancel->requested()) return false;
  if (!cancel_sent) send_cancel();
  return true;
}

Status PgConnectionState::wait() {
  while (true) {
    pollfd waiting{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, kPollMillis);
    if (ready < 0 && errno != EINTR) return connection_error(std::strerror(errno));
    if (ready > 0) break;
    should_stop();
  }
  if (PQconsumeInput(connection) == 0) return connection_error("the connection was lost");
  return {};
}

Result<pg_result*> PgConnectionState::take_result() {
  std::unique_ptr<pg_result, void (*)(pg_result*)> kept(nullptr, PQclear);
  std::optional<Error> failure;
  while (true) {
    while (PQisBusy(connection) != 0) RHUMB_TRY(wait());
    pg_result* result = PQgetResult(connection);
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      if (!failure) failure = error_of(result);
      PQclear(result);
    } else {
      kept.reset(result);
    }
    // Several results would wait for ever on a COPY that nobody feeds.
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) break;
  }
  if (failure) return *std::move(failure);
  return kept.release();
}

Error PgConnectionState::error_of(const pg_result* result) {
  sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (cancel_sent && sqlstate == "57014") return cancelled();
  const std::string primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (primary.empty()) return connection_error("the connection was lost");
  std::string message = "PostgreSQL: " + primary;
  for (const int which : {int{PG_DIAG_MESSAGE_DETAIL}, int{PG_DIAG_CONTEXT}}) {
    const std::string more = field(result, which);
    if (!more.empty()) message += "; " + printable(more, 1000);
  }
  message += fmt::format(" (SQLSTATE {})", sqlstate);
  return Error{code_of(sqlstate),
               without_secrets(message, secrets),
               field(result, PG_DIAG_MESSAGE_HINT),
               {}};
}

Error PgConnectionState::connection_error(const std::string& what) {
  sqlstate.clear();
  std::string said = without_secrets(PQerrorMessage(connection), secrets);
  for (char& c : said) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return Error{Code::kConnect, said.empty() ? what : what + ": " + said, "", {}};
}

void PgRows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

size_t PgRows::size() const {
  return static_cast<size_t>(PQntuples(result_.get()));
}

bool PgRows::is_null(size_t row, size_t column) const {
  return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) == 1;
}

std::string_view PgRows::text(size_t row, size_t column) const {
  const int r = static_cast<int>(row);
  const int c = static_cast<int>(column);
  return {PQgetvalue(result_.get(), r, c), static_cast<size_t>(PQgetlength(result_.get(), r, c))};
}

uint32_t PgRows::type(size_t column) const {
  return PQftype(result_.get(), static_cast<int>(column));
}

int64_t PgRows::integer(size_t row, size_t column) const {
  const std::string_view digits = text(row, column);
  int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

uint64_t PgRows::affected() const {
  const std::string_view digits = PQcmdTuples(result_.get());
  uint64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

std::string_view PgRows::command() const {
  return PQcmdStatus(result_.get());
}

void PgCanceller::Free::operator()(pg_cancel* handle) const {
  PQfreeCancel(handle);
}

void PgCanceller::cancel() const {
  std::array<char, 256> ignored{};
  if (handle_) PQcancel(handle_.get(), ignored.data(), static_cast<int>(ignored.size()));
}

PgConnection::PgConnection(std::unique_ptr<PgConnectionState> state) : state_(std::move(state)) {}
PgConnection::PgConnection(PgConnection&&) noexcept = default;
PgConnection& PgConnection::operator=(PgConnection&&) noexcept = default;
PgConnection::~PgConnection() = default;

Result<PgConnection> PgConnection::open(const Secret& url, const PgConnectOptions& options) {
  RHUMB_TRY(check_connection_url(url));
  auto state = std::make_unique<PgConnectionState>();
  state->secrets = secrets_of_url(url);
  state->cancel = options.cancel;
  const std::string timeout = std::to_string(options.timeout_s);
  // Of equal keywords the last wins, so that the URL overrides what stands before it. `dbname`
  // holds the whole URL.
  const std::array<const char*, 8> keywords{
      "fallback_application_name", "connect_timeout", "keepalives_idle", "keepalives_interval",
      "keepalives_count",          "dbname",          "client_encoding", nullptr};
  const std::array<const char*, 8> values{"rhumb", timeout.c_str(),      "30",   "10",
                                          "3",     url.reveal().c_str(), "UTF8", nullptr};
  state->connection = PQconnectdbParams(keywords.data(), values.data(), 1);
  if (PQstatus(state->connection) != CONNECTION_OK) {
    Error error = state->connection_error("cannot connect to PostgreSQL");
    error.hint = explain_connect_failure(error.message).hint;
    return error;
  }
  PQsetNoticeReceiver(state->connection, keep_notice, &state->notices);
  return PgConnection(std::move(state));
}

Result<PgRows> PgConnection::query(const std::string& sql, const PgParameters& parameters) {
  RHUMB_TRY(state_->before_statement());
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters) {
    values.push_back(parameter ? parameter->c_str() : nullptr);
  }
  if (PQsendQueryParams(state_->connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) == 0) {
    return state_->connection_error("a statement could not be sent to PostgreSQL");
  }
  RHUMB_ASSIGN(pg_result* const result, state_->take_result());
  return PgRows(result);
}

Status PgConnection::execute(const std::string& sql) {
  RHUMB_TRY(state_->before_statement());
  if (PQsendQuery(state_->connection, sql.c_str()) == 0) {
    return state_->connection_error("a statement could not be sent to PostgreSQL");
  }
  RHUMB_ASSIGN(pg_result* const result, state_->take_result());
  PQclear(result);
  return {};
}

Result<std::vector<PgColumn>> PgConnection::describe(const std::string& sql) {
  RHUMB_TRY(state_->before_statement());
  if (PQsendPrepare(state_->connection, "", sql.c_str(), 0, nullptr) == 0) {
    return state_->connection_error("a statement could not be sent to PostgreSQL");
  }
  RHUMB_ASSIGN(pg_result* const prepared, state_->take_result());
  PQclear(prepared);
  if (PQsendDescribePrepared(state_->connection, "") == 0) {
    return state_->connection_error("a statement could not be sent to PostgreSQL");
  }
  RHUMB_ASSIGN(pg_result* const described, state_->take_result());
  const PgRows owner(described);
  std::vector<PgColumn> columns;
  for (int i = 0; i < PQnfields(described); ++i) {
    columns.push_back({.name = PQfname(described, i),
                       .type = PQftype(described, i),
                       .modifier = PQfmod(described, i),
                       .table = PQftable(described, i),
                       .attribute = PQftablecol(described, i)});
  }
  return columns;
}

void PgConnection::watch(const CancelFlag* cancel) {
  state_->cancel = cancel;
}
const std::string& PgConnection::sqlstate() const {
  return state_->sqlstate;
}
bool PgConnection::lost() const {
  return PQstatus(state_->connection) != CONNECTION_OK;
}
int PgConnection::server_version() const {
  return PQserverVersion(state_->connection);
}
int PgConnection::backend_pid() const {
  return PQbackendPID(state_->connection);
}

bool PgConnection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(state_->connection);
  return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

bool PgConnection::is_local() const {
  const char* host = PQhost(state_->connection);
  const char* address = PQhostaddr(state_->connection);
  const std::string_view at = address == nullptr ? "" : address;
  return (host != nullptr && host[0] == '/') || at.starts_with("127.") || at == "::1";
}

std::string PgConnection::encryption() const {
  if (PQsslInUse(state_->connection) == 0) return "";
  const char* protocol = PQsslAttribute(state_->connection, "protocol");
  return protocol == nullptr ? "TLS" : protocol;
}

std::string PgConnection::verification() const {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfo(state_->connection), PQconninfoFree);
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) == "sslmode" && option->val != nullptr) {
      return option->val;
    }
  }
  return "";
}

PgCanceller PgConnection::canceller() const {
  return PgCanceller(PQgetCancel(state_->connection));
}

std::vector<std::string> PgConnection::take_notices() {
  return std::exchange(state_->notices, {});
}

Result<PgTransaction> PgTransaction::begin(PgConnection& connection, const std::string& mode) {
  RHUMB_TRY(connection.execute("BEGIN " + mode));
  return PgTransaction(connection);
}

PgTransaction::~PgTransaction() {
  rollback();
}

Status PgTransaction::commit() {
  RHUMB_ASSIGN(const PgRows done, connection_->query("COMMIT"));
  connection_ = nullptr;
  // The server answers COMMIT of a transaction that failed with a rollback, not with an error.
  if (done.command() == "COMMIT") return {};
  return Error{
      Code::kDatabase, "PostgreSQL rolled back a transaction that should be committed", "", {}};
}

void PgTransaction::rollback() {
  PgConnection* const connection = std::exchange(connection_, nullptr);
  if (connection == nullptr || connection->lost() || !connection->in_transaction()) return;
  // A cancelled run still has to leave the transaction.
  const CancelFlag* const cancel = std::exchange(connection->state().cancel, nullptr);
  const Status ignored = connection->execute("ROLLBACK");
  connection->state().cancel = cancel;
  static_cast<void>(ignored);
}

}  // namespace rhumb
