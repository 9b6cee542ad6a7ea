-- Five bodies under gravity, in doubles, with tables for the bodies: PROGRAMS.md's `nbody`.
local STEPS <const> = 4000
local sqrt = math.sqrt

-- x, y, z, the speed along them, mass.
local START <const> = {
    { 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0 },
    { 1.5, 0.0, 0.02, 0.0, 0.8, 0.01, 1.0e-5 },
    { 0.0, -3.0, 0.05, 0.57, 0.0, 0.0, 2.0e-4 },
    { -5.2, 0.4, -0.1, 0.01, -0.43, 0.0, 9.5e-4 },
    { 0.3, 9.6, 0.2, -0.32, 0.02, 0.005, 2.9e-4 },
}

local function start()
    local bodies = {}
    for i, body in ipairs(START) do
        local x, y, z, vx, vy, vz, mass = table.unpack(body)
        bodies[i] = { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass }
    end
    return bodies
end

local function step(bodies, dt)
    for i = 1, #bodies do
        local a = bodies[i]
        for j = i + 1, #bodies do
            local b = bodies[j]
            local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            local square = dx * dx + dy * dy + dz * dz
            local pull = dt / (square * sqrt(square))
            a.vx = a.vx - dx * b.mass * pull
            b.vx = b.vx + dx * a.mass * pull
            a.vy = a.vy - dy * b.mass * pull
            b.vy = b.vy + dy * a.mass * pull
            a.vz = a.vz - dz * b.mass * pull
            b.vz = b.vz + dz * a.mass * pull
        end
    end
    for i = 1, #bodies do
        local body = bodies[i]
        body.x = body.x + dt * body.vx
        body.y = body.y + dt * body.vy
        body.z = body.z + dt * body.vz
    end
end

local function bits(x)
    return (string.unpack("<i8", string.pack("<d", x)))
end

local function fold(checksum, value)
    checksum = (checksum ~ value) * 1099511628211
    return checksum ~ (checksum >> 29)
end

local bodies = start()
for _ = 1, math.tointeger(arg[1]) * STEPS do
    step(bodies, 0.001)
end
local checksum = 0
for _, body in ipairs(bodies) do
    for _, axis in ipairs({ "x", "y", "z" }) do
        checksum = fold(fold(checksum, bits(body[axis])), bits(body["v" .. axis]))
    end
end
print(checksum)
