// What every kernel in C++ shares: how it is entered, its random numbers and its checksum, as in c/kernel.h. Natively
// a kernel is a library with `run`.
#ifndef WASMARK_KERNEL_HPP
#define WASMARK_KERNEL_HPP

#include <cstdint>

#ifdef __wasm__
#define KERNEL(name) extern "C" [[clang::export_name("run")]] std::int64_t run(std::int32_t n)
#else
#define KERNEL(name) extern "C" __attribute__((visibility("default"))) std::int64_t run(std::int32_t n)
#endif

// Knuth's MMIX generator; the high bits are the good ones.
class Random {
public:
    explicit constexpr Random(std::uint64_t state) : state_{state} {}

    constexpr std::uint32_t operator()() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::uint32_t>(state_ >> 32);
    }

private:
    std::uint64_t state_;
};

// Folds values, so that neither a value nor the order can change unnoticed.
class Checksum {
public:
    constexpr void fold(std::uint64_t value) {
        value_ = (value_ ^ value) * 1099511628211u;
        value_ ^= value_ >> 29;
    }

    constexpr std::int64_t result() const { return static_cast<std::int64_t>(value_); }

private:
    std::uint64_t value_ = 0;
};

#endif
