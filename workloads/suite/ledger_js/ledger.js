// JSON read, changed and written by the language's own: PROGRAMS.md's `ledger`.
let state = 128n;

function random() {
  state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
  return Number(state >> 32n);
}

// A checksum is a pair of 32-bit halves: folding the whole text into a BigInt would outweigh the JSON.
function fold({ high, low }, value) {
  high = (high ^ Math.floor(value / 2 ** 32)) >>> 0;
  low = (low ^ value) >>> 0;
  // Times 1099511628211, which is 2**40 + 435, without what does not fit into a double.
  const product = low * 435;
  high = (high * 435 + Math.floor(product / 2 ** 32) + low * 256) >>> 0;
  low = product >>> 0;
  return { high: (high ^ (high >>> 29)) >>> 0, low: (low ^ ((low >>> 29) | (high << 3))) >>> 0 };
}

const LABELS = [
  "rent", 'coffee "to go"', "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", "",
];

function makeDocument() {
  const accounts = [];
  for (let id = 0; id < 48; id++) {
    const owner = `owner ${random() % 100000}`;
    const active = random() % 4 !== 0;
    const entries = [];
    for (let i = 0; i < 8; i++) {
      const amount = (random() % 200000) - 100000;
      entries.push({ amount, label: LABELS[random() % 8] });
    }
    accounts.push({ id, owner, active, balance: 0, entries });
  }
  return JSON.stringify({ accounts });
}

function unit(text, number) {
  const { accounts } = JSON.parse(text);
  let total = 0;
  for (const account of accounts) {
    if (account.active) {
      account.balance += account.entries.reduce((sum, entry) => sum + entry.amount, 0);
      total += account.balance;
    }
    account.active = (account.id + number) % 4 !== 0;
    account.entries.push(account.entries.shift());
  }
  accounts.push(accounts.shift());
  return [JSON.stringify({ accounts }), total];
}

let text = makeDocument(), total;
let checksum = { high: 0, low: 0 };
for (let number = 0; number < Number(scriptArgs[1]); number++) {
  [text, total] = unit(text, number);
  checksum = fold(checksum, total);
}
// A character for each byte of the text in UTF-8: the language itself has no other encoder.
for (const byte of unescape(encodeURIComponent(text))) {
  checksum = fold(checksum, byte.charCodeAt(0));
}
print(BigInt.asIntN(64, (BigInt(checksum.high) << 32n) | BigInt(checksum.low)).toString());
