## Five bodies under gravity, by symplectic Euler steps. A unit is 4,000 steps.
import std/math
import kernel

const Steps = 4000

type
  Vector = array[3, float64]
  Body = object
    x, v: Vector
    mass: float64

const Start = [
  ## Made-up planets around a sun of mass 1: distances in astronomical units, time in units that make G one.
  Body(x: [0.0, 0.0, 0.0], v: [0.0, 0.0, 0.0], mass: 1.0),
  Body(x: [1.5, 0.0, 0.02], v: [0.0, 0.8, 0.01], mass: 1.0e-5),
  Body(x: [0.0, -3.0, 0.05], v: [0.57, 0.0, 0.0], mass: 2.0e-4),
  Body(x: [-5.2, 0.4, -0.1], v: [0.01, -0.43, 0.0], mass: 9.5e-4),
  Body(x: [0.3, 9.6, 0.2], v: [-0.32, 0.02, 0.005], mass: 2.9e-4),
]

func `-`(a, b: Vector): Vector = [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
func dot(a, b: Vector): float64 = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

func step(bodies: var openArray[Body], dt: float64) =
  for i in 0 .. bodies.high:
    for j in i + 1 .. bodies.high:
      let d = bodies[i].x - bodies[j].x
      let square = dot(d, d)
      let pull = dt / (square * sqrt(square))
      for k in 0 .. d.high:
        bodies[i].v[k] -= d[k] * bodies[j].mass * pull
        bodies[j].v[k] += d[k] * bodies[i].mass * pull
  for body in bodies.mitems:
    for k in 0 .. body.x.high:
      body.x[k] += dt * body.v[k]

kernel:
  var bodies = Start
  for unit in 0 ..< n:
    for i in 0 ..< Steps:
      bodies.step(0.001)
  var checksum: Checksum
  for body in bodies:
    for k in 0 .. body.x.high:
      checksum.fold(cast[uint64](body.x[k]))
      checksum.fold(cast[uint64](body.v[k]))
  checksum.outcome
