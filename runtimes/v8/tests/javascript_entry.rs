//! Entries that JavaScript calls keep what the trait promises. A process starts V8 once, so other flags have other files.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod promises;

use promises::promises;

promises!("javascript-entry", serves_on_one_thread_only);
