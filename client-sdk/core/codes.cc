#include "lianxin/codes.h"

namespace lianxin {
namespace {

constexpr ProblemCode all[] = {
    {problem_code::not_enrolled, ProblemKind::refused, "本机尚未登记，请先用办公室（协调员）给的登记码登记。",
     "This phone is not enrolled yet. Enrol it with a code from the office."},
    {problem_code::already_enrolled, ProblemKind::refused,
     "本机已经登记过，不需要再登记。服务器换了地址时请更换服务器地址（lianxin server --url 地址），内容都在。",
     "This phone is enrolled already. Where the server has a new address, change that (lianxin server --url ADDRESS); "
     "everything is kept."},
    {problem_code::purged, ProblemKind::refused, "本机已按服务器指令清空，请联系办公室重新登记。",
     "This phone was emptied by order of the server. Ask the office to enrol it again."},
    {problem_code::kinds_missing, ProblemKind::refused, "本机还没有表单定义，请先联网同步一次。",
     "This phone has no forms yet. Sync once while there is a network."},
    {problem_code::storage, ProblemKind::storage, "本机文件无法读写，请检查存储空间。",
     "The phone's file cannot be read or written. Check the free space."},
    {problem_code::file_damaged, ProblemKind::storage, "本机文件损坏，请不要删除它，并联系办公室。",
     "The phone's file is damaged. Do not delete it, and ask the office."},
    {problem_code::file_not_ours, ProblemKind::storage, "这个文件不是本程序的，没有改动它，请检查文件路径。",
     "This file is not one of this program's. It was left as it is; check the path."},
    {problem_code::file_too_new, ProblemKind::storage,
     "本机文件由更新版本的应用写成，没有改动它，请更新应用后再打开，内容都在。",
     "The phone's file was written by a newer version of the app. It was left as it is; update the app and open it "
     "again. "
     "Everything is kept."},
    {problem_code::no_memory, ProblemKind::storage,
     "手机内存不足，这一步没有做，已保存的内容都在，请关掉别的程序再试。",
     "The phone is out of memory and this was not done. What was saved is kept. Close other programs and try again."},
    {problem_code::record_unknown, ProblemKind::usage, "本机没有这条记录，请检查编号或先同步。",
     "This phone has no such record. Check the id, or sync first."},
    {problem_code::record_unclear, ProblemKind::usage, "有几条记录是这个编号，请改用记录编号(id)指明是哪一条。",
     "Several records have this number. Say which one, by id."},
    {problem_code::record_exists, ProblemKind::refused, "这条记录已经存在，请改用编辑。",
     "This record exists already. Edit it instead."},
    {problem_code::record_id_wrong, ProblemKind::usage, "记录编号必须是 UUID。", "A record's id must be a UUID."},
    {problem_code::kind_unknown, ProblemKind::usage, "没有这种记录类型，请从列表中选择。",
     "There is no such kind of record. Choose one of the list."},
    {problem_code::studio_unknown, ProblemKind::usage, "本机没有这个工作室，请检查代码或先同步。",
     "This phone does not have that studio. Check the code, or sync first."},
    {problem_code::kind_not_yours, ProblemKind::refused, "您的身份不填写这类记录，请交给能填写的人。",
     "Your roles do not make this kind of record. Leave it to those who do."},
    {problem_code::studio_unclear, ProblemKind::usage, "记录可以属于多个工作室，请用代码或编号指明是哪一个。",
     "The record may belong to several studios. Say which one, by its code or id."},
    {problem_code::form_unknown, ProblemKind::usage, "这张表单已经保存或放弃，请重新打开。",
     "This form was saved or discarded. Open it again."},
    {problem_code::nothing_written, ProblemKind::usage, "没有填写任何内容，未保存。",
     "Nothing was filled in; nothing is saved."},
    {problem_code::field_unknown, ProblemKind::usage, "表单没有这个字段，请检查名称。",
     "The form has no such field. Check its name."},
    {problem_code::field_use_wrong, ProblemKind::usage, "这个字段不能这样填写，请查看字段说明。",
     "This field is not filled in that way. See what kind of field it is."},
    {problem_code::fields_not_json, ProblemKind::usage, "填写内容不是有效的 JSON 对象。",
     "What was filled in is no valid JSON object."},
    {problem_code::no_conflict, ProblemKind::usage, "此处没有待解决的分歧。", "There is no conflict to settle here."},
    {problem_code::text_malformed, ProblemKind::usage,
     "文字不是有效的 UTF-8 或含有空字符，没有保存，请改用通常的文字重新填写。",
     "The words are no valid UTF-8, or have a NUL in them. Nothing was saved; enter them again as plain text."},
    {problem_code::change_too_large, ProblemKind::refused, "这次保存的内容超过 256 KiB，请分几次保存。",
     "This change is larger than 256 KiB. Save it in several parts."},
    {problem_code::member_unknown, ProblemKind::usage, "本机没有这位成员。", "This phone does not know that member."},
    {problem_code::member_unclear, ProblemKind::usage, "本机有几位成员同名，请改用编号指明是哪一位。",
     "Several members here have that name. Say which one, by id."},
    {problem_code::not_shared, ProblemKind::refused, "本机不是值班共用手机，不能切换成员。",
     "This is no shared duty phone; its member cannot be switched."},
    {problem_code::pin_too_short, ProblemKind::usage, "口令至少 4 位。", "A PIN has at least 4 characters."},
    {problem_code::pin_missing, ProblemKind::refused, "这位成员还没有设置口令，请先设置。",
     "This member has no PIN yet. Set one first."},
    {problem_code::pin_wrong, ProblemKind::refused, "口令不对，请重试。", "The PIN is wrong. Try again."},
    {problem_code::pin_locked, ProblemKind::refused, "口令连续输错，请一分钟后再试。",
     "The PIN was wrong several times. Try again in a minute."},
    {problem_code::pin_not_yours, ProblemKind::refused, "口令只能由本人更改，请先切换到该成员。",
     "Only that member may change this PIN. Switch to the member first."},
    {problem_code::server_url_wrong, ProblemKind::usage, "服务器地址应为 https://主机 或 http://主机:端口。",
     "The server's address must look like https://host or http://host:port."},
    {problem_code::device_name_too_long, ProblemKind::usage, "本机名称最多 64 个字，请改短。",
     "The phone's name has at most 64 characters. Make it shorter."},
    {problem_code::other_server, ProblemKind::refused, "这个地址上的不是本机登记的服务器，没有更换，请核对地址。",
     "What answers there is not the server this phone was enrolled at. The address was not taken; check it."},
    {problem_code::server_moved, ProblemKind::network,
     "服务器已搬到新地址，本机还没有换过去；已保存的内容都在本机，请向办公室核对后改用新地址：",
     "The server has a new address, which this phone has not taken. Everything saved is kept here; check with the "
     "office and "
     "use the new one:"},
    {problem_code::enrolment_wrong, ProblemKind::usage, "这不是办公室给的登记二维码内容：",
     "This is not what an office's enrolment QR code holds:"},
    {problem_code::server_not_trusted, ProblemKind::refused,
     "回应的不是本机登记的服务器（身份校验不符），没有发送任何内容，已保存的内容都在本机。请换一个网络再试；若仍如此，"
     "请向办公室核对服务器的身份码（pin）。",
     "Who answers is not the server of this phone's enrolment (its identity does not fit). Nothing was sent; "
     "everything "
     "saved is kept here. Try another network; if it persists, ask the office for the server's pin."},
    {problem_code::not_reached, ProblemKind::network, "连接不上服务器，已保存的内容都在本机，有信号时再同步。",
     "The server cannot be reached. Everything is kept here; sync again when there is a signal."},
    {problem_code::no_answer, ProblemKind::network, "服务器没有回应，是否送达未知；请再同步一次，不会重复。",
     "No answer came, so it is unknown whether it arrived. Sync again; nothing will be doubled."},
    {problem_code::bad_reply, ProblemKind::network,
     "服务器的回应无法读取，没有采用；已保存的内容都在本机，请稍后再试。",
     "The server's answer cannot be read and was not taken. Everything saved is kept here; try again later."},
    {problem_code::token_missing, ProblemKind::network,
     "网络中的代理去掉了本机的登录凭证，服务器认不出本机；已保存的内容都在本机，请换一个网络再同步。",
     "Something in between takes this phone's token away, so that the server does not know it. Everything saved is "
     "kept "
     "here; sync again over another network."},
    {problem_code::clock_apart, ProblemKind::network,
     "手机时间与服务器时间一直对不上；已保存的内容都在本机，请稍后再同步，若仍如此请校准手机时间。",
     "The phone's time and the server's do not come together. Everything saved is kept here; sync again later, and set "
     "the phone's clock if it persists."},
    {problem_code::change_not_passing, ProblemKind::network,
     "有一条修改太大，网络中的设备不让它通过；内容都在本机，请换一个网络再同步，或请办公室放宽大小限制。",
     "One change is too large for something in between to let it through. It is kept here; sync over another network, "
     "or "
     "ask the office to allow more."},
    {problem_code::protocol_too_old, ProblemKind::refused, "应用版本过旧，请更新应用后再同步；已保存的内容都在本机。",
     "This app is too old for the server. Update the app and sync again; everything is kept here."},
    {problem_code::protocol_too_new, ProblemKind::refused,
     "服务器版本过旧，请联系办公室更新服务器；已保存的内容都在本机。",
     "The server is too old for this app. Ask the office to update the server; everything is kept here."},
    {problem_code::server_busy, ProblemKind::network, "服务器忙，请稍后再试。", "The server is busy. Try again later."},
    {problem_code::server_error, ProblemKind::network, "服务器或它前面的网关出错；已保存的内容都在本机，请稍后再试。",
     "The server, or what stands in front of it, failed. Everything saved is kept here; try again later."},
    {problem_code::not_our_server, ProblemKind::network,
     "收到的不是连心服务器的回应，可能是上网登录页、防火墙或代理。已保存的内容都在本机；请先登录网络或换一个网络再同步"
     "。",
     "What answered is not our server: perhaps a network's sign-in page, a firewall or a proxy. Everything saved is "
     "kept "
     "here. Sign in to the network, or use another, and sync again."},
    {problem_code::server_kinds_bad, ProblemKind::network, "服务器给出的表单定义无法读取，沿用本机原有的。",
     "The forms sent by the server cannot be read. Those on this phone stay in use."},
    {problem_code::no_progress, ProblemKind::refused, "与服务器对不上进度，本机内容都在，请稍后再同步。",
     "The server and this phone do not get on. Everything is kept here; sync again later."},
    {problem_code::sync_running, ProblemKind::refused, "正在同步，请稍候。", "A sync is running already. Wait for it."},
    {problem_code::sync_overtaken, ProblemKind::refused, "另一处开始了同步，由它接着做，本机内容都在。",
     "Another sync of this phone began and goes on with it. Everything is kept."},
    {problem_code::cancelled, ProblemKind::cancelled, "同步已停止，收到的内容都已保存。",
     "The sync was stopped. What was received is kept."},
};

}  // namespace

std::span<const ProblemCode> problem_codes() { return all; }

}  // namespace lianxin
