//! What the specification requires of cases in which compilers go wrong: each a small module, what is given to it, and
//! what may come of it. Most are in the words of the official test suite's assertions, one for each process.
//!
//! A case is a file in the text format whose first lines are comments: what it shows, then `argument:` (zero without
//! one) and one `expect:` for each outcome that is right.

use std::fmt;

use serde::{Deserialize, de::value};
use wasmark_adapter::TrapKind;

use crate::{Error, Result};

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// What it shows, as sentences.
    pub about: String,
    /// What its `run` is called with.
    pub argument: i32,
    /// The outcomes that are right; never empty.
    pub allowed: Vec<Allowed>,
    text: &'static str,
}

/// One outcome that is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Both calls return this.
    Returns(i64),
    /// A trap of this kind, when the module is instantiated or called.
    Traps(TrapKind),
    /// A trap of any kind: engines have none for it in common.
    TrapsSomehow,
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowed::Returns(value) => write!(f, "{}", Returned(*value)),
            Allowed::Traps(kind) => write!(f, "trap: {}", kind.words()),
            Allowed::TrapsSomehow => f.write_str("a trap"),
        }
    }
}

/// A value that a case returned, for people: bits as such.
#[derive(Clone, Copy, Debug)]
pub struct Returned(pub i64);

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            small @ -65_536..=65_536 => write!(f, "returned {small}"),
            bits => write!(f, "returned {bits:#x}"),
        }
    }
}

macro_rules! case {
    ($name:literal) => {
        ($name, include_str!(concat!("../probes/semantics/", $name, ".wat")))
    };
}

/// The cases' names and texts, by name.
const TEXTS: [(&str, &str); 117] = [
    case!("address-last-byte"),
    case!("address-wraps"),
    case!("branch-table-default"),
    case!("conversion-saturates"),
    case!("count-zeros-of-zero"),
    case!("data-segment-empty-at-end"),
    case!("data-segment-empty-outside"),
    case!("data-segment-outside"),
    case!("data-segments-overlap"),
    case!("dead-conversion-nan"),
    case!("dead-conversion-overflow"),
    case!("dead-division-by-zero"),
    case!("dead-division-by-zero-constant"),
    case!("dead-division-overflow"),
    case!("dead-division-overflow-i64"),
    case!("dead-gc-array"),
    case!("dead-gc-null"),
    case!("dead-load-4gib"),
    case!("dead-load-argument"),
    case!("dead-load-callee"),
    case!("dead-load-constant"),
    case!("dead-load-just-outside"),
    case!("dead-load-local"),
    case!("dead-load-loop"),
    case!("dead-load-memory64"),
    case!("dead-load-memory64-offset"),
    case!("dead-load-multiplied"),
    case!("dead-load-narrow"),
    case!("dead-load-offset"),
    case!("dead-load-select"),
    case!("dead-load-v128"),
    case!("dead-load-v128-lane"),
    case!("dead-remainder-by-zero"),
    case!("dead-store"),
    case!("dead-store-just-outside"),
    case!("dead-store-same-value"),
    case!("dead-table-get"),
    case!("edge-copy-length"),
    case!("edge-copy-nothing"),
    case!("edge-copy-nothing-behind"),
    case!("edge-copy-nothing-from-behind"),
    case!("edge-copy-overlap-down"),
    case!("edge-copy-overlap-up"),
    case!("edge-fill-byte"),
    case!("edge-fill-nothing"),
    case!("edge-fill-nothing-behind"),
    case!("edge-init-dropped"),
    case!("edge-init-nothing"),
    case!("edge-init-nothing-behind"),
    case!("edge-table-copy-nothing"),
    case!("edge-table-copy-nothing-behind"),
    case!("edge-table-fill-behind"),
    case!("edge-table-init-dropped"),
    case!("element-segment-outside"),
    case!("float-add-zero"),
    case!("float-convert-rounding"),
    case!("float-nearest-even"),
    case!("float-not-fused"),
    case!("float-not-reassociated"),
    case!("float-subnormal"),
    case!("float-zero-minimum"),
    case!("grow-beyond-4gib"),
    case!("grow-keeps"),
    case!("grow-load-behind"),
    case!("grow-negative"),
    case!("grow-table"),
    case!("grow-to-maximum"),
    case!("grow-zeros"),
    case!("indirect-equal-types"),
    case!("indirect-negative"),
    case!("indirect-null"),
    case!("indirect-other-type"),
    case!("indirect-outside"),
    case!("locals-begin-with-zeros"),
    case!("memory-begins-with-zeros"),
    case!("nan-bits-call"),
    case!("nan-bits-constant"),
    case!("nan-bits-load"),
    case!("nan-bits-sign"),
    case!("nan-canonical"),
    case!("nan-compare"),
    case!("nan-quiet-add"),
    case!("nan-quiet-divide-by-one"),
    case!("nan-quiet-minimum"),
    case!("nan-quiet-multiply-by-one"),
    case!("nan-quiet-promote"),
    case!("nan-quiet-round"),
    case!("nan-quiet-subtract-zero"),
    case!("order-division-before-load"),
    case!("order-store-address"),
    case!("order-trap-before-unreachable"),
    case!("remainder-of-overflow"),
    case!("results-of-vectors"),
    case!("shift-count-constant"),
    case!("shift-count-i32"),
    case!("shift-count-i64"),
    case!("shift-count-v128"),
    case!("sign-extension-narrow"),
    case!("stack-exhausted"),
    case!("stack-exhausted-in-store"),
    case!("stack-exhausted-indirect"),
    case!("stack-tail-calls"),
    case!("start-function"),
    case!("trap-copy-nothing-written"),
    case!("trap-fill-nothing-written"),
    case!("trap-not-caught"),
    case!("trap-store-nothing-written"),
    case!("trap-table-nothing-written"),
    case!("unaligned-atomic"),
    case!("unaligned-f64"),
    case!("unaligned-i32"),
    case!("unaligned-i64"),
    case!("unaligned-v128"),
    case!("vector-conversion-nan"),
    case!("vector-minimum-zero"),
    case!("vector-saturates"),
    case!("vector-swizzle-outside"),
];

