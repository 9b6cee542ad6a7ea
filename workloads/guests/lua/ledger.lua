-- JSON read, changed and written: PROGRAMS.md's `ledger`. Lua's library has no JSON, so its own is here: an object is
-- a table with its members by name and, in order, their names by number; an array is a table without this metatable.
local Object <const> = {}

local function object(...)
    local fields, made = table.pack(...), setmetatable({}, Object)
    for i = 1, fields.n, 2 do
        made[#made + 1] = fields[i]
        made[fields[i]] = fields[i + 1]
    end
    return made
end

local ESCAPES <const> = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n" }
local UNESCAPED <const> = { ['\\"'] = '"', ["\\\\"] = "\\", ["\\n"] = "\n" }

local write

local function write_all(value, out)
    local ordered = getmetatable(value) == Object
    out[#out + 1] = ordered and "{" or "["
    for i, one in ipairs(value) do
        if i > 1 then
            out[#out + 1] = ","
        end
        if ordered then
            out[#out + 1] = '"' .. one .. '":'
            write(value[one], out)
        else
            write(one, out)
        end
    end
    out[#out + 1] = ordered and "}" or "]"
end

function write(value, out)
    local kind = type(value)
    if kind == "table" then
        write_all(value, out)
    elseif kind == "string" then
        out[#out + 1] = '"' .. value:gsub('["\\\n]', ESCAPES) .. '"'
    else
        out[#out + 1] = tostring(value)
    end
end

local function encode(value)
    local out = {}
    write(value, out)
    return table.concat(out)
end

local read

local function read_string(text, at)
    local from = at + 1
    local stop = text:find('["\\]', from)
    while text:byte(stop) == 92 do
        stop = text:find('["\\]', stop + 2)
    end
    local raw = text:sub(from, stop - 1)
    return raw:gsub('\\["\\n]', UNESCAPED), stop + 1
end

local function read_object(text, at)
    local made, name = setmetatable({}, Object), nil
    repeat
        name, at = read_string(text, at + 1)
        made[#made + 1] = name
        made[name], at = read(text, at + 1)
    until text:byte(at) == 125
    return made, at + 1
end

local function read_array(text, at)
    local made = {}
    repeat
        made[#made + 1], at = read(text, at + 1)
    until text:byte(at) == 93
    return made, at + 1
end

function read(text, at)
    local first = text:sub(at, at)
    if first == "{" then
        return read_object(text, at)
    elseif first == "[" then
        return read_array(text, at)
    elseif first == '"' then
        return read_string(text, at)
    elseif first == "t" then
        return true, at + 4
    elseif first == "f" then
        return false, at + 5
    end
    local _, stop = text:find("^-?%d+", at)
    return math.tointeger(text:sub(at, stop)), stop + 1
end

local state = 128

local function random()
    state = state * 6364136223846793005 + 1442695040888963407
    return state >> 32
end

local function fold(checksum, value)
    checksum = (checksum ~ value) * 1099511628211
    return checksum ~ (checksum >> 29)
end

local LABELS <const> = {
    "rent", 'coffee "to go"', "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", "",
}

local function document()
    local accounts = {}
    for id = 0, 47 do
        local owner = "owner " .. random() % 100000
        local active = random() % 4 ~= 0
        local entries = {}
        for i = 1, 8 do
            local amount = random() % 200000 - 100000
            entries[i] = object("amount", amount, "label", LABELS[random() % 8 + 1])
        end
        accounts[id + 1] = object("id", id, "owner", owner, "active", active, "balance", 0, "entries", entries)
    end
    return encode(object("accounts", accounts))
end

-- Moves the first element to the end.
local function rotate(list)
    table.insert(list, table.remove(list, 1))
end

local function unit(text, number)
    local tree = read(text, 1)
    local total = 0
    for _, account in ipairs(tree.accounts) do
        if account.active then
            for _, entry in ipairs(account.entries) do
                account.balance = account.balance + entry.amount
            end
            total = total + account.balance
        end
        account.active = (account.id + number) % 4 ~= 0
        rotate(account.entries)
    end
    rotate(tree.accounts)
    return encode(tree), total
end

local text, total = document(), nil
local checksum = 0
for number = 0, math.tointeger(arg[1]) - 1 do
    text, total = unit(text, number)
    checksum = fold(checksum, total)
end
for i = 1, #text do
    checksum = fold(checksum, text:byte(i))
end
print(checksum)
