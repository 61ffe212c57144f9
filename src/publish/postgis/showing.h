#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "publish/postgis/publication.h"

namespace rhumb {

/// One view on its way to another version; inside of switch.cpp and switch_parts.cpp only.
struct PostgisTarget::Showing {
  PostgisTarget* target = nullptr;
  const PublishRequest* request = nullptr;
  PublishedTable table;
  std::optional<PublishedTable> appended_to = std::nullopt;  ///< the visible table that grows
  std::optional<RelationLook> view = std::nullopt;

  // SQL of the switch's transaction, made by prepare().
  std::vector<std::string> first = {};       ///< needs no lock that readers want
  std::vector<std::string> under_lock = {};  ///< needs the view's; the first statement takes it
  std::optional<Seat> seat = std::nullopt;   ///< whose pointer moves
  int slot = 0;                              ///< where it then points
  bool done = false;                         ///< visible before we came

  [[nodiscard]] const PgName& name() const { return target->options_.view; }
};

/// How long a switch may go on, and whom it tells when that takes long.
class PostgisTarget::Patience {
 public:
  Patience(const PostgisTarget& target, const PublishRequest& request)
      : target_(target),
        request_(request),
        limit_(static_cast<double>(target.options_.switch_within) / 1e6) {}

  [[nodiscard]] double seconds() const { return watch_.seconds(); }
  [[nodiscard]] double limit() const { return limit_; }
  [[nodiscard]] double left() const { return limit_ - watch_.seconds(); }
  [[nodiscard]] bool over() const { return left() <= 0; }
  [[nodiscard]] const CancelFlag* cancel() const { return request_.cancel; }
  /// Remembers who is in the way and, the first time after a while, raises the alarm.
  void hindered(std::vector<std::string> by, const char* what);
  /// For messages: who was seen last.
  [[nodiscard]] std::string last_seen() const;

 private:
  const PostgisTarget& target_;
  const PublishRequest& request_;
  double limit_;
  Stopwatch watch_;
  std::vector<std::string> by_;
  bool alarmed_ = false;
};

}  // namespace rhumb
