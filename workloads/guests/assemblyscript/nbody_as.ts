// Floating point with square roots and divisions: five bodies under gravity, the program of c/nbody.c. A unit is 4,000
// steps.
import { fold } from "./kernel";

const STEPS = 4000;

class Body {
  constructor(
    public x: f64, public y: f64, public z: f64,
    public vx: f64, public vy: f64, public vz: f64,
    public mass: f64,
  ) {}
}

function start(): StaticArray<Body> {
  return [
    new Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    new Body(1.5, 0.0, 0.02, 0.0, 0.8, 0.01, 1.0e-5),
    new Body(0.0, -3.0, 0.05, 0.57, 0.0, 0.0, 2.0e-4),
    new Body(-5.2, 0.4, -0.1, 0.01, -0.43, 0.0, 9.5e-4),
    new Body(0.3, 9.6, 0.2, -0.32, 0.02, 0.005, 2.9e-4),
  ];
}

function step(bodies: StaticArray<Body>, dt: f64): void {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const pull = dt / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * pull;
      a.vy -= dy * b.mass * pull;
      a.vz -= dz * b.mass * pull;
      b.vx += dx * a.mass * pull;
      b.vy += dy * a.mass * pull;
      b.vz += dz * a.mass * pull;
    }
  }
  for (let i = 0; i < bodies.length; i++) {
    const body = bodies[i];
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

function foldBits(checksum: u64, value: f64): u64 {
  return fold(checksum, reinterpret<u64>(value));
}

export function run(n: i32): i64 {
  const bodies = start();
  for (let i = 0; i < n * STEPS; i++) step(bodies, 0.001);
  let checksum: u64 = 0;
  for (let i = 0; i < bodies.length; i++) {
    const body = bodies[i];
    checksum = foldBits(foldBits(checksum, body.x), body.vx);
    checksum = foldBits(foldBits(checksum, body.y), body.vy);
    checksum = foldBits(foldBits(checksum, body.z), body.vz);
  }
  return checksum;
}
