// Five bodies under gravity, by symplectic Euler steps. A unit is 4,000 steps.
#include "kernel.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <span>

namespace {

constexpr int steps = 4000;

using Vector = std::array<double, 3>;

constexpr Vector operator-(const Vector &a, const Vector &b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

constexpr double dot(const Vector &a, const Vector &b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

struct Body {
    Vector x, v;
    double mass;
};

// Made-up planets around a sun of mass 1: distances in astronomical units, time in units that make G one.
constexpr std::array<Body, 5> start{{
    {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 1.0},
    {{1.5, 0.0, 0.02}, {0.0, 0.8, 0.01}, 1.0e-5},
    {{0.0, -3.0, 0.05}, {0.57, 0.0, 0.0}, 2.0e-4},
    {{-5.2, 0.4, -0.1}, {0.01, -0.43, 0.0}, 9.5e-4},
    {{0.3, 9.6, 0.2}, {-0.32, 0.02, 0.005}, 2.9e-4},
}};

void step(std::span<Body> bodies, double dt) {
    for (auto a = bodies.begin(); a != bodies.end(); ++a) {
        for (auto b = a + 1; b != bodies.end(); ++b) {
            const Vector d = a->x - b->x;
            const double square = dot(d, d);
            const double pull = dt / (square * std::sqrt(square));
            for (std::size_t k = 0; k < d.size(); ++k) {
                a->v[k] -= d[k] * b->mass * pull;
                b->v[k] += d[k] * a->mass * pull;
            }
        }
    }
    for (Body &body : bodies) {
        for (std::size_t k = 0; k < body.x.size(); ++k) {
            body.x[k] += dt * body.v[k];
        }
    }
}

} // namespace

KERNEL(nbody_cpp) {
    auto bodies = start;
    for (std::int32_t unit = 0; unit < n; ++unit) {
        for (int i = 0; i < steps; ++i) {
            step(bodies, 0.001);
        }
    }
    Checksum checksum;
    for (const Body &body : bodies) {
        for (std::size_t k = 0; k < body.x.size(); ++k) {
            checksum.fold(std::bit_cast<std::uint64_t>(body.x[k]));
            checksum.fold(std::bit_cast<std::uint64_t>(body.v[k]));
        }
    }
    return checksum.result();
}
