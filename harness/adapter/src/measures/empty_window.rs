//! What the harness itself costs: a start and an end mark with nothing between them.

use super::repeat::{self, Recorder};
use crate::{
    clock,
    events::{Events, Stop},
    protocol::Samples,
};

const METRIC: &str = "empty_window";

/// Measures the empty window.
pub(super) fn measure(samples: Samples, recorder: &mut Recorder, events: &mut Events) -> Result<(), Stop> {
    let histogram = recorder.fill(samples, || {
        let start = clock::wall_ns();
        Ok(clock::wall_ns() - start)
    })?;
    repeat::emit(METRIC, histogram, events)
}
