// The numbered files of store/migrations, as the build embedded them. Position + 1 is the number.
#pragma once

#include <span>
#include <string_view>

namespace lianxin::client {

struct PhoneMigration {
  std::string_view name, sql;
};
std::span<const PhoneMigration> phone_migrations();

}  // namespace lianxin::client
