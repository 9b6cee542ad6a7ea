//! The rung `fresh_instance`: instantiate, call, teardown, with the module prepared. What a platform pays per request.

use super::{
    repeat::{self, Between, Recorder, Repeated},
    subject::{Caller, Check, Subject},
};
use crate::{
    Entry, Failure, Host, Runtime, clock,
    events::{During, Events, Stop},
    protocol::Samples,
};

const METRIC: &str = "fresh_instance";

/// Measures the rung.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    let Subject { runtime, prepared, entry, cold, .. } = subject;
    let Caller { mut host, mut check } = subject.caller(cold, METRIC)?;
    let (command, wide) = (**entry == Entry::Command, entry.is_wide());
    let histogram = recorder.fill(samples, || {
        if command {
            host.reset().during(METRIC)?;
        }
        let start = clock::wall_ns();
        // It stays where it was made: some instances are a kilobyte, and to move one takes a tenth of its time.
        let mut made = runtime.instantiate(prepared, &host);
        let Ok(instance) = &mut made else { return made.map(|_| 0).during(METRIC) };
        let returned = R::call(instance, cold.argument);
        // Wide results go with their instance: they are read while no time is taken.
        let (mut results, mut pause) = (Vec::new(), 0);
        if wide {
            let stop = clock::wall_ns();
            results = R::results(instance);
            pause = clock::wall_ns() - stop;
        }
        drop(made);
        let elapsed = clock::wall_ns() - start - pause;
        check.check(returned, results, &mut host, METRIC)?;
        Ok(elapsed)
    })?;
    repeat::emit(METRIC, histogram, events)?;
    let typical_ns = histogram.value_at_quantile(0.5);
    repeat::blocks(METRIC, typical_ns, &mut Fresh { subject, host, check, metric: METRIC }, events)
}

/// A new instance for each call.
pub(super) struct Fresh<'a, R: Runtime> {
    subject: &'a Subject<'a, R>,
    host: Host,
    check: Check<'a>,
    metric: &'static str,
}

impl<'a, R: Runtime> Fresh<'a, R> {
    /// Instances that are called as in the cold start.
    pub fn new(subject: &'a Subject<'a, R>, metric: &'static str) -> Result<Self, Stop> {
        let Caller { host, check } = subject.caller(subject.cold, metric)?;
        Ok(Fresh { subject, host, check, metric })
    }
}

impl<R: Runtime> Repeated for Fresh<'_, R> {
    fn between(&self) -> Between {
        match self.subject.entry {
            Entry::Command => Between::Preparation,
            Entry::Kernel(_) | Entry::Function { .. } => Between::Nothing,
        }
    }

    fn prepare(&mut self) -> Result<(), Stop> {
        match self.subject.entry {
            Entry::Command => self.host.reset().during(self.metric),
            Entry::Kernel(_) | Entry::Function { .. } => Ok(()),
        }
    }

    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        let Subject { runtime, prepared, cold, .. } = self.subject;
        match &mut runtime.instantiate(prepared, &self.host) {
            Ok(instance) => R::call(instance, cold.argument),
            Err(failure) => Err(failure.clone()),
        }
    }

    #[inline(always)]
    fn goes_on(&self, returned: &Result<i64, Failure>) -> bool {
        self.check.ends_well(returned)
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        if self.subject.entry.is_wide() && self.check.ends_well(&returned) {
            // The results went with the instance; those of each single window were right.
            return Ok(());
        }
        self.check.check(returned, Vec::new(), &mut self.host, self.metric).map(drop)
    }
}
