// Floating point with square roots and divisions: five bodies under gravity, the program of c/nbody.c. A unit is 4,000
// steps. Go may fuse a product and a sum into one rounding where there is no conversion between them; no compiler does
// for WebAssembly, which has no such instruction.
package nbody

import (
	"math"

	"wasmark/guests/kernel"
)

const steps = 4000

type vector [3]float64

type body struct {
	x, v vector
	mass float64
}

var start = [5]body{
	{vector{0, 0, 0}, vector{0, 0, 0}, 1},
	{vector{1.5, 0, 0.02}, vector{0, 0.8, 0.01}, 1e-5},
	{vector{0, -3, 0.05}, vector{0.57, 0, 0}, 2e-4},
	{vector{-5.2, 0.4, -0.1}, vector{0.01, -0.43, 0}, 9.5e-4},
	{vector{0.3, 9.6, 0.2}, vector{-0.32, 0.02, 0.005}, 2.9e-4},
}

func step(bodies []body, dt float64) {
	for i := range bodies {
		a := &bodies[i]
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			d := vector{a.x[0] - b.x[0], a.x[1] - b.x[1], a.x[2] - b.x[2]}
			square := d[0]*d[0] + d[1]*d[1] + d[2]*d[2]
			pull := dt / (square * math.Sqrt(square))
			for k := range d {
				a.v[k] -= d[k] * b.mass * pull
				b.v[k] += d[k] * a.mass * pull
			}
		}
	}
	for i := range bodies {
		for k := range bodies[i].x {
			bodies[i].x[k] += dt * bodies[i].v[k]
		}
	}
}

// Run does so many units of work and returns the checksum.
func Run(units int) (checksum uint64) {
	bodies := start
	for range units * steps {
		step(bodies[:], 0.001)
	}
	for _, body := range bodies {
		for k := range body.x {
			checksum = kernel.Fold(checksum, math.Float64bits(body.x[k]))
			checksum = kernel.Fold(checksum, math.Float64bits(body.v[k]))
		}
	}
	return checksum
}
