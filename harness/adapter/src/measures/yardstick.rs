//! What machine code needs for a fixed piece of work in this very process: the measure by which the same work in a
//! module shows whether it was compiled or interpreted.

use super::repeat;
use crate::{
    clock,
    protocol::Samples,
    worker::{Events, Stop},
};

const METRIC: &str = "yardstick";
/// How deep the recursion goes: about 28,000 calls, a tenth of a millisecond.
const DEPTH: u32 = 20;

/// Times the work.
pub(super) fn measure(samples: Samples, events: &mut Events) -> Result<(), Stop> {
    let histogram = repeat::histogram(METRIC, samples, || {
        let start = clock::wall_ns();
        std::hint::black_box(fib(std::hint::black_box(DEPTH)));
        Ok(clock::wall_ns() - start)
    })?;
    repeat::emit(METRIC, &histogram, events)
}

/// Not turned into a loop, as the module's is not: the second call goes through a pointer that the compiler cannot see.
fn fib(n: u32) -> u64 {
    let again: fn(u32) -> u64 = std::hint::black_box(fib);
    if n < 2 { u64::from(n) } else { fib(n - 1) + again(n - 2) }
}
