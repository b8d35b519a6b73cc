#include "client-sdk/core/problems.h"

#include <algorithm>

#include "schema/assert.h"
#include "schema/json.h"

namespace lianxin::client {
namespace {

struct Known {
  std::string_view code;
  ProblemKind kind;
  std::string_view zh, en;
};

constexpr Known known[] = {
    {"not_enrolled", ProblemKind::refused, "本机尚未登记，请先用办公室给的登记码登记。",
     "This phone is not enrolled yet. Enrol it with a code from the office."},
    {"already_enrolled", ProblemKind::refused, "本机已经登记过，不需要再登记。",
     "This phone is enrolled already; there is nothing to do."},
    {"purged", ProblemKind::refused, "本机已按服务器指令清空，请联系办公室重新登记。",
     "This phone was emptied by order of the server. Ask the office to enrol it again."},
    {"kinds_missing", ProblemKind::refused, "本机还没有表单定义，请先联网同步一次。",
     "This phone has no forms yet. Sync once while there is a network."},
    {"record_unknown", ProblemKind::usage, "本机没有这条记录，请检查编号或先同步。",
     "This phone has no such record. Check the id, or sync first."},
    {"record_exists", ProblemKind::refused, "这条记录已经存在，请改用编辑。",
     "This record exists already. Edit it instead."},
    {"record_id_wrong", ProblemKind::usage, "记录编号必须是 UUID。", "A record's id must be a UUID."},
    {"kind_unknown", ProblemKind::usage, "没有这种记录类型，请从列表中选择。",
     "There is no such kind of record. Choose one of the list."},
    {"studio_unknown", ProblemKind::usage, "本机没有这个工作室，请检查代码或先同步。",
     "This phone does not have that studio. Check the code, or sync first."},
    {"studio_unclear", ProblemKind::usage, "本机有多个工作室，请指明记录属于哪一个。",
     "This phone has several studios. Say which one the record belongs to."},
    {"form_unknown", ProblemKind::usage, "这张表单已经保存或放弃，请重新打开。",
     "This form was saved or discarded. Open it again."},
    {"nothing_written", ProblemKind::usage, "没有填写任何内容，未保存。", "Nothing was filled in; nothing is saved."},
    {"field_unknown", ProblemKind::usage, "表单没有这个字段，请检查名称。",
     "The form has no such field. Check its name."},
    {"field_use_wrong", ProblemKind::usage, "这个字段不能这样填写，请查看字段说明。",
     "This field is not filled in that way. See what kind of field it is."},
    {"fields_not_json", ProblemKind::usage, "填写内容不是有效的 JSON 对象。",
     "What was filled in is no valid JSON object."},
    {"no_conflict", ProblemKind::usage, "此处没有待解决的分歧。", "There is no conflict to settle here."},
    {"change_too_large", ProblemKind::refused, "这次保存的内容超过 256 KiB，请分几次保存。",
     "This change is larger than 256 KiB. Save it in several parts."},
    {"member_unknown", ProblemKind::usage, "本机没有这位成员。", "This phone does not know that member."},
    {"not_shared", ProblemKind::refused, "本机不是值班共用手机，不能切换成员。",
     "This is no shared duty phone; its member cannot be switched."},
    {"pin_too_short", ProblemKind::usage, "口令至少 4 位。", "A PIN has at least 4 characters."},
    {"pin_missing", ProblemKind::refused, "这位成员还没有设置口令，请先设置。",
     "This member has no PIN yet. Set one first."},
    {"pin_wrong", ProblemKind::refused, "口令不对，请重试。", "The PIN is wrong. Try again."},
    {"pin_locked", ProblemKind::refused, "口令连续输错，请一分钟后再试。",
     "The PIN was wrong several times. Try again in a minute."},
    {"pin_not_yours", ProblemKind::refused, "口令只能由本人更改，请先切换到该成员。",
     "Only that member may change this PIN. Switch to the member first."},
    {"sync_running", ProblemKind::refused, "正在同步，请稍候。", "A sync is running already. Wait for it."},
    {"sync_overtaken", ProblemKind::refused, "另一处开始了同步，由它接着做，本机内容都在。",
     "Another sync of this phone began and goes on with it. Everything is kept."},
    {"not_reached", ProblemKind::network, "连接不上服务器，已保存的内容都在本机，有信号时再同步。",
     "The server cannot be reached. Everything is kept here; sync again when there is a signal."},
    {"no_answer", ProblemKind::network, "服务器没有回应，是否送达未知；请再同步一次，不会重复。",
     "No answer came, so it is unknown whether it arrived. Sync again; nothing will be doubled."},
    {"bad_reply", ProblemKind::network, "服务器的回应无法读取，本机内容没有变化，请稍后再试。",
     "The server's answer cannot be read. Nothing changed here; try again later."},
    {"protocol_too_old", ProblemKind::refused, "应用版本过旧，请更新应用后再同步；已保存的内容都在本机。",
     "This app is too old for the server. Update the app and sync again; everything is kept here."},
    {"protocol_too_new", ProblemKind::refused, "服务器版本过旧，请联系办公室更新服务器；已保存的内容都在本机。",
     "The server is too old for this app. Ask the office to update the server; everything is kept here."},
    {"server_busy", ProblemKind::network, "服务器忙，请稍后再试。", "The server is busy. Try again later."},
    {"server_error", ProblemKind::network, "服务器出错，本机内容没有变化，请稍后再试。",
     "The server failed. Nothing changed here; try again later."},
    {"server_refused", ProblemKind::refused, "服务器拒绝了请求，请联系办公室。", "The server refused. Ask the office."},
    {"server_kinds_bad", ProblemKind::network, "服务器给出的表单定义无法读取，沿用本机原有的。",
     "The forms sent by the server cannot be read. Those on this phone stay in use."},
    {"no_progress", ProblemKind::network, "与服务器对不上进度，本机内容都在，请稍后再同步。",
     "The server and this phone do not get on. Everything is kept here; sync again later."},
    {"server_url_wrong", ProblemKind::usage, "服务器地址应为 https://主机 或 http://主机:端口。",
     "The server's address must look like https://host or http://host:port."},
    {"storage", ProblemKind::storage, "本机文件无法读写，请检查存储空间。",
     "The phone's file cannot be read or written. Check the free space."},
    {"no_memory", ProblemKind::storage, "手机内存不足，这一步没有做，已保存的内容都在，请关掉别的程序再试。",
     "The phone is out of memory and this was not done. What was saved is kept. Close other programs and try again."},
    {"file_damaged", ProblemKind::storage, "本机文件损坏或不属于本程序，请联系办公室。",
     "The phone's file is damaged or belongs to another program. Ask the office."},
    {"cancelled", ProblemKind::cancelled, "同步已停止，收到的内容都已保存。",
     "The sync was stopped. What was received is kept."},
};

const Known* find(std::string_view code) {
  const auto at = std::find_if(std::begin(known), std::end(known), [&](const Known& k) { return k.code == code; });
  return at == std::end(known) ? nullptr : &*at;
}

}  // namespace

Problem problem(std::string_view code, std::string field, std::string detail) {
  const Known* one = find(code);
  LX_ASSERT(one);
  return {one->kind, std::string(code), std::move(field), std::string(one->zh), std::string(one->en),
          std::move(detail)};
}

tl::unexpected<Error> refuse_with(std::string_view code) {
  LX_ASSERT(find(code));
  return failure(Errc::invalid_argument, std::string(code));
}

Problem problem_of(const Error& error) {
  if (find(error.message)) return problem(error.message);
  switch (error.code) {
    case Errc::corrupt: return problem("file_damaged", {}, error.message);
    case Errc::busy:
    case Errc::unavailable:
    case Errc::not_found:
    case Errc::invalid_argument:
    case Errc::out_of_range:
    case Errc::conflict:
    case Errc::not_allowed: break;
  }
  return problem("storage", {}, error.message);
}

Label sentence_of(std::string_view code) {
  if (const Known* one = find(code)) return {std::string(one->zh), std::string(one->en)};
  return {std::string(sentence_for(code, "zh")), std::string(sentence_for(code, "en"))};
}

Problem problem_of(const Refusal& refusal) {
  return {ProblemKind::refused, refusal.code, refusal.field, std::string(sentence_for(refusal.code, "zh")),
          std::string(sentence_for(refusal.code, "en")), {}};
}

Problem problem_of(const TransportReply& reply) {
  const bool later = reply.status >= 500 || reply.status == 429 || reply.status == 408;
  Problem found = problem(later ? (reply.status == 503 || reply.status == 429 ? "server_busy" : "server_error")
                                : "server_refused");
  found.detail = "HTTP " + std::to_string(reply.status);
  const Result<Value> document = parse_json(reply.body);
  if (!document || !document->object()) return found;
  if (const std::string_view code = document->text_at("code"); !code.empty()) {
    if (find(code)) return problem(code, {}, std::move(found.detail));  // ours as well: it says more than the title
    found.code = code;
  }
  std::string sentence(document->text_at("title"));
  if (const std::string_view more = document->text_at("detail"); !more.empty()) {
    sentence += (sentence.empty() ? "" : " ") + std::string(more);
  }
  if (!sentence.empty()) found.zh = found.en = sentence;  // the server speaks the language it was asked in
  return found;
}

}  // namespace lianxin::client
