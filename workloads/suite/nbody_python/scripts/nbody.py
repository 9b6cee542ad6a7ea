"""Five bodies under gravity, in doubles, with an object for each body: PROGRAMS.md's `nbody`."""
import struct
import sys
from math import sqrt

MASK = (1 << 64) - 1
STEPS = 4000


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx, vy, vz
        self.mass = mass


def start():
    return [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        Body(1.5, 0.0, 0.02, 0.0, 0.8, 0.01, 1.0e-5),
        Body(0.0, -3.0, 0.05, 0.57, 0.0, 0.0, 2.0e-4),
        Body(-5.2, 0.4, -0.1, 0.01, -0.43, 0.0, 9.5e-4),
        Body(0.3, 9.6, 0.2, -0.32, 0.02, 0.005, 2.9e-4),
    ]


def step(bodies, pairs, dt):
    for a, b in pairs:
        dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
        square = dx * dx + dy * dy + dz * dz
        pull = dt / (square * sqrt(square))
        a.vx -= dx * b.mass * pull
        b.vx += dx * a.mass * pull
        a.vy -= dy * b.mass * pull
        b.vy += dy * a.mass * pull
        a.vz -= dz * b.mass * pull
        b.vz += dz * a.mass * pull
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def fold(checksum, value):
    checksum = ((checksum ^ value) * 1099511628211) & MASK
    return checksum ^ (checksum >> 29)


def run(n):
    bodies = start()
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
    for _ in range(n * STEPS):
        step(bodies, pairs, 0.001)
    checksum = 0
    for body in bodies:
        for x, v in (body.x, body.vx), (body.y, body.vy), (body.z, body.vz):
            checksum = fold(fold(checksum, bits(x)), bits(v))
    return checksum - (1 << 64) if checksum >> 63 else checksum


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
