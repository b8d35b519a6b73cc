// operator new of a program in which memory may run out (memory_faults.h). A new thread's first allocations, and those
// of the C library, do not pass here.
#include <cstdlib>
#include <new>

#include "tests/sim/files/memory_faults.h"

namespace {

void* allocate(std::size_t bytes) {
  if (lianxin::sim::MemoryFaults::refuses(lianxin::sim::MemoryFaults::Of::cxx)) return nullptr;
  return std::malloc(bytes == 0 ? 1 : bytes);
}

void* allocate_aligned(std::size_t bytes, std::align_val_t alignment) {
  if (lianxin::sim::MemoryFaults::refuses(lianxin::sim::MemoryFaults::Of::cxx)) return nullptr;
  const std::size_t to = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(to, (bytes + to - 1) / to * to);
}

void* or_throw(void* memory) {
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return or_throw(allocate(bytes)); }
void* operator new[](std::size_t bytes) { return or_throw(allocate(bytes)); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes); }
void* operator new(std::size_t bytes, std::align_val_t to) { return or_throw(allocate_aligned(bytes, to)); }
void* operator new[](std::size_t bytes, std::align_val_t to) { return or_throw(allocate_aligned(bytes, to)); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
