// How libFuzzer makes one story of sync_body from another: it opens the bodies, alters what a phone could have said
// differently, and closes them again; now and then it only turns bytes.
#include <algorithm>
#include <cstring>

#include "sync/wire/envelope.h"
#include "tests/fuzz/inventor.h"
#include "tests/fuzz/story.h"
#include "tests/fuzz/target.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace lianxin::fuzz {
namespace {

constexpr std::size_t entries_max = 30;  // in one push: a longer one only takes longer

// Bytes turned by the library's own means.
std::string turned(std::string text) {
  const std::size_t size = text.size();
  text.resize(size + 64);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

class Mutation {
 public:
  Mutation(Story story, unsigned seed) : story_(std::move(story)), random_(seed) {
    for (const Sent& sent : story_) {
      Result<SyncRequest> request = decode_request(sent.body);
      requests_.push_back(request ? std::optional(std::move(*request)) : std::nullopt);
      if (requests_.back()) said_.hear(*requests_.back());
    }
  }

  std::string make() {
    for (std::size_t left = 1 + random_.below(4); left > 0; --left) act();
    for (std::size_t i = 0; i < story_.size(); ++i) {
      if (requests_[i]) story_[i].body = encode_request(*requests_[i]);
    }
    return write_story(story_);
  }

 private:
  void act() {
    if (story_.empty() || (story_.size() < parts_max && random_.below(10) == 0)) return add_part();
    const std::size_t part = random_.below(story_.size());
    if (random_.below(12) == 0) return alter_parts(part);
    if (!requests_[part] || requests_[part]->studios.empty()) {
      story_[part].body = turned(std::move(story_[part].body));
      requests_[part].reset();
      return;
    }
    SyncRequest& request = *requests_[part];
    StudioRequest& studio = request.studios[random_.below(request.studios.size())];
    if (random_.below(8) == 0) return alter_envelope(request, studio);
    alter_push(county().phone(story_[part].sender), studio);
  }

  void add_part() {
    SyncRequest request;
    request.clocks = {County::noon_ms, 1'000'000, "boot"};
    request.kinds_version = 1;
    Inventor inventor(said_, random_);
    StudioRequest studio;
    studio.studio = inventor.studio();
    studio.bytes_max = 65'536;
    const char letter = static_cast<char>('a' + random_.below(6));
    for (std::size_t left = 1 + random_.below(3); left > 0; --left) {
      studio.push.entries.push_back({line_of(inventor.change(county().phone(letter), studio.studio)), {}});
    }
    request.studios.push_back(std::move(studio));
    said_.hear(request);
    story_.push_back({letter, {}});
    requests_.emplace_back(std::move(request));
  }

  void alter_parts(std::size_t part) {
    const std::size_t other = random_.below(story_.size());
    switch (random_.below(4)) {
      case 0:
        story_.erase(story_.begin() + static_cast<std::ptrdiff_t>(part));
        requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(part));
        return;
      case 1:
        std::swap(story_[part], story_[other]);
        std::swap(requests_[part], requests_[other]);
        return;
      case 2: story_[part].sender = static_cast<char>('a' + random_.below(6)); return;
      default:
        if (story_.size() == parts_max) return;
        story_.push_back(story_[part]);
        requests_.push_back(requests_[part]);
    }
  }

  void alter_envelope(SyncRequest& request, StudioRequest& studio) {
    Inventor inventor(said_, random_);
    switch (random_.below(9)) {
      case 0: studio.push.first_n = random_.between(-1, 12); return;
      case 1: studio.last_n = random_.between(0, 12); return;
      case 2: studio.cursor = turned(studio.cursor); return;
      case 3: studio.cursor = Cursor{random_.between(0, 5), {}, {}, {}}.text(); return;
      case 4: studio.bytes_max = random_.below(3) == 0 ? 1 : 1 << random_.below(20); return;
      case 5:
        if (!said_.changes.empty()) studio.asked.push_back(random_.one_of(said_.changes).id);
        return;
      case 6: studio.compare_from = random_.between(0, 5); return;
      case 7:
        request.clocks.wall_ms += random_.between(-400'000'000'000, 400'000'000'000);
        request.clocks.boot_ms = random_.between(0, 2'000'000);
        return;
      default:
        StudioRequest more;
        more.studio = inventor.studio();
        more.bytes_max = 4096;
        if (request.studios.size() < 3) request.studios.push_back(std::move(more));
    }
  }

  void alter_push(const Phone& phone, StudioRequest& studio) {
    Inventor inventor(said_, random_);
    std::vector<PushEntry>& entries = studio.push.entries;
    const std::size_t act = random_.below(14);
    if (act == 0) {
      studio.offered.push_back(inventor.offer());
    } else if (act <= 2 && !said_.changes.empty()) {
      say(entries, line_of(inventor.decision(phone, random_.one_of(said_.changes))));
    } else if (act <= 7 || entries.empty()) {
      say(entries, line_of(inventor.change(phone, studio.studio)));
    } else {
      alter_entry(entries, random_.below(entries.size()));
    }
  }

  static void say(std::vector<PushEntry>& entries, std::string line) {
    if (entries.size() < entries_max) entries.push_back({std::move(line), {}});
  }

  void alter_entry(std::vector<PushEntry>& entries, std::size_t at) {
    switch (random_.below(6)) {
      case 0: entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at)); return;
      case 1: std::swap(entries[at], entries[random_.below(entries.size())]); return;
      case 2: say(entries, entries[at].line); return;
      case 3:
        if (said_.changes.empty()) return;
        entries[at] = {{}, std::pair(random_.one_of(said_.changes).id, Hash{})};
        return;
      case 4:
        if (!entries[at].known) entries[at].line = turned(entries[at].line);
        std::erase(entries[at].line, '\n');
        return;
      default:
        if (Result<Change> change = parse_line(entries[at].line)) {
          alter_change(*change);
          entries[at].line = line_of(*change);
        }
    }
  }

  void alter_change(Change& change) {
    Inventor inventor(said_, random_);
    Write& write = change.writes[random_.below(change.writes.size())];
    switch (random_.below(11)) {
      case 0: change.member = id_of<MemberId>(static_cast<std::uint8_t>(1 + random_.below(4))); return;
      case 1: change.record = id_of<RecordId>(static_cast<std::uint8_t>(1 + random_.below(6))); return;
      case 2: change.seen = {random_.between(0, 9), {}}; return;
      case 3: change.reason.clear(); return;
      case 4: change.id = random_.id<ChangeId>(); return;
      case 5: change.kinds_version = random_.between(-1, 3); return;
      case 6: write.op = static_cast<Op>(random_.below(6)); return;
      case 7: write.at.attribute = write.at.element.empty() ? "" : "name"; return;
      case 8: change.claimed = Hlc{random_.next()}; return;
      case 9:
        if (const Kind* kind = county().catalog.kind(change.kind)) write = inventor.write(*kind, change.record);
        return;
      default: write.bases = inventor.bases(change.record, write.at.text());
    }
  }

  Story story_;
  SeededRandom random_;
  std::vector<std::optional<SyncRequest>> requests_;
  Said said_;
};

std::size_t keep(const std::string& text, std::uint8_t* data, std::size_t size_max) {
  if (text.size() > size_max) return 0;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  using namespace lianxin::fuzz;
  if (seed % 16 != 0) {
    const std::size_t made = keep(Mutation(read_story(text_of(data, size)), seed).make(), data, size_max);
    if (made > 0) return made;
  }
  return LLVMFuzzerMutate(data, size, size_max);
}

// The parts of both, one from here and one from there.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size, std::uint8_t* out,
                                                 std::size_t size_max, unsigned seed) {
  using namespace lianxin::fuzz;
  lianxin::SeededRandom random(seed);
  Story both;
  for (const Sent& sent : read_story(text_of(first, first_size))) {
    if (random.chance(70)) both.push_back(sent);
  }
  for (const Sent& sent : read_story(text_of(second, second_size))) {
    if (both.size() < parts_max && random.chance(70)) {
      both.insert(both.begin() + static_cast<std::ptrdiff_t>(random.below(both.size() + 1)), sent);
    }
  }
  return keep(write_story(both), out, size_max);
}
