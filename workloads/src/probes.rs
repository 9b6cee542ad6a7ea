//! Small modules that show whether a configuration runs a proposal, and how far it goes, rather than to believe what its
//! documentation states.

use crate::module::WASI_THREADS;

/// What every probe's `run` returns, whatever its argument.
pub const RIGHT: i64 = 42;

/// A kernel that shows one thing. A proposal's needs it, and returns [`RIGHT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What it shows: a proposal, by [`crate::module::PROPOSALS`]' names, one of [`OTHERS`], or a limit.
    pub name: &'static str,
    /// The module in the text format.
    pub text: &'static str,
}

macro_rules! probe {
    ($name:literal) => {
        Probe { name: $name, text: include_str!(concat!("../probes/", $name, ".wat")) }
    };
}

/// Names of probes that are no proposal's of WebAssembly: a part of reference types that some engines leave out, WASI's
/// threads, and what is no core module.
pub const OTHERS: [&str; 3] = ["externref", WASI_THREADS, "component"];

/// Every proposal's probe, the oldest proposals first.
pub const PROBES: [Probe; 23] = [
    probe!("mutable-global"),
    probe!("saturating-float-to-int"),
    probe!("sign-extension"),
    probe!("multi-value"),
    probe!("bulk-memory"),
    probe!("reference-types"),
    probe!("externref"),
    probe!("simd"),
    probe!("relaxed-simd"),
    probe!("extended-const"),
    probe!("tail-call"),
    probe!("threads"),
    probe!("wasi-threads"),
    probe!("multi-memory"),
    probe!("memory64"),
    probe!("exceptions"),
    probe!("legacy-exceptions"),
    probe!("function-references"),
    probe!("gc"),
    probe!("wide-arithmetic"),
    probe!("custom-page-sizes"),
    probe!("stack-switching"),
    probe!("component"),
];

/// Calls itself as often as its argument states; what it returns means nothing.
pub const STACK_DEPTH: Probe = probe!("stack_depth");
/// Returns how many pages its memory had when no more were given.
pub const MEMORY: Probe = probe!("memory");
/// Does nothing, with a memory of one page.
pub const INSTANCES: Probe = probe!("instances");

impl Probe {
    /// The module's bytes.
    ///
    /// # Errors
    /// Where the text is none that this version of the text format's reader knows.
    pub fn wasm(&self) -> Result<Vec<u8>, wat::Error> {
        wat::parse_str(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Refusal, inspect, module::PROPOSALS};

    #[test]
    fn each_probe_needs_its_proposal() {
        for probe in PROBES {
            let bytes = probe.wasm().expect(probe.name);
            match inspect(&bytes) {
                Ok(module) => {
                    let proposal = if probe.name == "externref" { "reference-types" } else { probe.name };
                    let needs = module.proposals.iter().any(|name| name == proposal);
                    assert!(needs, "{} needs {:?}", probe.name, module.proposals);
                    let complete = module.unprovided().next().is_none();
                    assert!(module.export("run").is_some() && complete, "{}", probe.name);
                }
                Err(refusal) => assert_eq!((probe.name, refusal), ("component", Refusal::Component)),
            }
        }
    }

    #[test]
    fn the_probes_are_of_known_proposals() {
        for probe in PROBES.iter().filter(|probe| !OTHERS.contains(&probe.name)) {
            assert!(PROPOSALS.iter().any(|(name, _)| *name == probe.name), "{}", probe.name);
        }
    }
}
