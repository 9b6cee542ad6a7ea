// Floating point with square roots and divisions: five bodies under gravity, the program of c/nbody.c. A unit is 4,000
// steps.
@file:OptIn(ExperimentalWasmInterop::class)

import kotlin.math.sqrt
import kotlin.wasm.ExperimentalWasmInterop
import kotlin.wasm.WasmExport

private const val STEPS = 4000

private class Body(val x: DoubleArray, val v: DoubleArray, val mass: Double)

private fun start() = arrayOf(
    Body(doubleArrayOf(0.0, 0.0, 0.0), doubleArrayOf(0.0, 0.0, 0.0), 1.0),
    Body(doubleArrayOf(1.5, 0.0, 0.02), doubleArrayOf(0.0, 0.8, 0.01), 1.0e-5),
    Body(doubleArrayOf(0.0, -3.0, 0.05), doubleArrayOf(0.57, 0.0, 0.0), 2.0e-4),
    Body(doubleArrayOf(-5.2, 0.4, -0.1), doubleArrayOf(0.01, -0.43, 0.0), 9.5e-4),
    Body(doubleArrayOf(0.3, 9.6, 0.2), doubleArrayOf(-0.32, 0.02, 0.005), 2.9e-4),
)

private fun step(bodies: Array<Body>, dt: Double) {
    for (i in bodies.indices) {
        val a = bodies[i]
        for (j in i + 1..<bodies.size) {
            val b = bodies[j]
            val d = DoubleArray(3) { a.x[it] - b.x[it] }
            val square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
            val pull = dt / (square * sqrt(square))
            for (k in d.indices) {
                a.v[k] -= d[k] * b.mass * pull
                b.v[k] += d[k] * a.mass * pull
            }
        }
    }
    for (body in bodies) {
        for (k in body.x.indices) body.x[k] += dt * body.v[k]
    }
}

@WasmExport
fun run(n: Int): Long {
    val bodies = start()
    repeat(n * STEPS) { step(bodies, 0.001) }
    var checksum = 0L
    for (body in bodies) {
        for (k in body.x.indices) checksum = fold(fold(checksum, body.x[k].toRawBits()), body.v[k].toRawBits())
    }
    return checksum
}
