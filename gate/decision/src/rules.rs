//! What counts as slower, and how sure one has to be: data.

use serde::Serialize;

/// The rules for one metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rules {
    /// The test asks whether the median ratio is more than 1 + this.
    pub margin: f64,
    /// The screen clears a cell whose median ratio is at most 1 + this.
    pub screen: f64,
    /// A cell is `ok` where the upper bound of its median ratio is below 1 + this.
    pub tolerable: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { margin: 0.01, screen: 0.02, tolerable: 0.05 }
    }
}

/// How much is measured, and how often the gate may cry wolf.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Design {
    /// Pairs of each cell in the screen.
    pub screen_rounds: u32,
    /// Fresh pairs of each flagged cell.
    pub confirm_pairs: u32,
    /// The probability that a run without a regression reports one.
    pub alpha: f64,
}

impl Default for Design {
    fn default() -> Design {
        // On the same stored pairs these find more than 8 and 40, for half as much time again (docs/FINDINGS.md).
        Design { screen_rounds: 16, confirm_pairs: 60, alpha: 0.01 }
    }
}
