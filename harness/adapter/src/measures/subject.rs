//! What is measured: a module in an engine, its entry, and how its output is checked.

use crate::{
    Entry, Failure, Host, Runtime, Value,
    protocol::{Event, Expected, Invocation, Output, Preopen},
    worker::{During, Stop},
};

/// A loaded module and what is done with it. Dropped last of all, or not at all.
pub(super) struct Subject<'a, R: Runtime> {
    pub runtime: R,
    pub module: R::Module,
    pub entry: &'a Entry,
    pub preopens: &'a [Preopen],
    pub cold: &'a Invocation,
    /// Whether no instance is called twice.
    pub single_use: bool,
}

impl<R: Runtime> Subject<'_, R> {
    /// A new instance, outside every window.
    pub fn instance(&self, host: &Host, metric: &str) -> Result<R::Instance, Stop> {
        self.runtime.instantiate(&self.module, self.entry, host).during(metric)
    }

    /// The host of an invocation and the check of its outputs.
    pub fn host<'i>(&'i self, invocation: &'i Invocation, metric: &str) -> Result<(Host, Check<'i>), Stop> {
        let host = Host::new(invocation, self.preopens).during(metric)?;
        Ok((host, Check::new(self.entry, invocation)))
    }
}

/// Checks that each call of an invocation gives the same, right output.
pub(super) struct Check<'i> {
    entry: &'i Entry,
    expected: Option<&'i Expected>,
    first: Option<Output>,
}

impl<'i> Check<'i> {
    pub fn new(entry: &'i Entry, invocation: &'i Invocation) -> Self {
        Check { entry, expected: invocation.expected.as_ref(), first: None }
    }

    /// Compares what a call returned, and for a command what it printed, with what is expected, or with the first
    /// call's where nothing is. Outside every window.
    pub fn check(
        &mut self,
        returned: Result<i64, Failure>,
        host: &mut Host,
        metric: &str,
    ) -> Result<&Output, Stop> {
        let returned = returned.map_err(|failure| host.explain(failure)).during(metric)?;
        let actual = match self.entry {
            Entry::Kernel(_) => Output::Checksum(returned),
            Entry::Command => host.output(returned as i32).during(metric)?,
            Entry::Function { result, .. } => {
                Output::Returned(result.and_then(|of| Value::from_bits(of, returned)))
            }
        };
        let expected = self.expected.cloned().or_else(|| self.first.clone().map(Expected::from));
        if let Some(expected) = expected.filter(|expected| !expected.admits(&actual)) {
            let excerpt = host.excerpt();
            return Err(Stop::Wrong(Box::new(Event::WrongOutput { expected, actual, excerpt })));
        }
        Ok(self.first.insert(actual))
    }
}
