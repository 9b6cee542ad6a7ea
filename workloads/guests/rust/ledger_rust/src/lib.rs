//! The program `ledger` of guests/PROGRAMS.md: serde_json reads a document of 18 KB into types, the entries are booked,
//! and it is written again. A unit is one such round.

use kernel::{Random, fold};
use serde::{Deserialize, Serialize};

const ACCOUNTS: i64 = 48;
const ENTRIES: usize = 8;
const LABELS: [&str; 8] =
    ["rent", "coffee \"to go\"", "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", ""];

#[derive(Serialize, Deserialize)]
struct Ledger {
    accounts: Vec<Account>,
}

#[derive(Serialize, Deserialize)]
struct Account {
    id: i64,
    owner: String,
    active: bool,
    balance: i64,
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    amount: i64,
    label: String,
}

impl Ledger {
    fn new() -> Self {
        let mut random = Random(128);
        Ledger { accounts: (0..ACCOUNTS).map(|id| Account::new(id, &mut random)).collect() }
    }

    /// Books the entries and returns the total of the active accounts.
    fn book(&mut self, unit: i64) -> i64 {
        let mut total = 0;
        for account in &mut self.accounts {
            if account.active {
                account.balance += account.entries.iter().map(|entry| entry.amount).sum::<i64>();
                total += account.balance;
            }
            account.active = (account.id + unit) % 4 != 0;
            account.entries.rotate_left(1);
        }
        self.accounts.rotate_left(1);
        total
    }
}

impl Account {
    fn new(id: i64, random: &mut Random) -> Self {
        Account {
            id,
            owner: format!("owner {}", random.below(100_000)),
            active: random.below(4) != 0,
            balance: 0,
            entries: (0..ENTRIES)
                .map(|_| Entry {
                    amount: i64::from(random.below(200_000)) - 100_000,
                    label: random.pick(LABELS).to_owned(),
                })
                .collect(),
        }
    }
}

fn work(n: i32) -> serde_json::Result<u64> {
    let mut text = serde_json::to_string(&Ledger::new())?;
    let mut checksum = 0;
    for unit in 0..n {
        let mut ledger: Ledger = serde_json::from_str(&text)?;
        let total = ledger.book(unit.into());
        text = serde_json::to_string(&ledger)?;
        checksum = fold(checksum, total as u64);
    }
    Ok(text.bytes().fold(checksum, |checksum, byte| fold(checksum, byte.into())))
}

/// Does `n` units of work and returns their checksum; -1 if a document was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
