#include "server/receipts/receipts.h"

#include "schema/day.h"

namespace lianxin::server {
namespace {

// The county's time: what people compare it with is on their wall.
std::string day_and_time(std::int64_t unix_ms) {
  const std::string second = std::to_string(unix_ms / 1000 % 60);
  return local_time_text(unix_ms) + (second.size() < 2 ? ":0" : ":") + second;
}

std::string text_of(std::int64_t number) { return std::to_string(number); }

std::string of_verdict(CheckedReceipt::Verdict verdict, bool zh) {
  switch (verdict) {
    case CheckedReceipt::Verdict::unreadable:
      return zh ? "这不是一张完整的回执，请核对是否抄全。"
                : "This is no whole acknowledgement. Check that all of it was copied.";
    case CheckedReceipt::Verdict::another_server:
      return zh ? "这张回执不是本服务器的密钥签的。" : "This acknowledgement was not signed with this server's key.";
    case CheckedReceipt::Verdict::altered:
      return zh ? "不是真的：签名与内容不符。" : "Not genuine: the signature does not fit what it says.";
    case CheckedReceipt::Verdict::genuine: return zh ? "是真的：由本服务器签名。" : "Genuine: signed by this server.";
  }
  return {};
}

std::string what_it_tells(const Receipt& told, const Places& places, bool zh) {
  const StudioPlace* place = places.place(told.studio);
  const std::string studio = place ? place->code : told.studio.text();
  const std::string when = day_and_time(told.server_ms), n = text_of(told.acked_n), seq = text_of(told.seq);
  if (zh) {
    return "回执：设备 " + told.device.text() + " 在工作室 " + studio + " 的第 1 至 " + n + " 条修改，于 " + when +
           "（北京时间）已在服务器；当时日志至第 " + seq + " 条。";
  }
  return "It says: changes 1 to " + n + " of device " + told.device.text() + " in studio " + studio +
         " were on the server at " + when + " (Beijing time); the log was at " + seq + " then.";
}

std::string of_changes(const Receipt& told, const StillThere& now, bool zh) {
  const std::string n = text_of(told.acked_n);
  if (now.changes) return zh ? "这 " + n + " 条修改现在都在。" : "All " + n + " of them are here now.";
  if (now.acked_n >= told.acked_n) {
    const std::string has = text_of(now.acked_n);
    return zh ? "服务器现有该设备的 " + has + " 条修改，但与回执所指的不是同一组内容。"
              : "The server has " + has + " changes of that device, and they are not those that it tells of.";
  }
  const std::string from = text_of(now.acked_n + 1);
  const std::string range = zh ? from + " 至 " + n : from + " to " + n;
  return zh ? "缺少第 " + range + " 条：服务器曾恢复到较早的备份。该手机再同步一次即可补回。"
            : "Changes " + range +
                  " are missing: the server was set back to a backup. That phone gives them back when it syncs.";
}

std::string of_log(const Receipt& told, const StillThere& now, bool zh) {
  if (now.log) {
    const std::string since = text_of(now.seq - told.seq);
    return zh ? "当时的日志完整无改，此后又有 " + since + " 条。"
              : "The log as it was then is whole and unaltered; " + since + " lines came since.";
  }
  if (now.seq < told.seq) {
    return zh ? "日志现在只到第 " + text_of(now.seq) + " 条：当时第 " + text_of(told.seq) + " 条为止的日志已不全在。"
              : "The log is at " + text_of(now.seq) + " now: not all of what it held then is in it.";
  }
  return zh ? "日志此后重新记过：第 " + text_of(told.seq) + " 条处已不是当时的内容，服务器曾恢复到较早的备份。"
            : "The log was written anew since: at " + text_of(told.seq) +
                  " it is not what it was then, so the server was set back to a backup.";
}

}  // namespace

Result<CheckedReceipt> check_receipt(const SelfDevice& self, Store& store, std::string_view text) {
  CheckedReceipt checked;
  std::string bare;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') bare += c;
  }
  const auto told = Receipt::parse(bare);
  if (!told) return checked;
  checked.told = *told;
  if (told->server != self.device) {
    checked.verdict = CheckedReceipt::Verdict::another_server;
  } else if (!told->signed_with(self.key)) {
    checked.verdict = CheckedReceipt::Verdict::altered;
  } else {
    checked.verdict = CheckedReceipt::Verdict::genuine;
    LX_CHECK(store.read(told->studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(checked.now, still_there(snapshot, *told));
      return {};
    }));
  }
  return checked;
}

std::string_view name_of(CheckedReceipt::Verdict verdict) {
  switch (verdict) {
    case CheckedReceipt::Verdict::unreadable: return "unreadable";
    case CheckedReceipt::Verdict::another_server: return "another_server";
    case CheckedReceipt::Verdict::altered: return "altered";
    case CheckedReceipt::Verdict::genuine: return "genuine";
  }
  return "";
}

std::vector<std::string> sentences_of(const CheckedReceipt& checked, const Places& places, std::string_view language) {
  const bool zh = language == "zh";
  std::vector<std::string> sentences{of_verdict(checked.verdict, zh)};
  if (checked.verdict != CheckedReceipt::Verdict::genuine) return sentences;
  sentences.push_back(what_it_tells(checked.told, places, zh));
  sentences.push_back(of_changes(checked.told, checked.now, zh));
  sentences.push_back(of_log(checked.told, checked.now, zh));
  return sentences;
}

}  // namespace lianxin::server
