//! The configurations with V8's default flags keep what the trait promises, but that functions are compiled when they are called. A process starts V8 once, so other flags have other files.

mod alone;
#[allow(dead_code, reason = "not every promise is this configuration's")]
#[path = "../../conformance.rs"]
mod conformance;
mod promises;

use promises::promises;

mod default {
    use super::*;
    promises!("default");
}

mod context_per_instance {
    use super::*;
    promises!("context-per-instance");
}

mod isolate_per_instance {
    use super::*;
    promises!("isolate-per-instance");
}
