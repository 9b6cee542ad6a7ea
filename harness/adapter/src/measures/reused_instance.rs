//! The rung `reused_instance`: a call of a live instance, and nothing else.

use super::{
    repeat::{self, Recorder, Repeated},
    subject::{Caller, Check, Subject, wide},
};
use crate::{
    Entry, Failure, Host, Runtime,
    events::{Events, Stop},
    protocol::{Event, Invocation, Samples},
};

const METRIC: &str = "reused_instance";

/// Measures the rung. An instance that is called once has none, and what traps has `time_to_trap`.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    samples: Samples,
    recorder: &mut Recorder,
    events: &mut Events,
) -> Result<(), Stop> {
    if let Some(reason) = refusal(subject) {
        events.emit(&Event::Unsupported { metric: METRIC.into(), reason: reason.into() });
        return Ok(());
    }
    let mut reused = Reused::new(subject, subject.cold, METRIC)?;
    repeat::measure(METRIC, samples, &mut reused, recorder, events)
}

/// Why no instance is called twice, if none is.
pub(super) fn refusal<R: Runtime>(subject: &Subject<'_, R>) -> Option<&'static str> {
    match (subject.entry, Check::new(subject.entry, subject.cold).trap()) {
        (Entry::Command, _) => Some("a command ends with its call"),
        (_, Some(_)) => Some("the call traps: its time is time_to_trap"),
        _ if subject.single_use => Some("each call has an instance of its own"),
        _ => None,
    }
}

/// Calls of one instance.
pub(super) struct Reused<'a, R: Runtime> {
    entry: &'a Entry,
    argument: i32,
    instance: R::Instance,
    host: Host,
    pub check: Check<'a>,
    metric: &'static str,
}

impl<'a, R: Runtime> Reused<'a, R> {
    /// A new instance, to be called as the invocation states.
    pub fn new(
        subject: &'a Subject<'a, R>,
        invocation: &'a Invocation,
        metric: &'static str,
    ) -> Result<Self, Stop> {
        let Caller { host, check } = subject.caller(invocation, metric)?;
        let instance = subject.instance(&host, metric)?;
        Ok(Reused { entry: subject.entry, argument: invocation.argument, instance, host, check, metric })
    }
}

impl<R: Runtime> Repeated for Reused<'_, R> {
    #[inline(always)]
    fn once(&mut self) -> Result<i64, Failure> {
        R::call(&mut self.instance, self.argument)
    }

    /// Wide results are those of the instance's last call.
    fn can_wait(&self) -> bool {
        !self.entry.is_wide()
    }

    fn check(&mut self, returned: Result<i64, Failure>) -> Result<(), Stop> {
        let wide = wide::<R>(self.entry, &self.instance);
        self.check.check(returned, wide, &mut self.host, self.metric).map(drop)
    }
}
