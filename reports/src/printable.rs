//! Text of guests and engines on its way to a person: export names, messages and outputs may hold anything.

/// `text` with a visible sign in place of everything that a terminal would obey or a reader could not see: escape
/// sequences and other control characters, and what turns the direction of writing around. Line breaks and tabs stay.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(sign).collect()
}

fn sign(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        // The control pictures: U+241B for ESC.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' => '\u{fffd}',
        // Marks, embeddings, overrides and isolates of direction; separators that break a line; invisible tags.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn nothing_is_left_that_a_terminal_obeys() {
        assert_eq!(printable("a\u{1b}[31mred\u{1b}]0;title\u{7}\r\n\tb"), "a␛[31mred␛]0;title␇␍\n\tb");
        assert_eq!(printable("\u{9b}2J\u{7f}"), "\u{fffd}2J␡");
        assert_eq!(printable("gpj.\u{202e}exe"), "gpj.\u{fffd}exe");
    }

    #[test]
    fn text_stays_as_it_is() {
        let text = "1.50\u{a0}µs (1.47–1.55) 日本語 🦀 é\n";
        assert_eq!(printable(text), text);
    }
}
