//! One small module for each proposal: what it takes to see whether a configuration runs it, rather than to believe
//! what its documentation says.

/// What every probe's `run` returns, whatever its argument.
pub const RIGHT: i64 = 42;

/// A module that needs one proposal: a kernel that returns [`RIGHT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The proposal, by [`crate::module::PROPOSALS`]' names; or a name of [`OTHERS`].
    pub proposal: &'static str,
    /// The module in the text format.
    pub text: &'static str,
}

macro_rules! probe {
    ($name:literal) => {
        Probe { proposal: $name, text: include_str!(concat!("../probes/", $name, ".wat")) }
    };
}

/// Names of probes that are no proposal's: a part of reference types that some engines leave out, and what is no core
/// module.
pub const OTHERS: [&str; 2] = ["externref", "component"];

/// Every probe, the oldest proposals first.
pub const PROBES: [Probe; 22] = [
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
            let bytes = probe.wasm().expect(probe.proposal);
            match inspect(&bytes) {
                Ok(module) => {
                    let proposal =
                        if probe.proposal == "externref" { "reference-types" } else { probe.proposal };
                    let needs = module.proposals.iter().any(|name| name == proposal);
                    assert!(needs, "{} needs {:?}", probe.proposal, module.proposals);
                    assert!(
                        module.export("run").is_some() && module.imports.is_empty(),
                        "{}",
                        probe.proposal
                    );
                }
                Err(refusal) => assert_eq!((probe.proposal, refusal), ("component", Refusal::Component)),
            }
        }
    }

    #[test]
    fn the_probes_are_of_known_proposals() {
        for probe in PROBES.iter().filter(|probe| !OTHERS.contains(&probe.proposal)) {
            assert!(PROPOSALS.iter().any(|(name, _)| *name == probe.proposal), "{}", probe.proposal);
        }
    }
}
