//! A document as people write them, rendered by pulldown-cmark: headings, emphasis, links, lists, tables, code, notes.
//! A unit is one rendering of 16 KB.

use std::fmt::Write as _;

use kernel::{Random, fold_bytes};
use pulldown_cmark::{Options, Parser, html};

const BYTES: usize = 16 * 1024;

fn paragraph(random: &mut Random) -> String {
    format!(
        "{} *{}* {} **{}**, `{}({})` \u{2013} {} [{}](https://example.org/{}?a=1&b=2 \"{}\") {} <b>{}</b>\\* & {}.\n",
        random.words(9),
        random.words(2),
        random.words(7),
        random.words(1),
        random.word(),
        random.below(1000),
        random.words(6),
        random.words(3),
        random.word(),
        random.words(2),
        random.words(5),
        random.word(),
        random.words(4),
    )
}

fn list(random: &mut Random, marker: &str) -> String {
    (0..4).fold(String::new(), |list, _| {
        let nested = format!("   - [x] {}\n   - [ ] ~~{}~~\n", random.words(3), random.words(2));
        format!("{list}{marker} {}\n{nested}", random.words(8))
    })
}

fn table(random: &mut Random) -> String {
    let mut table = "| name | left | right |\n|---|:---|---:|\n".to_owned();
    for _ in 0..6 {
        // Writing to a String does not fail.
        let _ = writeln!(table, "| {} | *{}* | {} |", random.word(), random.words(2), random.below(10_000));
    }
    table
}

fn code(random: &mut Random) -> String {
    let lines: String =
        (0..6).map(|_| format!("    let {} = \"<{}>\";\n", random.word(), random.word())).collect();
    format!("```rust\nfn {}() {{\n{lines}}}\n```\n", random.word())
}

fn document() -> String {
    let mut random = Random(16);
    let mut text = String::new();
    for section in 0.. {
        let heading = format!("{} {}[^{section}]\n", "#".repeat(1 + section % 4), random.words(4));
        let note = format!("[^{section}]: {}\n", random.words(6));
        let quote = format!("> {}\n> > {}\n", random.words(10), random.words(8));
        let numbered = list(&mut random, "1.");
        let parts = [
            heading,
            paragraph(&mut random),
            if section % 2 == 0 { list(&mut random, "*") } else { numbered },
            paragraph(&mut random),
            if section % 3 == 0 { table(&mut random) } else { code(&mut random) },
            quote,
            note,
        ];
        text.push_str(&parts.join("\n"));
        text.push_str("\n---\n\n");
        if text.len() >= BYTES {
            break;
        }
    }
    text
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let document = document();
    let mut checksum = 0;
    for unit in 0..n {
        let text = format!("# Edition {unit}\n\n{document}");
        let mut page = String::with_capacity(text.len() * 3 / 2);
        html::push_html(&mut page, Parser::new_ext(&text, Options::all()));
        checksum = fold_bytes(checksum, page.as_bytes());
    }
    checksum as i64
}
