//! Five bodies under gravity, by symplectic Euler steps. A unit is 4,000 steps.
const kernel = @import("kernel.zig");

const steps = 4000;

const Body = struct { x: [3]f64, v: [3]f64, mass: f64 };

/// Made-up planets around a sun of mass 1: distances in astronomical units, time in units that make G one.
const start = [_]Body{
    .{ .x = .{ 0.0, 0.0, 0.0 }, .v = .{ 0.0, 0.0, 0.0 }, .mass = 1.0 },
    .{ .x = .{ 1.5, 0.0, 0.02 }, .v = .{ 0.0, 0.8, 0.01 }, .mass = 1.0e-5 },
    .{ .x = .{ 0.0, -3.0, 0.05 }, .v = .{ 0.57, 0.0, 0.0 }, .mass = 2.0e-4 },
    .{ .x = .{ -5.2, 0.4, -0.1 }, .v = .{ 0.01, -0.43, 0.0 }, .mass = 9.5e-4 },
    .{ .x = .{ 0.3, 9.6, 0.2 }, .v = .{ -0.32, 0.02, 0.005 }, .mass = 2.9e-4 },
};

fn step(bodies: []Body, dt: f64) void {
    for (bodies, 0..) |*a, i| {
        for (bodies[i + 1 ..]) |*b| {
            const d = [3]f64{ a.x[0] - b.x[0], a.x[1] - b.x[1], a.x[2] - b.x[2] };
            const square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            const pull = dt / (square * @sqrt(square));
            for (&a.v, &b.v, d) |*av, *bv, distance| {
                av.* -= distance * b.mass * pull;
                bv.* += distance * a.mass * pull;
            }
        }
    }
    for (bodies) |*body| {
        for (&body.x, body.v) |*x, v| x.* += dt * v;
    }
}

export fn run(n: i32) i64 {
    var bodies = start;
    var unit: i32 = 0;
    while (unit < n) : (unit += 1) {
        for (0..steps) |_| step(&bodies, 0.001);
    }
    var checksum: kernel.Checksum = .{};
    for (bodies) |body| {
        for (body.x, body.v) |x, v| {
            checksum.fold(@bitCast(x));
            checksum.fold(@bitCast(v));
        }
    }
    return checksum.result();
}
