/// Five bodies under gravity, by symplectic Euler steps. A unit is 4,000 steps.
module nbody;

import kernel : Checksum;
import ldc.intrinsics : sqrt = llvm_sqrt;

enum steps = 4000;

struct Body
{
    double[3] x, v;
    double mass;
}

/// Made-up planets around a sun of mass 1: distances in astronomical units, time in units that make G one.
immutable Body[5] start = [
    {[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0},
    {[1.5, 0.0, 0.02], [0.0, 0.8, 0.01], 1.0e-5},
    {[0.0, -3.0, 0.05], [0.57, 0.0, 0.0], 2.0e-4},
    {[-5.2, 0.4, -0.1], [0.01, -0.43, 0.0], 9.5e-4},
    {[0.3, 9.6, 0.2], [-0.32, 0.02, 0.005], 2.9e-4},
];

void step(Body[] bodies, double dt)
{
    foreach (i, ref a; bodies)
    {
        foreach (ref b; bodies[i + 1 .. $])
        {
            double[3] d = a.x[] - b.x[];
            immutable square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            immutable pull = dt / (square * sqrt(square));
            a.v[] -= d[] * b.mass * pull;
            b.v[] += d[] * a.mass * pull;
        }
    }
    foreach (ref b; bodies)
        b.x[] += dt * b.v[];
}

extern (C) long run(int n)
{
    Body[5] bodies = start;
    foreach (unit; 0 .. n)
        foreach (i; 0 .. steps)
            step(bodies, 0.001);
    Checksum checksum;
    foreach (ref b; bodies)
    {
        foreach (k; 0 .. 3)
        {
            checksum.fold(*cast(const(ulong)*)&b.x[k]);
            checksum.fold(*cast(const(ulong)*)&b.v[k]);
        }
    }
    return checksum.result;
}
