/// JSON parsed into types, changed and written by a parser and a writer of its own: Phobos' need a garbage collector.
/// A unit is one round of a document of 18 KB.
module ledger;

import std.algorithm : bringToFront, map, sum;
import json : Arena, Parser, Writer;
import kernel : Checksum, Random;

struct Entry
{
    long amount;
    const(char)[] label;
}

struct Account
{
    long id;
    const(char)[] owner;
    bool active;
    long balance;
    Entry[] entries;
}

struct Ledger
{
    Account[] accounts;
}

immutable string[8] labels = [
    "rent", `coffee "to go"`, "café au lait", "line\nbreak", `back\slash`, "tea and cake", "grüße", "",
];

const(char)[] numberedOwner(ref Arena arena, uint number)
{
    auto writer = Writer(arena.array!char(16));
    writer.put("owner ");
    writer.number(number);
    return writer[];
}

Ledger firstLedger(ref Arena arena)
{
    auto random = Random(128);
    auto accounts = arena.array!Account(48);
    foreach (id, ref account; accounts)
    {
        account.id = id;
        account.owner = numberedOwner(arena, random.next % 100_000);
        account.active = random.next % 4 != 0;
        account.balance = 0;
        account.entries = arena.array!Entry(8);
        foreach (ref entry; account.entries)
        {
            entry.amount = long(random.next % 200_000) - 100_000;
            entry.label = labels[random.next % $];
        }
    }
    return Ledger(accounts);
}

void firstToTheEnd(T)(T[] array)
{
    bringToFront(array[0 .. 1], array[1 .. $]);
}

/// Books every active account's entries, chooses who is active next, and returns the sum of the balances.
long book(Account[] accounts, long unit)
{
    long total;
    foreach (ref account; accounts)
    {
        if (account.active)
        {
            account.balance += account.entries.map!(entry => entry.amount).sum;
            total += account.balance;
        }
        account.active = (account.id + unit) % 4 != 0;
        firstToTheEnd(account.entries);
    }
    firstToTheEnd(accounts);
    return total;
}

__gshared ubyte[262_144] room = void;
__gshared char[32_768][2] texts = void;

extern (C) long run(int n)
{
    auto arena = Arena(room[]);
    Checksum checksum;
    auto text = Writer(texts[0][]);
    text.write(firstLedger(arena));
    foreach (unit; 0 .. n)
    {
        arena.clear();
        auto ledger = Parser(text[], &arena).parse!Ledger;
        checksum.fold(book(ledger.accounts, unit));
        text = Writer(texts[(unit + 1) % $][]);
        text.write(ledger);
    }
    foreach (c; text[])
        checksum.fold(c);
    return checksum.result;
}
