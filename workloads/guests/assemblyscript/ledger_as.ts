// JSON into classes and back: the program `ledger` of PROGRAMS.md.
import { Reader, Writer } from "./json";
import { Random, fold } from "./kernel";

class Entry {
  amount: i64 = 0;
  label: string = "";
}

class Account {
  id: i64 = 0;
  owner: string = "";
  active: bool = false;
  balance: i64 = 0;
  entries: Entry[] = [];
}

const LABELS: string[] = [
  "rent", 'coffee "to go"', "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", "",
];

function build(): Account[] {
  const random = new Random(128);
  const accounts: Account[] = [];
  for (let id = 0; id < 48; id++) {
    const account = new Account();
    account.id = id;
    account.owner = "owner " + (random.next() % 100000).toString();
    account.active = random.next() % 4 != 0;
    for (let i = 0; i < 8; i++) {
      const entry = new Entry();
      entry.amount = <i64>(random.next() % 200000) - 100000;
      entry.label = LABELS[random.next() % 8];
      account.entries.push(entry);
    }
    accounts.push(account);
  }
  return accounts;
}

function readEntry(reader: Reader): Entry {
  const entry = new Entry();
  reader.expect("{");
  do {
    const name = reader.name();
    if (name == "amount") entry.amount = reader.number();
    else if (name == "label") entry.label = reader.string();
    else unreachable();
  } while (reader.accept(","));
  reader.expect("}");
  return entry;
}

function readAccount(reader: Reader): Account {
  const account = new Account();
  reader.expect("{");
  do {
    const name = reader.name();
    if (name == "id") account.id = reader.number();
    else if (name == "owner") account.owner = reader.string();
    else if (name == "active") account.active = reader.boolean();
    else if (name == "balance") account.balance = reader.number();
    else if (name == "entries") account.entries = readAll(reader, readEntry);
    else unreachable();
  } while (reader.accept(","));
  reader.expect("}");
  return account;
}

function readAll<T>(reader: Reader, readOne: (reader: Reader) => T): T[] {
  const all: T[] = [];
  reader.expect("[");
  if (reader.accept("]")) return all;
  do {
    all.push(readOne(reader));
  } while (reader.accept(","));
  reader.expect("]");
  return all;
}

function parse(text: Uint8Array): Account[] {
  const reader = new Reader(text);
  reader.expect("{");
  assert(reader.name() == "accounts");
  const accounts = readAll(reader, readAccount);
  reader.expect("}");
  return accounts;
}

function writeEntry(writer: Writer, entry: Entry): void {
  writer.raw('{"amount":').number(entry.amount);
  writer.raw(',"label":').string(entry.label).raw("}");
}

function writeAccount(writer: Writer, account: Account): void {
  writer.raw('{"id":').number(account.id);
  writer.raw(',"owner":').string(account.owner);
  writer.raw(',"active":').boolean(account.active);
  writer.raw(',"balance":').number(account.balance);
  writer.raw(',"entries":');
  writeAll(writer, account.entries, writeEntry);
  writer.raw("}");
}

function writeAll<T>(writer: Writer, all: T[], writeOne: (writer: Writer, one: T) => void): void {
  writer.raw("[");
  for (let i = 0; i < all.length; i++) {
    if (i > 0) writer.raw(",");
    writeOne(writer, all[i]);
  }
  writer.raw("]");
}

function write(accounts: Account[]): Uint8Array {
  const writer = new Writer();
  writer.raw('{"accounts":');
  writeAll(writer, accounts, writeAccount);
  return writer.raw("}").text();
}

/** Changes the document for the unit of this number and returns the unit's total. */
function change(accounts: Account[], unit: i32): i64 {
  let total: i64 = 0;
  for (let i = 0; i < accounts.length; i++) {
    const account = accounts[i];
    if (account.active) {
      for (let j = 0; j < account.entries.length; j++) account.balance += account.entries[j].amount;
      total += account.balance;
    }
    account.active = (account.id + unit) % 4 != 0;
    account.entries.push(account.entries.shift());
  }
  accounts.push(accounts.shift());
  return total;
}

export function run(n: i32): i64 {
  let text = write(build());
  let checksum: u64 = 0;
  for (let unit = 0; unit < n; unit++) {
    const accounts = parse(text);
    checksum = fold(checksum, change(accounts, unit));
    text = write(accounts);
  }
  for (let i = 0; i < text.length; i++) checksum = fold(checksum, text[i]);
  return checksum;
}
