#include "schema/refusals.h"

#include "schema/validate.h"

namespace lianxin {
namespace {

constexpr Sentence held[] = {
    {refusals::unreadable,
     "这条改动在途中损坏，系统读不出来。原样已保存，没有丢失；请把手机上的这条记录再打开核对一遍并保存。",
     "This change was damaged and cannot be read. It is kept as it came, nothing is lost; please open the record "
     "on the phone, check it and save it again."},
    {refusals::id_reused, "这条改动的编号已被另一条用过，多半是手机数据被复制过。内容已保存；请告诉协调员核对这两条。",
     "This change carries the number of another one, probably because the phone's data was copied. It is kept; "
     "please ask the coordinator to compare the two."},
    {refusals::wrong_studio, "这条改动写的是另一个工作室。内容已保存；请告诉协调员它应归哪个工作室。",
     "This change names another studio. It is kept; please tell the coordinator which studio it belongs to."},
    {refusals::change_too_large, "这次保存的内容太多，超过了一条改动的上限。内容已保存；请分成几次填写，照片另外添加。",
     "This change holds more than one change may. It is kept; please enter it in several parts and add photos "
     "apart."},
    {refusals::erased_since, "您离线期间，这里的内容已按个人信息保护要求清除。您的改动已保存，暂不显示；请联系协调员。",
     "What stood here was erased for privacy while you were offline. Your change is kept and not shown; please ask "
     "the coordinator."},
    {refusals::cell_twice, "同一栏在一条改动里写了两次，不知以哪个为准。内容已保存；请在手机上重新填写这一栏。",
     "One change writes the same field twice, so it is not clear which counts. It is kept; please enter that field "
     "again."},
    {refusals::signature,
     "手机的签名对不上，服务器没有收下这一批。内容都还在手机里；请重新同步，仍不行就找协调员重新登记手机。",
     "The phone's signature does not match, so this batch was not taken. Everything is still on the phone; please "
     "sync again, and if it fails ask the coordinator to enrol the phone anew."},
    {refusals::history_unproved,
     "手机里有服务器没有的内容，但无法证明那是从这台服务器收到的，服务器没有收下。内容都还在手机里；请联系办公室。",
     "The phone holds what the server does not have, and cannot prove that it came from this server, so it was not "
     "taken. Everything is still on the phone; please ask the office."},
    {refusals::held_unknown, "要处理的那条暂存改动不在这条记录里，可能已由别人处理。什么也没有丢；请刷新后再看。",
     "The held change to be decided is not in this record; somebody may have decided it already. Nothing is lost; "
     "please refresh and look again."},
    {refusals::kind_unknown, "服务器还不认识这类记录。内容已保存；请告诉协调员，更新表单后会自动补上。",
     "The server does not know this kind of record yet. It is kept; please tell the coordinator: it will be taken "
     "in when the forms are updated."},
    {refusals::kind_mismatch, "这条改动把记录当成了另一类。内容已保存；请告诉协调员核对这条记录。",
     "This change takes the record for one of another kind. It is kept; please ask the coordinator to check the "
     "record."},
    {refusals::kinds_newer, "您的表单比服务器的新。内容已保存，服务器更新后会自动补上，您不用重填。",
     "Your forms are newer than the server's. The change is kept and will be taken in by itself once the server is "
     "updated; you need not enter it again."},
    {refusals::field_unknown, "这一栏在服务器的表单里没有。内容已保存；请告诉协调员，由他决定怎么处理。",
     "The server's form has no such field. It is kept; please tell the coordinator, who will decide."},
    {refusals::value_type, "这一栏填的格式不对，比如日期、时间或数字写成了别的样子。内容已保存；请按提示的格式重填。",
     "What was entered is not of the right form, such as a date, a time or a number. It is kept; please enter it "
     "again as the form asks."},
    {refusals::value_range, "这一栏的数超出了合理范围。内容已保存；请核对后重填，确实如此请告诉协调员。",
     "This number is outside the range the field allows. It is kept; please check and enter it again, or tell the "
     "coordinator if it is right."},
    {refusals::value_too_long, "这一栏写得太长了。内容已保存；请缩短，或把多出的部分写到备注里。",
     "This text is too long for its field. It is kept; please shorten it or put the rest into the notes."},
    {refusals::code_unknown, "这个选项不在选项表里。内容已保存；请从表里另选一个，或请协调员把它加进表里。",
     "This choice is not in the list. It is kept; please choose another one or ask the coordinator to add it."},
    {refusals::element_key, "名单里这一项的标识不对。内容已保存；请把这一项删掉后重新添加。",
     "This entry of the list is not named as it should be. It is kept; please remove the entry and add it again."},
    {refusals::not_allowed, "您的身份不能改这一栏。内容已保存；请告诉协调员，由他替您更改或放行。",
     "Your role may not change this field. What you wrote is kept; please ask the coordinator to change or release "
     "it."},
    {refusals::not_granted, "您当时不在这个工作室的授权名单里。内容已保存；请联系协调员补办授权后放行。",
     "You had no grant in this studio at that time. It is kept; please ask the coordinator to grant it and release "
     "it."},
    {refusals::awaits_grant, "服务器恢复过，还没有您在这个工作室的授权。内容已保存；授权补录后会自动生效，您不用重填。",
     "The server was restored and does not know your grant in this studio yet. It is kept and will be taken in by "
     "itself when the grant is entered again; you need not enter it again."},
    {refusals::member_not_on_device, "这台手机没有登记给这位委员使用。内容已保存；请让协调员核实是谁填的。",
     "This phone is not enrolled for this member. It is kept; please let the coordinator confirm who wrote it."},
    {refusals::device_revoked, "这台手机已被停用或挂失，它送来的内容全部保存、暂不生效；请联系协调员逐条核实。",
     "This phone was revoked or reported lost. All it sends is kept and has no effect yet; please ask the "
     "coordinator to check each change."},
    {refusals::cannot_see_all, "这条记录里有您看不到的内容，所以不能由您删除。删除的请求已保存；请找协调员处理。",
     "This record has parts that you cannot see, so you cannot delete it. Your request is kept; please ask the "
     "coordinator."},
    {refusals::delete_needs_clearance, "删除这类记录要有相应的查看权限。请求已保存，记录没有动；请找协调员处理。",
     "To delete a record of this kind one needs the clearance for it. Your request is kept and the record "
     "untouched; please ask the coordinator."},
    {refusals::once, "这一栏只能填一次，已经填过了。您写的已保存，没有覆盖原来的；如原来的有误，请告诉协调员更正。",
     "This field is written once, and it has been. What you wrote is kept and replaced nothing; if the first value "
     "is wrong please tell the coordinator."},
    {refusals::step_unknown, "流程里没有这一步。您的操作已保存；请刷新后看当前状态，再选下一步。",
     "The workflow has no such step. What you did is kept; please refresh, look at the present state and choose "
     "again."},
    {refusals::step_not_allowed, "这一步要由别的角色来办。您的操作已保存；请告诉协调员办理。",
     "This step is for another role to take. What you did is kept; please ask the coordinator to take it."},
    {refusals::step_from_mismatch, "您办理时看到的状态和记录对不上。您的操作已保存；请刷新后按现在的状态再办一次。",
     "The state you started from is not the one on record. What you did is kept; please refresh and take the step "
     "from the present state."},
    {refusals::base_missing, "这条改动接在另一条还没送到的改动后面。内容已保存，等那一条到了会自动接上，您不用重填。",
     "This change builds on another one that has not arrived. It is kept and will be taken in by itself when the "
     "other comes; you need not enter it again."},
    {refusals::record_missing,
     "服务器恢复过，这条改动所在的记录还没有送回来。内容已保存，等记录到了会自动接上，您不用重填。",
     "The server was restored and the record of this change has not come back yet. It is kept and will be taken in by "
     "itself when the record comes; you need not enter it again."},
    {refusals::reason_missing, "这一步要写明理由。内容已保存；请补上理由再提交一次。",
     "A reason is owed for this. It is kept; please add the reason and send it again."},
    {refusals::heads_full, "这一栏有太多不同的说法还没有定下来。您写的已保存；请先由协调员把它们理清。",
     "Too many different values of this field wait to be settled. Yours is kept; the coordinator has to settle "
     "them first."},
};

constexpr Sentence warned[] = {
    {refusals::id_number_in_text, "文字里像有身份证号。内容已保存；请勿填写身份证号，请删去后再提交。",
     "The text seems to hold an ID-card number. It is saved; please take the number out before you submit."},
    {refusals::phone_in_text, "文字里像有手机号。内容已保存；电话请填到专门的栏里，不要写在正文中。",
     "The text seems to hold a phone number. It is saved; please put phone numbers into their own field."},
    {refusals::bank_card_in_text, "文字里像有银行卡号。内容已保存；请勿填写银行卡号，请删去后再提交。",
     "The text seems to hold a bank-card number. It is saved; please take the number out before you submit."},
    {refusals::occurred_long_ago,
     "日期在一年以前。内容已保存；请核对年份，若是照纸质登记补录，请选“纸质补录”并写明原因。",
     "The day is more than a year ago. It is saved; please check the year, and if you enter it from paper say so."},
    {refusals::occurred_in_future, "日期还没有到。内容已保存；请核对日期，也看看手机的时间准不准。",
     "The day is still to come. It is saved; please check the day, and whether the phone's clock is right."},
    {refusals::headcount_below_participants, "参加人次比名单上的人还少。内容已保存；请核对人次和名单。",
     "The headcount is below the number of participants listed. It is saved; please check both."},
    {refusals::money_large, "金额超过100万元。内容已保存；请核对有没有多写零，单位是不是弄错了。",
     "The amount is above ¥1,000,000. It is saved; please check the zeros and the unit."},
    {refusals::persons_below_encounters, "诊疗人次比就诊记录还少。内容已保存；请核对人次。",
     "Fewer persons were served than patients are recorded. It is saved; please check the number."},
};

}  // namespace

std::span<const Sentence> refusal_sentences() { return held; }
std::span<const Sentence> warning_sentences() { return warned; }

std::string_view sentence_for(std::string_view code, std::string_view language) {
  const bool chinese = language.starts_with("zh");
  for (const auto sentences : {refusal_sentences(), warning_sentences()}) {
    for (const Sentence& each : sentences) {
      if (each.code == code) return chinese ? each.zh : each.en;
    }
  }
  // A newer server may say a code that this phone does not know; the fact that matters is the same.
  return chinese ? "这条改动暂时没有生效。内容已保存，没有丢失；请告诉协调员。"
                 : "This change has no effect yet. It is kept, nothing is lost; please tell the coordinator.";
}

}  // namespace lianxin
