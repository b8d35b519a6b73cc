// Acknowledgements that people bring to a desk (PROTOCOL 5.7).
#include "server/language/said.h"
#include "server/receipts/receipts.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr std::size_t receipt_body_bytes_max = 4096;

constexpr Member check_members[] = {{"text", Member::Form::text, true}};

Result<Response> check(const Desk& desk, const Request&, const Value& body) {
  LX_TRY(const CheckedReceipt checked, check_receipt(desk.self, desk.store, body.text_at("text")));
  // What a log holds is told to those who look after it, and nobody else is told whether there is such a studio.
  const StudioPlace* known = desk.places.place(checked.told.studio);
  const auto place = known ? std::optional(*known) : desk.places.place_of_owner(checked.told.studio);
  if (checked.verdict == CheckedReceipt::Verdict::genuine && !(place && looks_after(desk.access(*place)))) {
    return said(Errc::not_found, "没有这份回执的工作室，或不归您协调",
                "there is no studio of this acknowledgement that you coordinate");
  }
  const auto sentences = sentences_of(checked, desk.places, desk.language);
  Value::Object answer{{"verdict", name_of(checked.verdict)},
                       {"sentences", Value::List(sentences.begin(), sentences.end())}};
  if (checked.verdict == CheckedReceipt::Verdict::genuine) {
    answer.emplace("device", checked.told.device.text());
    answer.emplace("studio", checked.told.studio.text());
    answer.emplace("acked_n", checked.told.acked_n);
    answer.emplace("seq", checked.told.seq);
    answer.emplace("server_ms", checked.told.server_ms);
    answer.emplace("now", Value::Object{{"acked_n", checked.now.acked_n},
                                        {"changes_there", checked.now.changes},
                                        {"seq", checked.now.seq},
                                        {"log_there", checked.now.log}});
  }
  return json_response(std::move(answer));
}

}  // namespace

void add_receipt_routes(DeskRoutes& routes) {
  routes.post("/v1/receipts/check", check_members, check, receipt_body_bytes_max);
}

}  // namespace lianxin::server
