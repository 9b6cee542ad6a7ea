//! Memories that are bounded by guard pages keep what the trait promises. A process starts V8 once, so other flags have other files.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod promises;

use promises::promises;

// Not with many instances: V8's sandbox has room for the guard pages of about a hundred memories.
promises!("default", serves_on_one_thread_only);
