//! The configurations without guard pages keep what the trait promises.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod proposals;
mod worker;

use alone::Alone;
use conformance::conformance;

mod fast_interpreter {
    use super::*;
    conformance!(Alone, "fast-interpreter-software-bounds", no artifacts);
    conformance!(Alone, "fast-interpreter-software-bounds", threads);
    conformance!(Alone, "fast-interpreter-software-bounds", [several_vectors_lose_lanes]);
    proposals::test!("fast-interpreter-software-bounds");
}

mod aot {
    use super::*;
    conformance!(Alone, "aot-software-bounds");
    conformance!(Alone, "aot-software-bounds", threads);
    proposals::test!("aot-software-bounds");
}
