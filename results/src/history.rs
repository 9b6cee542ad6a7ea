//! Many runs in chronological order: for each cell, the series of its values, the changes of versions and machine
//! between the runs, and the change points of the series ([`crate::statistics::change_points`]). A series never mixes
//! classes of machines. A history is for information and gates nothing.

mod digest;
mod folder;
mod gates;
mod select;
mod series;
mod settings;
mod since;

pub use digest::{Cell, Configuration, Digest, METRICS, RunFacts, Workload, keep};
pub use folder::{Folder, Stored, read, read_each};
pub use gates::{FILE as GATE_FILE, Gate, GateCell, OfGate, read as read_gate};
pub use select::Cells;
pub use series::{Change, History, Mark, Point, Series};
pub use since::Since;

/// The version of the document that `wasmark history --json` prints.
pub const SCHEMA: u32 = 1;
