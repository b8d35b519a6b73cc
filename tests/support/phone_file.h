// A phone's file opened behind the SDK's back, to put into it what no phone would save.
#pragma once

#include <memory>
#include <string>

#include "sync/model/change.h"

namespace lianxin::test {

// No Phone may be open on the file meanwhile.
class PhoneFile {
 public:
  explicit PhoneFile(const std::string& path);
  ~PhoneFile();

  // The next line of the phone's chain in `studio` of the change's device, whatever the line holds.
  void append(const Change& change, const std::string& line);

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace lianxin::test
