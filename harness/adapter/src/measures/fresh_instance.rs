//! The rung `fresh_instance`: instantiate, call, teardown, with the module prepared. What a platform pays per request.

use super::{
    repeat::{self, Between, Recorder, Repeated, Window},
    subject::{Caller, Check, Subject},
};
use crate::{
    Entry, Failure, Host, Runtime, Value, clock,
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
    repeat::measure(METRIC, samples, &mut Fresh::new(subject, METRIC)?, recorder, events)
}

/// A new instance for each call.
pub(super) struct Fresh<'a, R: Runtime> {
    subject: &'a Subject<'a, R>,
    host: Host,
    check: Check<'a>,
    /// Of the last call in a window of its own, where the entry is wide: they went with its instance.
    results: Option<Vec<Value>>,
    metric: &'static str,
}

impl<'a, R: Runtime> Fresh<'a, R> {
    /// Instances that are called as in the cold start.
    pub fn new(subject: &'a Subject<'a, R>, metric: &'static str) -> Result<Self, Stop> {
        let Caller { host, check } = subject.caller(subject.cold, metric)?;
        Ok(Fresh { subject, host, check, results: None, metric })
    }
}

impl<R: Runtime> Fresh<'_, R> {
    /// Makes an instance and calls it. Drops it after `read`.
    #[inline(always)]
    fn call(&self, read: impl FnOnce(&R::Instance)) -> Result<i64, Failure> {
        let Subject { runtime, prepared, cold, .. } = self.subject;
        // It stays where it was made: some instances are a kilobyte, and to move one takes a tenth of its time.
        match &mut runtime.instantiate(prepared, &self.host) {
            Ok(instance) => {
                let returned = R::call(instance, cold.argument);
                read(instance);
                returned
            }
            Err(failure) => Err(failure.clone()),
        }
    }

    /// A window with an entry whose results are read from its instance, while no time is taken.
    fn single_wide(&mut self) -> Window {
        let (mut results, mut pause_ns) = (None, 0);
        let window = Window::of(|| {
            self.call(|instance| {
                let stop = clock::wall_ns();
                results = Some(R::results(instance));
                pause_ns = clock::wall_ns() - stop;
            })
        });
        self.results = results;
        Window { pause_ns, ..window }
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
    fn single(&mut self) -> Result<Window, Stop> {
        if self.subject.entry.is_wide() {
            return Ok(self.single_wide());
        }
        self.prepare()?;
        Ok(Window::of(|| self.once()))
    }

    /// A command's output is what it printed, and wide results are not in what a call returns.
    fn can_wait(&self) -> bool {
        self.between() == Between::Nothing && !self.subject.entry.is_wide()
    }

    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        self.call(|_| ())
    }

    #[inline(always)]
    fn goes_on(&self, returned: &Result<i64, Failure>) -> bool {
        self.check.ends_well(returned)
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        let results = self.results.take();
        if results.is_none() && self.subject.entry.is_wide() && self.check.ends_well(&returned) {
            // The results went with the instance; those of each single window were right.
            return Ok(());
        }
        self.check.check(returned, results.unwrap_or_default(), &mut self.host, self.metric).map(drop)
    }
}
