"""An A/B router for an edge platform, a request at a time: PROGRAMS.md's `edge_router`."""
import sys

MASK = (1 << 64) - 1
PRIME = 1099511628211
SHARES = 10000
state = 300

# The first rule whose prefix fits; the last one always does. A variant is its name, its prefix and its share.
RULES = [
    ("/shop/checkout", "checkout", [
        ("one-page", "/v3/checkout", 500), ("steps", "/v2/checkout", 4500), ("control", "/shop/checkout", 5000)]),
    ("/shop/", "catalogue", [
        ("grid", "/v2/shop/grid/", 3333), ("list", "/v2/shop/list/", 3333), ("control", "/shop/", 3334)]),
    ("/search?", "ranking", [
        ("learned", "/rank/search?model=7&", 100), ("terms", "/rank/search?model=0&", 900),
        ("control", "/search?", 9000)]),
    ("/", "none", [("control", "/", SHARES)]),
]
PATHS = [
    "/shop/checkout/pay?order=", "/shop/shoes/", "/search?page=", "/about/",
    "/shop/checkout", "/shop/hats/", "/static/app.js?v=", "/shop/",
]
COOKIES = [
    "theme=dark", "checkout=steps", "catalogue=gone", "catalogue=list", "visitors=12",
    "ranking=control", "consent=all", "empty=",
]

def random():
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & MASK
    return state >> 32

def fold(checksum, value):
    checksum = ((checksum ^ value) * PRIME) & MASK
    return checksum ^ (checksum >> 29)

def make_request():
    number = random()
    cookies = [COOKIES[(number >> 3) % 8], COOKIES[(number >> 6) % 8]]
    # One in eight has not been here before.
    if (number >> 9) % 8 != 0:
        cookies.append(f"visitor={state:016x}")
    return (f"GET {PATHS[number % 8]}{number >> 16} HTTP/1.1\r\nhost: www.example.com\r\n"
            f"accept-language: de, en;q=0.5\r\ncookie: {'; '.join(cookies)}\r\naccept: text/html\r\n\r\n")

def parse(request):
    first, *lines = request.split("\r\n")
    method, path, _ = first.split(" ")
    return method, path, dict(line.split(": ", 1) for line in lines if line)

def cookies_of(text):
    found = {}
    for pair in text.split("; "):
        name, _, value = pair.partition("=")
        found.setdefault(name, value)
    return found

def hashed(text):
    """FNV-1a, which is what a cookie is hashed with where no attacker matters."""
    value = 14695981039346656037
    for byte in text.encode():
        value = ((value ^ byte) * PRIME) & MASK
    return value

def variant_of(experiment, variants, visitor, earlier):
    for name, prefix, _ in variants:
        if name == earlier:
            return name, prefix
    # The experiment's name is part of it, or the same visitors would get the first variant of every experiment.
    value = hashed(experiment + visitor)
    bucket = (value ^ (value >> 32)) % SHARES
    for name, prefix, share in variants:
        if bucket < share:
            return name, prefix
        bucket -= share

def route(request, new_visitor):
    method, path, headers = parse(request)
    cookies = cookies_of(headers["cookie"])
    visitor = cookies.get("visitor") or f"{new_visitor:016x}"
    begins, experiment, variants = next(rule for rule in RULES if path.startswith(rule[0]))
    name, prefix = variant_of(experiment, variants, visitor, cookies.get(experiment))
    lines = [f"{method} {prefix}{path[len(begins):]} HTTP/1.1", f"host: {headers['host']}",
             f"cookie: {headers['cookie']}", f"x-experiment: {experiment}/{name}"]
    if not cookies.get("visitor"):
        lines.append(f"x-new-visitor: {visitor}")
    return "\r\n".join(lines) + "\r\n\r\n"

def fold_text(checksum, text):
    """Eight bytes at a time: the checksum must not cost more than what it checks."""
    whole = len(text) - len(text) % 8
    for at in range(0, whole, 8):
        checksum = fold(checksum, int.from_bytes(text[at:at + 8], "little"))
    for byte in text[whole:]:
        checksum = fold(checksum, byte)
    return fold(checksum, len(text))

def run(units):
    checksum = 0
    for _ in range(units):
        request = make_request()
        checksum = fold_text(checksum, route(request, state ^ checksum).encode())
    return checksum - (1 << 64) if checksum >> 63 else checksum

if __name__ == "__main__":
    print(run(int(sys.argv[1])))
