// Floating point with square roots and divisions in registers: five bodies under gravity, by symplectic Euler steps.
// A unit is 4,000 steps.
#include "kernel.h"

enum { BODIES = 5, STEPS = 4000 };

struct body {
    double x[3], v[3], mass;
};

// Made-up planets around a sun of mass 1: distances in astronomical units, time in units that make G one.
static const struct body START[BODIES] = {
    {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 1.0},
    {{1.5, 0.0, 0.02}, {0.0, 0.8, 0.01}, 1.0e-5},
    {{0.0, -3.0, 0.05}, {0.57, 0.0, 0.0}, 2.0e-4},
    {{-5.2, 0.4, -0.1}, {0.01, -0.43, 0.0}, 9.5e-4},
    {{0.3, 9.6, 0.2}, {-0.32, 0.02, 0.005}, 2.9e-4},
};

static void step(struct body *bodies, double dt) {
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *b = &bodies[j];
            double d[3] = {a->x[0] - b->x[0], a->x[1] - b->x[1], a->x[2] - b->x[2]};
            double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            double pull = dt / (square * __builtin_sqrt(square));
            for (int k = 0; k < 3; k++) {
                a->v[k] -= d[k] * b->mass * pull;
                b->v[k] += d[k] * a->mass * pull;
            }
        }
    }
    for (int i = 0; i < BODIES; i++) {
        for (int k = 0; k < 3; k++) {
            bodies[i].x[k] += dt * bodies[i].v[k];
        }
    }
}

static uint64_t bits(double x) {
    uint64_t u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}

KERNEL(nbody) {
    struct body bodies[BODIES];
    __builtin_memcpy(bodies, START, sizeof bodies);
    for (int32_t unit = 0; unit < n; unit++) {
        for (int i = 0; i < STEPS; i++) {
            step(bodies, 0.001);
        }
    }
    uint64_t checksum = 0;
    for (int i = 0; i < BODIES; i++) {
        for (int k = 0; k < 3; k++) {
            checksum = fold(fold(checksum, bits(bodies[i].x[k])), bits(bodies[i].v[k]));
        }
    }
    return (int64_t)checksum;
}
