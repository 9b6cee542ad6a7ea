//! The program `nbody` of guests/PROGRAMS.md: five bodies under gravity, by symplectic Euler steps. A unit is 4,000 steps.

use kernel::fold;

const STEPS: usize = 4000;
const TIME: f64 = 0.001;

#[derive(Clone, Copy)]
struct Body {
    x: [f64; 3],
    v: [f64; 3],
    mass: f64,
}

/// Made-up planets around a sun of mass 1: distances in astronomical units, time in units that make G one.
const START: [Body; 5] = [
    Body { x: [0.0, 0.0, 0.0], v: [0.0, 0.0, 0.0], mass: 1.0 },
    Body { x: [1.5, 0.0, 0.02], v: [0.0, 0.8, 0.01], mass: 1.0e-5 },
    Body { x: [0.0, -3.0, 0.05], v: [0.57, 0.0, 0.0], mass: 2.0e-4 },
    Body { x: [-5.2, 0.4, -0.1], v: [0.01, -0.43, 0.0], mass: 9.5e-4 },
    Body { x: [0.3, 9.6, 0.2], v: [-0.32, 0.02, 0.005], mass: 2.9e-4 },
];

fn attract(a: &mut Body, b: &mut Body) {
    let d = [a.x[0] - b.x[0], a.x[1] - b.x[1], a.x[2] - b.x[2]];
    let square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    let pull = TIME / (square * square.sqrt());
    for k in 0..3 {
        a.v[k] -= d[k] * b.mass * pull;
        b.v[k] += d[k] * a.mass * pull;
    }
}

fn step(bodies: &mut [Body]) {
    let mut rest = &mut *bodies;
    while let Some((a, others)) = rest.split_first_mut() {
        for b in others.iter_mut() {
            attract(a, b);
        }
        rest = others;
    }
    for body in bodies {
        for k in 0..3 {
            body.x[k] += TIME * body.v[k];
        }
    }
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut bodies = START;
    for _ in 0..n {
        for _ in 0..STEPS {
            step(&mut bodies);
        }
    }
    let coordinates = bodies.iter().flat_map(|body| body.x.into_iter().zip(body.v));
    coordinates.fold(0, |checksum, (x, v)| fold(fold(checksum, x.to_bits()), v.to_bits())) as i64
}
