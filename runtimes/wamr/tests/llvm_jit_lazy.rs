//! The lazy LLVM JIT runs a kernel. It keeps the trait's other promises, too, but only a process that loads one module
//! may ask: WAMR compiles in a thread beside the calls, and in a process that loads one module after another that
//! thread now and then crashes, or never ends. A worker loads one. `wasmark check` asks in a process for each workload.

mod alone;
#[path = "../../conformance/mod.rs"]
mod conformance;
mod worker;

use alone::Alone;
use conformance::conformance;

conformance!(Alone, "llvm-jit-lazy", [describes_what_it_does, serves_on_one_thread_only]);
