//! The Fast JIT keeps what the trait promises.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod proposals;
mod speed;
mod worker;

use alone::Alone;
use conformance::conformance;

conformance!(Alone, "fast-jit", no artifacts);
conformance!(Alone, "fast-jit", threads);
proposals::test!("fast-jit");
speed::test!("fast-jit");
