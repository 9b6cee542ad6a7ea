//! The LLVM JIT keeps what the trait promises.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod proposals;
mod speed;
mod worker;

use alone::Alone;
use conformance::conformance;

conformance!(Alone, "llvm-jit", no artifacts);
conformance!(Alone, "llvm-jit", threads);
conformance!(Alone, "llvm-jit", [several_vectors_come_back_in_order]);
proposals::test!("llvm-jit");
speed::test!("llvm-jit");
