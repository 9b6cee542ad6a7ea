//! Many runs in order of time: of each cell the series of its values, what of versions and machine changed between the runs,
//! and where the series changes ([`crate::statistics::change_points`]). Runs of different classes of machines are in no
//! series together. It is for reading, and gates nothing.

mod digest;
mod folder;
mod gates;
mod select;
mod series;
mod settings;

pub use digest::{Cell, Configuration, Digest, METRICS, RunFacts, Workload, keep};
pub use folder::{Folder, Stored, read, read_each};
pub use gates::{FILE as GATE_FILE, Gate, GateCell, OfGate, read as read_gate};
pub use select::{Cells, Since};
pub use series::{Change, History, Mark, Point, Series};

/// The version of the document that `wasmark history --json` prints.
pub const SCHEMA: u32 = 1;
