// What libc++ asks of a program that has no host to say a last word to: whatever cannot go on is a trap. Without
// these, libc++'s own would bring stdio along, and a kernel imports nothing.
#include <__verbose_abort>
#include <cstdlib>
#include <new>

void std::__libcpp_verbose_abort(const char *, ...) noexcept { __builtin_trap(); }

void *operator new(std::size_t size) {
    if (void *at = std::malloc(size)) {
        return at;
    }
    __builtin_trap();
}

void operator delete(void *at) noexcept { std::free(at); }
void operator delete(void *at, std::size_t) noexcept { std::free(at); }
