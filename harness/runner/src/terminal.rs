//! All output to the terminal goes through here. Names and messages of guests and engines may contain escape sequences,
//! which are removed.

use std::io::Write;

use serde::Serialize;
use wasmark_reports::printable;

use crate::Result;

/// Where stdout is no terminal: what a log can take.
const OF_A_LOG: u16 = 140;

/// Prints on stdout. A reader may stop reading.
pub fn print(text: &str) {
    writeln!(std::io::stdout(), "{}", printable(text.trim_end())).ok();
}

/// Prints a message on stderr.
pub fn tell(text: &str) {
    tell_part(&format!("{text}\n"));
}

/// Prints a part of a message on stderr, or several messages with their line breaks.
pub fn tell_part(text: &str) {
    std::io::stderr().write_all(printable(text).as_bytes()).ok();
}

/// In place of the standard macro, in every module of this crate and of those built on it: see [`tell_part`].
#[macro_export]
macro_rules! eprint {
    ($($part:tt)*) => { $crate::terminal::tell_part(&format!($($part)*)) };
}

/// In place of the standard macro, as `eprint!`.
#[macro_export]
macro_rules! eprintln {
    ($($part:tt)*) => { $crate::terminal::tell(&format!($($part)*)) };
}

/// JSON in which what a terminal would obey is escaped. Such characters are in strings alone, so the document is the same.
#[must_use]
fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        let mut one = [0; 4];
        let one: &str = c.encode_utf8(&mut one);
        if printable(one) == one {
            escaped.push(c);
        } else {
            for unit in one.encode_utf16() {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}

/// Prints a document on stdout, as [`json`].
///
/// # Errors
/// Where it is none that JSON can have.
pub fn print_json(document: &impl Serialize) -> Result<()> {
    print(&json(&serde_json::to_string_pretty(document)?));
    Ok(())
}

/// The width of the terminal in columns; without a terminal, what the variable COLUMNS has.
#[must_use]
pub fn width() -> u16 {
    let of_variable = || std::env::var("COLUMNS").ok()?.parse().ok();
    let of_terminal = terminal_size::terminal_size().map(|(width, _)| width.0);
    of_terminal.or_else(of_variable).unwrap_or(OF_A_LOG)
}

#[cfg(test)]
mod tests {
    use super::json;

    #[test]
    fn json_keeps_its_meaning_and_nothing_to_obey() {
        let text = "a\u{9b}2J\u{7f}\u{202e}\u{e0041}\u{1b}é";
        let document = json(&serde_json::to_string(text).expect("JSON"));
        assert!(document.chars().all(|c| c.is_ascii_graphic() || c == 'é'), "{document}");
        assert_eq!(serde_json::from_str::<String>(&document).expect("JSON"), text);
    }
}
