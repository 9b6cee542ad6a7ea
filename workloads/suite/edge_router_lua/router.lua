-- An A/B router for an edge platform, a request at a time: PROGRAMS.md's `edge_router`. Lua's integers have 64 bits and
-- wrap.
local state = 300

local function random()
    state = state * 6364136223846793005 + 1442695040888963407
    return state >> 32
end

local function fold(checksum, value)
    checksum = (checksum ~ value) * 1099511628211
    return checksum ~ (checksum >> 29)
end

local SHARES <const> = 10000

-- The first rule whose prefix fits; the last one always does.
local RULES <const> = {
    {
        prefix = "/shop/checkout", experiment = "checkout",
        { name = "one-page", prefix = "/v3/checkout", share = 500 },
        { name = "steps", prefix = "/v2/checkout", share = 4500 },
        { name = "control", prefix = "/shop/checkout", share = 5000 },
    },
    {
        prefix = "/shop/", experiment = "catalogue",
        { name = "grid", prefix = "/v2/shop/grid/", share = 3333 },
        { name = "list", prefix = "/v2/shop/list/", share = 3333 },
        { name = "control", prefix = "/shop/", share = 3334 },
    },
    {
        prefix = "/search?", experiment = "ranking",
        { name = "learned", prefix = "/rank/search?model=7&", share = 100 },
        { name = "terms", prefix = "/rank/search?model=0&", share = 900 },
        { name = "control", prefix = "/search?", share = 9000 },
    },
    { prefix = "/", experiment = "none", { name = "control", prefix = "/", share = SHARES } },
}

local PATHS <const> = {
    "/shop/checkout/pay?order=", "/shop/shoes/", "/search?page=", "/about/",
    "/shop/checkout", "/shop/hats/", "/static/app.js?v=", "/shop/",
}
local COOKIES <const> = {
    "theme=dark", "checkout=steps", "catalogue=gone", "catalogue=list", "visitors=12",
    "ranking=control", "consent=all", "empty=",
}

local function make_request()
    local number = random()
    local cookies = COOKIES[(number >> 3) % 8 + 1] .. "; " .. COOKIES[(number >> 6) % 8 + 1]
    -- One in eight has not been here before.
    if (number >> 9) % 8 ~= 0 then
        cookies = cookies .. string.format("; visitor=%016x", state)
    end
    return "GET " .. PATHS[number % 8 + 1] .. (number >> 16) .. " HTTP/1.1\r\nhost: www.example.com\r\n"
        .. "accept-language: de, en;q=0.5\r\ncookie: " .. cookies .. "\r\naccept: text/html\r\n\r\n"
end

local function parse(request)
    local method, path = request:match("^(%S+) (%S+)")
    local headers = {}
    for name, value in request:gmatch("\n([^:\r\n]+): ([^\r\n]*)") do
        headers[name] = value
    end
    return method, path, headers
end

local function cookie(cookies, name)
    for key, value in cookies:gmatch("([^=; ]+)=([^;]*)") do
        if key == name then
            return value
        end
    end
    return ""
end

-- FNV-1a, which is what a cookie is hashed with where no attacker matters.
local function hash(text)
    local hashed = -3750763034362895579
    for at = 1, #text do
        hashed = (hashed ~ text:byte(at)) * 1099511628211
    end
    return hashed
end

local function variant_of(rule, visitor, earlier)
    for _, variant in ipairs(rule) do
        if variant.name == earlier then
            return variant
        end
    end
    -- The experiment's name is part of it, or the same visitors would get the first variant of every experiment.
    local hashed = hash(rule.experiment .. visitor)
    hashed = hashed ~ (hashed >> 32)
    -- The remainder of a number without a sign.
    local bucket = ((hashed >> 1) % SHARES * 2 + (hashed & 1)) % SHARES
    for _, variant in ipairs(rule) do
        if bucket < variant.share then
            return variant
        end
        bucket = bucket - variant.share
    end
end

local function route(request, new_visitor)
    local method, path, headers = parse(request)
    local cookies = headers.cookie
    local visitor, assigned = cookie(cookies, "visitor"), ""
    if visitor == "" then
        visitor = string.format("%016x", new_visitor)
        assigned = "x-new-visitor: " .. visitor .. "\r\n"
    end
    local rule
    for _, one in ipairs(RULES) do
        if path:sub(1, #one.prefix) == one.prefix then
            rule = one
            break
        end
    end
    local variant = variant_of(rule, visitor, cookie(cookies, rule.experiment))
    return table.concat({
        method, " ", variant.prefix, path:sub(#rule.prefix + 1), " HTTP/1.1\r\nhost: ", headers.host, "\r\ncookie: ",
        cookies, "\r\nx-experiment: ", rule.experiment, "/", variant.name, "\r\n", assigned, "\r\n",
    })
end

-- Eight bytes at a time: the checksum must not cost more than what it checks.
local function fold_text(checksum, text)
    local whole = #text - #text % 8
    for at = 1, whole, 8 do
        checksum = fold(checksum, (string.unpack("<i8", text, at)))
    end
    for at = whole + 1, #text do
        checksum = fold(checksum, text:byte(at))
    end
    return fold(checksum, #text)
end

local checksum = 0
for _ = 1, tonumber(arg[1]) do
    local request = make_request()
    checksum = fold_text(checksum, route(request, state ~ checksum))
end
print(checksum)
