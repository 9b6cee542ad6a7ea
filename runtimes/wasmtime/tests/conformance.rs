//! Both configurations keep what the trait promises.

#[path = "../../conformance.rs"]
mod conformance;

use conformance::conformance;
use wasmark_wasmtime::Wasmtime;

mod on_demand {
    use super::*;
    conformance!(Wasmtime, "on-demand");
}

mod pooling {
    use super::*;
    conformance!(Wasmtime, "pooling");
}
