//! What the harness itself costs: a start and an end mark with nothing between them.

use super::repeat;
use crate::{
    clock,
    events::{Events, Stop},
    protocol::Samples,
};

const METRIC: &str = "empty_window";

/// Measures the empty window.
pub(super) fn measure(samples: Samples, events: &mut Events) -> Result<(), Stop> {
    let histogram = repeat::histogram(METRIC, samples, || {
        let start = clock::wall_ns();
        Ok(clock::wall_ns() - start)
    })?;
    repeat::emit(METRIC, &histogram, events)
}
