#include "schema/refusals.h"

#include <algorithm>

namespace lianxin {
namespace {

// Each fate's clause stands between what is wrong and what to do next.
constexpr Words kept_held{"内容已保存，暂未生效。", "It is kept whole and has no effect yet. "};
constexpr Words kept_as_draft{"没有保存；您填的都还在草稿里。",
                              "Nothing was saved; what you entered is kept as a draft. "};
constexpr Words kept_nowhere{
    "没有保存，也没能留作草稿(草稿可能太多)；请先把填的内容另外记下。",
    "Nothing was saved, and no draft could be kept, perhaps for their number: please note down what you entered. "};
constexpr Words kept_on_phone{"服务器没有收下，内容都还在手机里。",
                              "The server did not take it; everything is still on the phone. "};
constexpr Words kept_saved{"内容已保存。", "It is saved. "};

// What to do next, of a code that is not known here, and of a kind's own check: its words name what is wrong.
constexpr Words next_unknown{"请告诉协调员。", "Please tell the coordinator."};
constexpr Words next_put_right{"请改好，再保存或提交；审核时可以退回补正。",
                               "Please put it right, then save or submit; a reviewer can send it back."};
constexpr Words next_look_again{"请核对。", "Please check it."};

constexpr Words none{};

constexpr Sentence table[] = {
    // The change itself.
    {refusals::unreadable,
     {"这条改动在途中损坏，系统读不出来", "This change was damaged on its way and cannot be read"},
     {"请把手机上的这条记录再打开核对一遍并保存。", "Please open the record on the phone, check it and save it again."},
     none,
     none,
     none},
    {refusals::id_reused,
     {"这条改动的编号已被另一条用过，多半是手机数据被复制过",
      "This change carries the number of another one, probably because the phone's data was copied"},
     {"请告诉协调员核对这两条。", "Please ask the coordinator to compare the two."},
     none,
     none,
     none},
    {refusals::wrong_studio,
     {"这条改动写的是另一个工作室", "This change names another studio"},
     {"请告诉协调员它应归哪个工作室。", "Please tell the coordinator which studio it belongs to."},
     none,
     none,
     none},
    {refusals::change_too_large,
     {"这次填写的内容太多，超过了一次保存的上限", "This holds more than one save may"},
     {"请分成几次填写，照片另外添加。", "Please enter it in several parts and add photos apart."},
     {"请分成几次填写，照片另外添加。", "Please enter it in several parts and add photos apart."},
     none,
     none},
    {refusals::erased_since,
     {"您离线期间，这里的内容已按个人信息保护要求清除",
      "What stood here was erased for privacy while you were offline"},
     {"请联系协调员。", "Please ask the coordinator."},
     none,
     none,
     none},
    {refusals::cell_twice,
     {"同一栏在一次保存里写了两次，不知以哪个为准",
      "One save writes the same field twice, so it is not clear which counts"},
     {"请在手机上重新填写这一栏。", "Please enter that field again."},
     {"请把这一栏只填一次。", "Please enter that field once."},
     none,
     none},
    {refusals::signature,
     {"手机的签名对不上", "The phone's signature does not match"},
     none,
     none,
     {"请重新同步，仍不行就找协调员重新登记手机。",
      "Please sync again, and if it fails ask the coordinator to enrol the phone anew."},
     none},
    {refusals::history_unproved,
     {"手机里有服务器没有的内容，但无法证明那是从这台服务器收到的",
      "The phone holds what the server does not have, and cannot prove that it came from this server"},
     none,
     none,
     {"请联系办公室。", "Please ask the office."},
     none},
    {refusals::held_unknown,
     {"要处理的那条暂存改动不在这条记录里，可能已由别人处理",
      "The held change to be decided is not in this record; somebody may have decided it already"},
     {"请刷新后再看。", "Please refresh and look again."},
     {"请刷新后再看。", "Please refresh and look again."},
     none,
     none},

    // Kinds and fields.
    {refusals::kind_unknown,
     {"系统还不认识这类记录", "This kind of record is not known here yet"},
     {"请告诉协调员，更新表单后会自动补上。",
      "Please tell the coordinator: it will be taken in when the forms are updated."},
     {"请先同步一次取得新表单，再继续填写。", "Please sync once to fetch the forms, then go on."},
     none,
     none},
    {refusals::kind_mismatch,
     {"这条改动把记录当成了另一类", "This change takes the record for one of another kind"},
     {"请告诉协调员核对这条记录。", "Please ask the coordinator to check the record."},
     {"请告诉协调员核对这条记录。", "Please ask the coordinator to check the record."},
     none,
     none},
    {refusals::kinds_newer,
     {"您的表单比服务器的新", "Your forms are newer than the server's"},
     {"服务器更新后会自动补上，您不用重填。",
      "It will be taken in by itself once the server is updated; you need not enter it again."},
     none,
     none,
     none},
    {refusals::field_unknown,
     {"表单里没有这一栏", "The form has no such field"},
     {"请告诉协调员，由他决定怎么处理。", "Please tell the coordinator, who will decide."},
     {"请核对栏目名称，或把内容写到备注里。", "Please check the field's name, or put it into the notes."},
     none,
     none},

    // Input that fits no cell.
    {refusals::field_use_wrong,
     {"这一栏不能这样填", "This field is not filled in that way"},
     none,
     {"请按说明改好这一栏，或把它去掉(填 null)，再保存。",
      "Please fill it in as it is explained, or leave it out (null), then save."},
     none,
     none},
    {refusals::fields_not_json,
     {"填写的内容不是有效的 JSON 对象", "What was entered is no valid JSON object"},
     none,
     {"请核对引号、逗号和括号，再填一次。", "Please check quotes, commas and brackets, then fill it in again."},
     none,
     none},
    {refusals::record_id_wrong,
     {"记录编号必须是 UUID", "A record's id must be a UUID"},
     none,
     {"请改好编号，或把它去掉(填 null)，由系统编号。",
      "Please put the id right, or leave it out (null) for a new one."},
     none,
     none},
    {refusals::record_exists,
     {"这个编号的记录已经存在", "A record of this id exists already"},
     none,
     {"请改用编辑，或把编号去掉(填 null)。", "Please edit that record, or leave the id out (null)."},
     none,
     none},

    // Values.
    {refusals::value_type,
     {"这一栏填的格式不对", "What was entered is not of the form that this field asks for"},
     {"请按提示的格式重填。", "Please enter it again as the form asks."},
     {"请按提示的格式改好这一栏，再保存。", "Please put this field right as the form asks, then save."},
     none,
     none},
    {refusals::value_range,
     {"这一栏的数超出了允许的范围", "This number is outside the range that the field allows"},
     {"请核对后重填，确实如此请告诉协调员。",
      "Please check and enter it again, or tell the coordinator if it is right."},
     {"请核对后改好，确实如此请写到备注里并告诉协调员。",
      "Please check it and put it right; if it is so, write it into the notes and tell the coordinator."},
     none,
     none},
    {refusals::value_too_long,
     {"这一栏写得太长了", "This text is too long for its field"},
     {"请缩短，或把多出的部分写到备注里。", "Please shorten it or put the rest into the notes."},
     {"请缩短，或把多出的部分写到备注里，再保存。", "Please shorten it or put the rest into the notes, then save."},
     none,
     none},
    {refusals::code_unknown,
     {"这个选项不在选项表里", "This choice is not in the list"},
     {"请从表里另选一个，或请协调员把它加进表里。", "Please choose another one or ask the coordinator to add it."},
     {"请从表里另选一个，再保存。", "Please choose one of the list, then save."},
     none,
     {"请从表里另选一个，或请协调员把它加进表里。", "Please choose another one or ask the coordinator to add it."}},
    {refusals::element_key,
     {"名单里这一项的标识不对", "This entry of the list is not named as it should be"},
     {"请把这一项删掉后重新添加。", "Please remove the entry and add it again."},
     {"请把这一项删掉后重新添加，再保存。", "Please remove the entry and add it again, then save."},
     none,
     none},

    // Who may.
    {refusals::not_allowed,
     {"您的身份不能改这一栏", "Your role may not change this field"},
     {"请告诉协调员，由他替您更改或放行。", "Please ask the coordinator to change or release it."},
     {"请去掉这一栏再保存，要改的请告诉协调员。",
      "Please leave this field out and save; what is to be changed there, tell the coordinator."},
     none,
     none},
    {refusals::not_granted,
     {"您当时不在这个工作室的授权名单里", "You had no grant in this studio at that time"},
     {"请联系协调员补办授权后放行。", "Please ask the coordinator to grant it and release it."},
     {"请联系协调员办理授权，同步后再保存。", "Please ask the coordinator for a grant, sync, then save."},
     none,
     none},
    {refusals::awaits_grant,
     {"服务器恢复过，还没有您在这个工作室的授权",
      "The server was restored and does not know your grant in this studio yet"},
     {"授权补录后会自动生效，您不用重填。",
      "It will be taken in by itself when the grant is entered again; you need not enter it again."},
     none,
     none,
     none},
    {refusals::member_not_on_device,
     {"这台手机没有登记给这位委员使用", "This phone is not enrolled for this member"},
     {"请让协调员核实是谁填的。", "Please let the coordinator confirm who wrote it."},
     none,
     none,
     none},
    {refusals::device_revoked,
     {"这台手机已被停用或挂失", "This phone was revoked or reported lost"},
     {"请联系协调员逐条核实。", "Please ask the coordinator to check each change."},
     none,
     none,
     none},
    {refusals::cannot_see_all,
     {"这条记录里有您看不到的内容，所以不能由您作废",
      "This record has parts that you cannot see, so you cannot delete it"},
     {"请找协调员处理。", "Please ask the coordinator."},
     {"请找协调员处理。", "Please ask the coordinator."},
     none,
     none},
    {refusals::delete_needs_clearance,
     {"作废这类记录要有相应的查看权限", "To delete a record of this kind one needs the clearance for it"},
     {"请找协调员处理。", "Please ask the coordinator."},
     {"请找协调员处理。", "Please ask the coordinator."},
     none,
     none},

    // What it builds on.
    {refusals::once,
     {"这一栏只能填一次，已经填过了", "This field is written once, and it has been"},
     {"原来的没有被覆盖；如原来的有误，请告诉协调员更正。",
      "The first value stands; if it is wrong please tell the coordinator."},
     {"请去掉这一栏再保存；如原来的有误，请告诉协调员更正。",
      "Please leave this field out and save; if the first value is wrong please tell the coordinator."},
     none,
     none},
    {refusals::step_unknown,
     {"流程里没有这一步", "The workflow has no such step"},
     {"请刷新后看当前状态，再选下一步。", "Please refresh, look at the present state and choose again."},
     {"请看当前状态，再选下一步。", "Please look at the present state and choose again."},
     none,
     none},
    {refusals::step_not_allowed,
     {"这一步要由别的角色来办", "This step is for another role to take"},
     {"请把这一步交给有权办理的人，如协调员。", "Please leave it to those who may take it, such as a coordinator."},
     {"请把这一步交给有权办理的人，如协调员；其余的可以照常保存。",
      "Please leave it to those who may take it, such as a coordinator; the rest can be saved without it."},
     none,
     none},
    {refusals::step_from_mismatch,
     {"您办理时看到的状态和记录对不上", "The state you started from is not the one on record"},
     {"请刷新后按现在的状态再办一次。", "Please refresh and take the step from the present state."},
     {"请刷新后按现在的状态再办一次。", "Please refresh and take the step from the present state."},
     none,
     none},
    {refusals::base_missing,
     {"这条改动接在另一条还没有生效的改动后面", "This change builds on another one that has no effect yet"},
     {"等那一条到了会自动接上，您不用重填。",
      "It will be taken in by itself when the other comes; you need not enter it again."},
     {"请先处理那一条，再保存。", "Please settle that one first, then save."},
     none,
     none},
    {refusals::record_missing,
     {"服务器恢复过，这条改动所在的记录还没有送回来",
      "The server was restored and the record of this change has not come back yet"},
     {"等记录到了会自动接上，您不用重填。",
      "It will be taken in by itself when the record comes; you need not enter it again."},
     none,
     none,
     none},
    {refusals::reason_missing,
     {"这一步要写明理由", "A reason is owed for this"},
     {"请补上理由再提交一次。", "Please add the reason and send it again."},
     {"请写上理由，再保存。", "Please add the reason, then save."},
     none,
     none},
    {refusals::heads_full,
     {"这一栏有太多不同的说法还没有定下来", "Too many different values of this field wait to be settled"},
     {"请先由协调员把它们理清。", "The coordinator has to settle them first."},
     {"请先由协调员把它们理清，再保存。", "The coordinator has to settle them first; then save."},
     none,
     none},

    // Gates.
    {refusals::incomplete,
     {"必填的栏目还没有填完", "Fields that are required are still empty"},
     none,
     {"请补上所列的栏目，再保存或提交；审核时可以退回补正。",
      "Please fill in the fields that are named, then save or submit; a reviewer can send it back."},
     none,
     none},
    {refusals::conflict_open,
     {"这条记录里还有两种说法没有定下来", "Two values in this record still disagree"},
     none,
     {"请先裁定，再审核。", "Please settle them first, then decide."},
     none,
     none},
    {refusals::change_waits,
     {"这条记录还有暂存的改动等人处理", "A held change of this record is not decided yet"},
     none,
     {"请先处理那条改动，再审核。", "Please decide that change first."},
     none,
     none},
    {refusals::step_leads_back,
     {"从这里只能回到原来的状态", "From here a record goes back only to the state it came from"},
     none,
     {"请选原来的状态。", "Please choose the state it came from."},
     none,
     none},
    {refusals::step_too_late,
     {"办理这一步的期限已过", "The time for this step is over"},
     none,
     {"请改走其他流程，或告诉协调员。", "Please choose another step, or tell the coordinator."},
     none,
     none},
    {refusals::step_too_early,
     {"办理这一步的时间还没有到", "It is too early for this step"},
     none,
     {"请到期后再办。", "Please take it when the time has come."},
     none,
     none},
    {refusals::step_value,
     {"这一栏填的与这一步不符", "This field does not say what the step asks for"},
     none,
     {"请核对这一栏，或选别的步骤。", "Please check the field, or choose another step."},
     none,
     none},
    {refusals::feedback_owed,
     {"还有要回访的反映人没有反馈到", "A reporter who asked to be called back has not been told yet"},
     none,
     {"请逐一反馈并填上反馈日期，再办这一步。", "Please tell each of them, enter the day, then take the step."},
     none,
     none},
    {refusals::nothing_corrected,
     {"退回时指出的栏目还没有改动", "None of the fields that were marked has been changed"},
     none,
     {"请至少改好一处，再交上去。", "Please correct at least one, then send it on."},
     none,
     none},
    {refusals::money_unexplained,
     {"金额超过100万元", "The amount is above ¥1,000,000"},
     none,
     {"请核对有没有多写零；确实如此，请写明理由再提交。",
      "Please check the zeros and the unit; if it is right, add the reason and submit again."},
     none,
     none},

    // Warnings.
    {refusals::id_number_in_text,
     {"文字里像有身份证号", "The text seems to hold an ID-card number"},
     none,
     none,
     none,
     {"请勿填写身份证号，请删去后再提交。", "Please take the number out before you submit."}},
    {refusals::phone_in_text,
     {"文字里像有手机号", "The text seems to hold a phone number"},
     none,
     none,
     none,
     {"电话请填到专门的栏里，不要写在正文中。", "Please put phone numbers into their own field."}},
    {refusals::bank_card_in_text,
     {"文字里像有银行卡号", "The text seems to hold a bank-card number"},
     none,
     none,
     none,
     {"请勿填写银行卡号，请删去后再提交。", "Please take the number out before you submit."}},
    {refusals::money_large,
     {"金额超过100万元", "The amount is above ¥1,000,000"},
     none,
     none,
     none,
     {"请核对有没有多写零，单位是不是弄错了。", "Please check the zeros and the unit."}},
};

const Words& clause_of(Fate fate) {
  switch (fate) {
    case Fate::held: return kept_held;
    case Fate::refused: return kept_as_draft;
    case Fate::unkept: return kept_nowhere;
    case Fate::untaken: return kept_on_phone;
    case Fate::saved: return kept_saved;
  }
  return kept_held;
}

const Words& next_of_a_check(Fate fate) {
  switch (fate) {
    case Fate::refused:
    case Fate::unkept: return next_put_right;
    case Fate::saved: return next_look_again;
    case Fate::held:
    case Fate::untaken: break;
  }
  return next_unknown;
}

}  // namespace

const Words& Sentence::next(Fate fate) const {
  switch (fate) {
    case Fate::held: return if_held;
    case Fate::refused:
    case Fate::unkept: return if_refused;
    case Fate::untaken: return if_untaken;
    case Fate::saved: return if_saved;
  }
  return if_held;
}

std::span<const Sentence> all_sentences() { return table; }

std::string sentence_for(std::string_view code, Fate fate, std::string_view language, std::string_view wrong) {
  const bool chinese = language.starts_with("zh");
  const auto said = [&](const Words& words) { return chinese ? words.zh : words.en; };
  const auto known =
      std::find_if(std::begin(table), std::end(table), [&](const Sentence& each) { return each.code == code; });
  const bool of_own_words = !wrong.empty();
  if (!of_own_words) {
    static constexpr Words something{"这里有一处系统说不清的问题", "Something is not as it should be"};
    wrong = said(known == std::end(table) ? something : known->wrong);
  }
  std::string_view next = known == std::end(table) ? std::string_view{} : said(known->next(fate));
  if (next.empty()) next = said(of_own_words ? next_of_a_check(fate) : next_unknown);
  return std::string(wrong) + (chinese ? "。" : ". ") + std::string(said(clause_of(fate))) + std::string(next);
}

}  // namespace lianxin
