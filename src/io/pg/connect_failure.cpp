#include "io/pg/connect_failure.h"

#include <algorithm>
#include <array>

namespace rhumb {
namespace {

// The first that fits; narrower ones come before wider ones.
constexpr auto kFailures = std::to_array<PgConnectFailure>({
    {"too many clients", "53300", "raise max_connections, or use fewer sessions at once"},
    {"remaining connection slots are reserved", "53300",
     "raise max_connections, or use fewer sessions at once"},
    {"too many connections for", "53300", "raise the role's or database's CONNECTION LIMIT"},
    {"starting up", "57P03", "wait until the server is up"},
    {"shutting down", "57P03", "wait until the server is up again"},
    {"not yet accepting connections", "57P03", "wait until the server is up"},
    {"in recovery mode", "57P03", "wait until the server has recovered"},
    {"session is read-only", "25006",
     "the URL leads to a standby; name the primary, or several hosts with "
     "target_session_attrs=read-write"},
    {"certificate verify failed", "28000",
     "the server's certificate is not signed by an authority of sslrootcert, or has expired: put "
     "the authority's certificate into a file and name it: ?sslmode=verify-full&sslrootcert=FILE "
     "(or sslrootcert=system for the machine's own list, with libpq 16)"},
    {"does not match host name", "28000",
     "use the host name that stands in the server's certificate, or have it issued for this one; "
     "sslmode=verify-ca checks the signature only"},
    {"root certificate file", "28000",
     "the file of sslrootcert is not there: name the certificate of the authority that signed the "
     "server's: ?sslmode=verify-full&sslrootcert=FILE"},
    {"could not read root certificate", "28000",
     "sslrootcert must name a file with certificates in PEM form"},
    {"could not load private key file", "28000", "look at the file of sslkey"},
    {"private key file", "28000",
     "the file of sslkey may be readable by its owner only: chmod 600"},
    {"could not read certificate file", "28000", "sslcert must name a certificate in PEM form"},
    {"server does not support SSL", "28000",
     "the server does not offer TLS: set ssl = on with ssl_cert_file and ssl_key_file there; only "
     "where the way to it is trusted, use sslmode=disable here"},
    {"no encryption", "28000",
     "the server lets this user in with TLS only: add ?sslmode=verify-full&sslrootcert=FILE"},
    {"connection requires a valid client certificate", "28000",
     "name the client's certificate and key: sslcert=FILE&sslkey=FILE"},
    {"tlsv1 alert", "28000",
     "the server refused the client's certificate: it must be signed by an authority of the "
     "server's ssl_ca_file; name it with sslcert and sslkey"},
    {"password authentication failed", "28P01", "look at the URL's user and password"},
    {"no password supplied", "28P01", "the URL holds no password, and the server asks for one"},
    {"no pg_hba.conf entry", "28000",
     "the server's pg_hba.conf does not let this user in from here"},
    {"role \"", "28000", "make the role, or look at the URL's user"},
    {"database \"", "3D000", "make the database, or look at the URL's path"},
    {"could not translate host name", "28000", "look at the URL's host"},
    {"Connection refused", "08001",
     "is the server up, and does it listen on that address and port?"},
    {"No such file or directory", "08001", "is the server up, and is this its socket folder?"},
    {"timeout expired", "08001", "does a firewall stand between this machine and the server?"},
    {"Connection timed out", "08001", "does a firewall stand between this machine and the server?"},
    {"No route to host", "08001", "look at the URL's host and at the network"},
    {"closed the connection unexpectedly", "08006", "the server's log says why"},
    {"Connection reset", "08006", "the server's log says why"},
});
constexpr PgConnectFailure kUnknown{
    "", "", "look at the URL's host, port, database, user and password, and at pg_hba.conf"};

}  // namespace

const PgConnectFailure& explain_connect_failure(std::string_view message) {
  const auto found =
      std::find_if(kFailures.begin(), kFailures.end(), [&](const PgConnectFailure& failure) {
        return message.find(failure.words) != std::string_view::npos;
      });
  return found == kFailures.end() ? kUnknown : *found;
}

}  // namespace rhumb
