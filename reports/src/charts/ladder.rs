//! The cold-start ladder: how long it takes from each rung to the first result, for one workload.
//!
//! What is between two marks is the factor from one rung to the other.

use anyhow::Result;
use maud::Markup;
use wasmark_results::summary::{Cell, ColdStart, Estimate};

use super::levels::{Levels, levels};
use crate::view::View;

/// The rungs from the inside, with what each one contains.
pub const RUNGS: [(&str, &str); 5] = [
    ("reused_instance", "the call alone, on an instance that has run before"),
    (
        "fresh_instance",
        "instantiate + call + teardown with the module prepared: what a platform pays for each request",
    ),
    ("from_artifact", "engine + load of a compiled artifact + prepare + instantiate + first call"),
    ("from_wasm", "engine + compile + prepare + instantiate + first call"),
    ("process_to_result", "fork and exec of a new process, and engine calls until its first output"),
];

/// A configuration's rungs, in the order of [`RUNGS`].
pub fn rungs(start: &ColdStart) -> [Cell<Estimate>; 5] {
    [
        start.reused_instance.clone().map(|distribution| distribution.typical),
        start.fresh_instance.clone().map(|distribution| distribution.typical),
        start.from_artifact.clone(),
        start.from_wasm.clone(),
        start.process_to_result.clone(),
    ]
}

/// The chart of one workload; nothing where nothing was measured.
///
/// # Errors
/// Where plotters refuses to draw.
pub fn chart(view: &View, workload: &str, starts: &[&ColdStart]) -> Result<Markup> {
    let row = |start: &&ColdStart| Levels {
        configuration: start.configuration.clone(),
        tier: start.tier.clone(),
        values: rungs(start).to_vec(),
    };
    let label = format!(
        "Cold-start ladder of {workload}: time to the first result for each configuration, log scale"
    );
    let caption = format!(
        "{workload}. Log scale: a gap between two marks is a factor, not a duration. A mark is the median over processes, a line \
         its interval, where that is wider than the mark."
    );
    let rows: Vec<_> = starts.iter().map(row).collect();
    levels(view, (&label, &caption), &RUNGS.map(|(name, _)| name), &rows)
}
