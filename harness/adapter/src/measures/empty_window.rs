//! What the harness itself costs: a start and an end mark with nothing between them.

use super::repeat::{self, Recorder, Repeated};
use crate::{
    Failure,
    events::{During, Events, Stop},
    protocol::Samples,
};

const METRIC: &str = "empty_window";

/// Measures the empty window.
pub(super) fn measure(samples: Samples, recorder: &mut Recorder, events: &mut Events) -> Result<(), Stop> {
    repeat::emit(METRIC, recorder.fill(samples, &mut Nothing)?, events)
}

/// No call.
struct Nothing;

impl Repeated for Nothing {
    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        Ok(0)
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        returned.map(drop).during(METRIC)
    }
}
