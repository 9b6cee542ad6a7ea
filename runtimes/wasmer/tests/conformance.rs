//! The adapter keeps what the trait promises.

#[path = "../../conformance.rs"]
mod conformance;

use conformance::conformance;
use wasmark_wasmer::Wasmer;

conformance!(Wasmer, "cranelift");
