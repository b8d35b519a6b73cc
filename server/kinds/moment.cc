#include "server/kinds/moment.h"

#include "server/kinds/kinds_folder.h"

namespace lianxin::server {

Rules Moment::rules(const StudioPlace& place) const {
  return {*catalog, places->grants(), place, *self, *random, now_ms, places.get()};
}

std::shared_ptr<const Catalog> Moments::catalog() const { return kinds_.catalog(); }

Result<Moment> Moments::now() {
  Moment moment{catalog(), nullptr, &self_, &random_, now_ms()};
  LX_TRY(moment.places, directory_.places(*moment.catalog, moment.now_ms));
  return moment;
}

}  // namespace lianxin::server
