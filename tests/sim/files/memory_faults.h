// Makes memory run out at a chosen allocation: SQLite's own, or any by operator new in a program that links
// new_faults.cc. While nothing is armed an allocation costs one load more. Counted over all threads.
#pragma once

#include <atomic>
#include <cstdint>

namespace lianxin::sim {

class MemoryFaults {
 public:
  enum class Of { sqlite, cxx };

  // Puts itself between SQLite and its memory. Before the process opens its first database; calling it
  // again changes nothing. FaultFiles::install() does it too.
  static void install();

  // The k-th allocation from now on, counted from 1, fails: once, or it and every later one until heal(). SQLite then
  // sees no memory, C++ std::bad_alloc. One of the two is armed at a time.
  static void fail_at(Of whose, std::int64_t k, bool for_good);
  static void count(Of whose) { fail_at(whose, INT64_MAX, false); }  // nothing fails
  static std::int64_t heal();  // returns how many allocations there were since it was armed
  static bool struck();        // since it was last armed

  static bool refuses(Of whose);  // counts one allocation, and says whether it fails
};

// While one lives, this thread's allocations are neither counted nor made fail: those of the test itself.
class WithoutMemoryFaults {
 public:
  WithoutMemoryFaults() { ++depth(); }
  ~WithoutMemoryFaults() { --depth(); }
  WithoutMemoryFaults(const WithoutMemoryFaults&) = delete;
  WithoutMemoryFaults& operator=(const WithoutMemoryFaults&) = delete;

  static int& depth();
};

// Within one of those: while this lives they are counted and made fail again, as they are of the program under test.
class UnderMemoryFaults {
 public:
  UnderMemoryFaults() : before_(WithoutMemoryFaults::depth()) { WithoutMemoryFaults::depth() = 0; }
  ~UnderMemoryFaults() { WithoutMemoryFaults::depth() = before_; }
  UnderMemoryFaults(const UnderMemoryFaults&) = delete;
  UnderMemoryFaults& operator=(const UnderMemoryFaults&) = delete;

 private:
  int before_;
};

}  // namespace lianxin::sim
