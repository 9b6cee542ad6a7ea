// An A/B router for an edge platform, a request at a time: PROGRAMS.md's `edge_router`. 64-bit numbers are BigInts,
// as in any program that hashes.
const PRIME = 1099511628211n;
const u64 = (value) => BigInt.asUintN(64, value);

let state = 300n;

function random() {
  state = u64(state * 6364136223846793005n + 1442695040888963407n);
  return Number(state >> 32n);
}

function fold(checksum, value) {
  checksum = u64((checksum ^ value) * PRIME);
  return checksum ^ (checksum >> 29n);
}

const SHARES = 10000n;

// The first rule whose prefix fits; the last one always does.
const RULES = [
  {
    prefix: "/shop/checkout", experiment: "checkout",
    variants: [
      { name: "one-page", prefix: "/v3/checkout", share: 500n },
      { name: "steps", prefix: "/v2/checkout", share: 4500n },
      { name: "control", prefix: "/shop/checkout", share: 5000n },
    ],
  },
  {
    prefix: "/shop/", experiment: "catalogue",
    variants: [
      { name: "grid", prefix: "/v2/shop/grid/", share: 3333n },
      { name: "list", prefix: "/v2/shop/list/", share: 3333n },
      { name: "control", prefix: "/shop/", share: 3334n },
    ],
  },
  {
    prefix: "/search?", experiment: "ranking",
    variants: [
      { name: "learned", prefix: "/rank/search?model=7&", share: 100n },
      { name: "terms", prefix: "/rank/search?model=0&", share: 900n },
      { name: "control", prefix: "/search?", share: 9000n },
    ],
  },
  { prefix: "/", experiment: "none", variants: [{ name: "control", prefix: "/", share: SHARES }] },
];

const PATHS = [
  "/shop/checkout/pay?order=", "/shop/shoes/", "/search?page=", "/about/",
  "/shop/checkout", "/shop/hats/", "/static/app.js?v=", "/shop/",
];
const COOKIES = [
  "theme=dark", "checkout=steps", "catalogue=gone", "catalogue=list", "visitors=12",
  "ranking=control", "consent=all", "empty=",
];

const hex = (value) => value.toString(16).padStart(16, "0");

function makeRequest() {
  const number = random();
  const path = PATHS[number % 8] + (number >>> 16);
  const cookies = [COOKIES[(number >>> 3) % 8], COOKIES[(number >>> 6) % 8]];
  // One in eight has not been here before.
  if ((number >>> 9) % 8 !== 0) {
    cookies.push(`visitor=${hex(state)}`);
  }
  return `GET ${path} HTTP/1.1\r\nhost: www.example.com\r\naccept-language: de, en;q=0.5\r\n` +
    `cookie: ${cookies.join("; ")}\r\naccept: text/html\r\n\r\n`;
}

function parse(request) {
  const [first, ...lines] = request.split("\r\n");
  const [method, path] = first.split(" ");
  const headers = new Map(lines.filter((line) => line).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 2)];
  }));
  return { method, path, headers };
}

function cookie(cookies, name) {
  for (const pair of cookies.split("; ")) {
    const equals = pair.indexOf("=");
    if (pair.slice(0, equals) === name) {
      return pair.slice(equals + 1);
    }
  }
  return "";
}

// FNV-1a, which is what a cookie is hashed with where no attacker matters.
function hash(text) {
  let hashed = 14695981039346656037n;
  for (let i = 0; i < text.length; i++) {
    hashed = u64((hashed ^ BigInt(text.charCodeAt(i))) * PRIME);
  }
  return hashed;
}

function variantOf({ experiment, variants }, visitor, earlier) {
  const chosen = variants.find(({ name }) => name === earlier);
  if (chosen) {
    return chosen;
  }
  // The experiment's name is part of it, or the same visitors would get the first variant of every experiment.
  const hashed = hash(experiment + visitor);
  let bucket = (hashed ^ (hashed >> 32n)) % SHARES;
  return variants.find(({ share }) => {
    bucket -= share;
    return bucket < 0n;
  });
}

function route(request, newVisitor) {
  const { method, path, headers } = parse(request);
  const cookies = headers.get("cookie");
  const known = cookie(cookies, "visitor");
  const visitor = known || hex(newVisitor);
  const rule = RULES.find(({ prefix }) => path.startsWith(prefix));
  const variant = variantOf(rule, visitor, cookie(cookies, rule.experiment));
  const lines = [
    `${method} ${variant.prefix}${path.slice(rule.prefix.length)} HTTP/1.1`,
    `host: ${headers.get("host")}`,
    `cookie: ${cookies}`,
    `x-experiment: ${rule.experiment}/${variant.name}`,
  ];
  if (!known) {
    lines.push(`x-new-visitor: ${visitor}`);
  }
  return lines.join("\r\n") + "\r\n\r\n";
}

// Eight bytes at a time: the checksum must not cost more than what it checks.
function foldText(checksum, text) {
  let at = 0;
  for (; at + 8 <= text.length; at += 8) {
    let word = 0n;
    for (let byte = 7; byte >= 0; byte--) {
      word = (word << 8n) | BigInt(text.charCodeAt(at + byte));
    }
    checksum = fold(checksum, word);
  }
  for (; at < text.length; at++) {
    checksum = fold(checksum, BigInt(text.charCodeAt(at)));
  }
  return fold(checksum, BigInt(text.length));
}

let checksum = 0n;
for (let unit = Number(scriptArgs[1]); unit > 0; unit--) {
  const request = makeRequest();
  checksum = foldText(checksum, route(request, state ^ checksum));
}
print(BigInt.asIntN(64, checksum).toString());
