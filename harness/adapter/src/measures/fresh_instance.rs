//! The rung `fresh_instance`: instantiate, call, teardown, with the module loaded. What a platform pays per request.

use super::{
    repeat::{self, Between},
    subject::Subject,
};
use crate::{
    Entry, Runtime, clock,
    protocol::Samples,
    worker::{During, Events, Stop},
};

const METRIC: &str = "fresh_instance";

/// Measures the rung.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    events: &mut Events,
) -> Result<(), Stop> {
    let Subject { runtime, module, entry, cold, .. } = subject;
    let (mut host, mut check) = subject.host(cold, METRIC)?;
    let command = **entry == Entry::Command;
    let histogram = repeat::histogram(METRIC, samples, || {
        if command {
            host.reset().during(METRIC)?;
        }
        let start = clock::wall_ns();
        let mut instance = runtime.instantiate(module, entry, &host).during(METRIC)?;
        let returned = R::call(&mut instance, cold.argument);
        drop(instance);
        let elapsed = clock::wall_ns() - start;
        check.check(returned, &mut host, METRIC)?;
        Ok(elapsed)
    })?;
    repeat::emit(METRIC, &histogram, events)?;

    let between = if command { Between::Preparation } else { Between::Nothing };
    let typical = (between, histogram.value_at_quantile(0.5));
    // The host is shared by turns: made ready before a block, read inside it.
    let host = std::cell::RefCell::new(host);
    let prepare = || if command { host.borrow_mut().reset().during(METRIC) } else { Ok(()) };
    let operation = || {
        let mut instance = runtime.instantiate(module, entry, &host.borrow())?;
        R::call(&mut instance, cold.argument)
    };
    let check = |returned| check.check(returned, &mut host.borrow_mut(), METRIC).map(drop);
    repeat::blocks(METRIC, typical, prepare, operation, check, events)
}
