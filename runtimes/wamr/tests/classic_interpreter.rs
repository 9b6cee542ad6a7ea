//! The classic interpreter keeps what the trait promises.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod proposals;
mod worker;

use alone::Alone;
use conformance::conformance;

// Loading only checks a module, which costs no more than making an instance.
conformance!(Alone, "classic-interpreter", no artifacts, nothing compiled);
conformance!(Alone, "classic-interpreter", threads);
proposals::test!("classic-interpreter");
