// Five bodies under gravity, in doubles, with an object for each body: PROGRAMS.md's `nbody`.
const STEPS = 4000;

// x, y, z, the speed along them, mass.
const START = [
  [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
  [1.5, 0.0, 0.02, 0.0, 0.8, 0.01, 1.0e-5],
  [0.0, -3.0, 0.05, 0.57, 0.0, 0.0, 2.0e-4],
  [-5.2, 0.4, -0.1, 0.01, -0.43, 0.0, 9.5e-4],
  [0.3, 9.6, 0.2, -0.32, 0.02, 0.005, 2.9e-4],
];

function step(bodies, dt) {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const pull = dt / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * pull;
      b.vx += dx * a.mass * pull;
      a.vy -= dy * b.mass * pull;
      b.vy += dy * a.mass * pull;
      a.vz -= dz * b.mass * pull;
      b.vz += dz * a.mass * pull;
    }
  }
  for (const body of bodies) {
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

const view = new DataView(new ArrayBuffer(8));

function bits(x) {
  view.setFloat64(0, x);
  return view.getBigUint64(0);
}

function fold(checksum, value) {
  checksum = BigInt.asUintN(64, (checksum ^ value) * 1099511628211n);
  return checksum ^ (checksum >> 29n);
}

const bodies = START.map(([x, y, z, vx, vy, vz, mass]) => ({ x, y, z, vx, vy, vz, mass }));
for (let i = Number(scriptArgs[1]) * STEPS; i > 0; i--) {
  step(bodies, 0.001);
}
let checksum = 0n;
for (const body of bodies) {
  for (const [x, v] of [[body.x, body.vx], [body.y, body.vy], [body.z, body.vz]]) {
    checksum = fold(fold(checksum, bits(x)), bits(v));
  }
}
print(BigInt.asIntN(64, checksum).toString());