/// Every case, by name.
///
/// # Errors
/// Where the comments of a case are none that this reads; a test excludes it.
pub fn cases() -> Result<Vec<Case>> {
    TEXTS.iter().map(|(name, text)| read(name, text)).collect()
}

impl Case {
    /// The module's bytes.
    ///
    /// # Errors
    /// Where the text is none that this version of the text format's reader knows.
    pub fn wasm(&self) -> Result<Vec<u8>, wat::Error> {
        wat::parse_str(self.text)
    }

    /// The text: whatever is kept of a case is of this text.
    #[must_use]
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// Everything that is right, for people.
    #[must_use]
    pub fn expectation(&self) -> String {
        let words: Vec<String> = self.allowed.iter().map(Allowed::to_string).collect();
        words.join(", or ")
    }
}

fn read(name: &'static str, text: &'static str) -> Result<Case> {
    let mut case = Case { name, about: String::new(), argument: 0, allowed: Vec::new(), text };
    for line in text.lines().map_while(|line| line.strip_prefix(";; ")) {
        let wrong = || Error::CaseComment { case: name, line };
        if let Some(argument) = line.strip_prefix("argument: ") {
            case.argument = argument.parse().map_err(|_| wrong())?;
        } else if let Some(outcome) = line.strip_prefix("expect: ") {
            case.allowed.push(allowed(outcome).ok_or_else(wrong)?);
        } else {
            let space = if case.about.is_empty() { "" } else { " " };
            case.about.push_str(space);
            case.about.push_str(line);
        }
    }
    if case.allowed.is_empty() || case.about.is_empty() {
        return Err(Error::CaseIncomplete(name));
    }
    Ok(case)
}

/// `trap`, `trap KIND` in the protocol's words, a number, or bits in hexadecimal.
fn allowed(text: &str) -> Option<Allowed> {
    let kind = |name| TrapKind::deserialize(value::StrDeserializer::<value::Error>::new(name)).ok();
    match text.split_once(' ') {
        Some(("trap", name)) => kind(name).map(Allowed::Traps),
        None if text == "trap" => Some(Allowed::TrapsSomehow),
        _ => {
            let bits = |digits| u64::from_str_radix(digits, 16).ok().map(u64::cast_signed);
            let value = text.strip_prefix("0x").map_or_else(|| text.parse().ok(), bits);
            value.map(Allowed::Returns)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::inspect;

    #[test]
    fn every_file_is_a_case_and_every_case_a_kernel() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("probes/semantics");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("a file").path().file_stem().expect("a name").display().to_string())
            .collect();
        let cases = cases().expect("cases");
        assert_eq!(files, cases.iter().map(|case| case.name.to_owned()).collect());
        for case in cases {
            let module = inspect(&case.wasm().expect(case.name)).expect(case.name);
            let run = module.export("run").map(ToString::to_string);
            assert_eq!(run.as_deref(), Some("a function (i32) -> (i64)"), "{}", case.name);
            assert!(module.imports.is_empty(), "{}", case.name);
        }
    }

    #[test]
    fn comments_say_what_is_right() {
        let text = ";; One.\n;; Two.\n;; argument: -8\n;; expect: trap divide_by_zero\n;; expect: 0xffffffffffffffff\n(module)";
        let case = read("x", text).expect("a case");
        assert_eq!((case.about.as_str(), case.argument), ("One. Two.", -8));
        assert_eq!(case.allowed, [Allowed::Traps(TrapKind::DivideByZero), Allowed::Returns(-1)]);
        assert_eq!(case.expectation(), "trap: divide by zero, or returned -1");
        for wrong in [";; One.\n(module)", ";; One.\n;; expect: trap by_itself\n", ";; expect: 7\n(module)"] {
            assert!(read("x", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_load_that_nothing_uses_has_to_trap() {
        let cases = cases().expect("cases");
        let case = cases.iter().find(|case| case.name == "dead-load-constant").expect("the case");
        assert_eq!(case.allowed, [Allowed::Traps(TrapKind::MemoryOutOfBounds)]);
        assert!(case.text().contains("(drop (i32.load (i32.const -8)))"));
    }
}
