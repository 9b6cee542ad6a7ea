//! Regular expressions over the log of a service: the crate regex searches, captures and replaces. A unit is 24 KB of
//! log under eight patterns, which are compiled once a call.

use std::fmt::Write as _;

use engine::{Error, Regex};
use kernel::{Random, fold, fold_bytes};

const BYTES: usize = 24 * 1024;

/// What is looked for, each of another kind: literals, classes, repetitions, captures, Unicode. Most do without Unicode's
/// tables, as a log's patterns should: compiling them would take longer than a unit.
const PATTERNS: [&str; 7] = [
    r"(?i)timeout|refused|out of memory|panic",
    r"(?-u:\b)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?-u:\b)",
    r#""(?P<method>GET|POST|PUT|DELETE) (?P<path>/[^ ?"]*)(?:\?(?P<query>[^ "]*))? HTTP/1\.1" (?P<status>[45][0-9]{2})"#,
    r"[a-z0-9.]+@[a-z]+\.(?:org|example)",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{8}",
    r"(?m)^\S+ (?:WARN|ERROR) .*[a-z]{9,}$",
    r"(\w+ö\w*) .*? ([0-9]+)ms",
];
const SECRETS: &str = r"(user|token)=([^& ]{2})[^& ]*";

fn log() -> String {
    let mut random = Random(24);
    let mut text = String::new();
    while text.len() < BYTES {
        let random = &mut random;
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "2026-{:02}-{:02}T{:02}:{:02}:00Z {} ",
            1 + random.below(12),
            1 + random.below(28),
            random.below(24),
            random.below(60),
            random.pick(["INFO", "INFO", "DEBUG", "WARN", "ERROR"]),
        );
        let _ = match random.below(4) {
            0 => writeln!(
                text,
                "{}.{}.{}.{} \"{} /{}/{}?user={}&token={:08x} HTTP/1.1\" {} {}ms",
                random.below(256),
                random.below(256),
                random.below(256),
                random.below(256),
                random.pick(["GET", "POST", "PUT", "DELETE"]),
                random.word(),
                random.below(1000),
                random.word(),
                random.draw(),
                random.pick([200, 204, 301, 404, 500]),
                random.below(500),
            ),
            1 => {
                writeln!(
                    text,
                    "mail from {}@{}.{}",
                    random.word(),
                    random.word(),
                    random.pick(["org", "example", "de"])
                )
            }
            2 => writeln!(
                text,
                "{} {} after {}ms: {}",
                random.word(),
                random.pick(["Timeout", "connection refused", "out of memory", "done", "retried"]),
                random.below(5000),
                random.words(4),
            ),
            _ => writeln!(
                text,
                "trace {:08x}-{:04x}-{:08x} {}",
                random.draw(),
                random.below(65_536),
                random.draw(),
                random.words(6)
            ),
        };
    }
    text
}

/// Where a pattern and its groups match.
fn search(pattern: &Regex, text: &str, checksum: u64) -> u64 {
    pattern.captures_iter(text).fold(checksum, |checksum, found| {
        found.iter().flatten().fold(checksum, |checksum, group| {
            fold(checksum, ((group.start() as u64) << 32) | group.end() as u64)
        })
    })
}

fn work(n: i32) -> Result<u64, Error> {
    let patterns = PATTERNS.map(Regex::new).into_iter().collect::<Result<Vec<_>, _>>()?;
    let secrets = Regex::new(SECRETS)?;
    let mut text = log();
    let mut checksum = 0;
    for _ in 0..n {
        checksum = patterns.iter().fold(checksum, |checksum, pattern| search(pattern, &text, checksum));
        checksum = fold_bytes(checksum, secrets.replace_all(&text, "$1=$2***").as_bytes());
        // The next unit reads the log from another line on.
        let line = text.find('\n').map_or(0, |end| end + 1);
        let first = text[..line].to_owned();
        text.replace_range(..line, "");
        text.push_str(&first);
    }
    Ok(checksum)
}

/// Does `n` units of work and returns their checksum; -1 if a pattern was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
