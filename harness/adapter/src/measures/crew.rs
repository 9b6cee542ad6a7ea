//! Threads that serve requests in parallel; each has its own instances of code that all of them share.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{
            AtomicBool, AtomicU32, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread::{Builder, scope, sleep},
    time::Duration,
};

use super::{repeat::Repeated, reused_instance, subject::Subject};
use crate::{
    Failure, FailureKind, Runtime, clock,
    events::{During, Events, Stop, panicked},
    marks, probes,
    protocol::{Event, Expected, Invocation, Requests},
};

/// How long after the last thread is ready all of them begin, in nanoseconds: long enough for each to wake up.
const HEAD_START_NS: u64 = 200_000;
/// How often a thread that is ready looks for the others.
const LOOK: Duration = Duration::from_micros(50);
/// The stack of a thread where the runtime states none: as much as a process's main thread usually has.
const STACK: usize = 8 << 20;
/// Requests of each thread before it is ready, unless they take longer than so many nanoseconds.
const WARMUPS: u32 = 8;
const WARMUP_NS: u64 = 20_000_000;

/// Threads that serve requests in parallel.
pub(super) struct Crew<'s, 'a, R: Runtime> {
    subject: &'s Subject<'a, R>,
    /// What each thread joins with.
    shared: R::Shared,
    metric: &'static str,
}

/// The crew that serves such requests; none, and a reported reason, where the configuration or the workload has no such
/// requests.
pub(super) fn muster<'s, 'a, R: Runtime>(
    subject: &'s Subject<'a, R>,
    requests: Requests,
    metric: &'static str,
    events: &mut Events,
) -> Result<Option<Crew<'s, 'a, R>>, Stop> {
    let refused = reused_instance::refusal(subject).filter(|_| requests == Requests::Reused);
    let refused = refused.map(|reason| Failure::unsupported(reason.to_owned()));
    let shared = refused.map_or_else(|| subject.runtime.share(&subject.prepared), Err);
    match shared {
        Ok(shared) => Ok(Some(Crew { subject, shared, metric })),
        Err(Failure { kind: FailureKind::Unsupported, message }) => {
            events.emit(&Event::Unsupported { metric: metric.into(), reason: message });
            Ok(None)
        }
        Err(failure) => Err(failure).during(metric),
    }
}

impl<R: Runtime> Crew<'_, '_, R> {
    /// Has so many threads join and do `work` at the same time: each waits at the gate once it is ready. What each made of
    /// it, or what first went wrong in any of them.
    pub fn together<T: Send>(
        &self,
        threads: u32,
        work: impl Fn(&Subject<'_, R>, &Gate) -> Result<T, Stop> + Sync,
    ) -> Result<Vec<T>, Stop> {
        let Crew { subject, shared, metric } = self;
        let metric = *metric;
        let gate = Gate {
            threads,
            ready: AtomicU32::new(0),
            start_ns: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            wrong: Mutex::new(None),
        };
        let Subject { entry, preopens, cold, single_use, .. } = **subject;
        // What the process's first call gave back is right for every thread.
        let expected = cold.expected.clone().or_else(|| subject.output.clone().map(Expected::from));
        let cold = &Invocation { expected, ..cold.clone() };
        let all = std::thread::available_parallelism().is_ok_and(|cpus| threads as usize >= cpus.get());
        marks::ignore();
        let serve = || {
            if all {
                probes::ordinary();
            }
            let served = catch_unwind(AssertUnwindSafe(|| {
                let (runtime, prepared) = R::join(shared, entry).during(metric)?;
                work(&Subject { prepared, runtime, entry, preopens, cold, single_use, output: None }, &gate)
            }));
            served
                .unwrap_or_else(|panic| Err(panicked(metric, &*panic)))
                .map_err(|stop| gate.close(stop))
                .ok()
        };
        let done = scope(|scope| {
            let mut handles = Vec::with_capacity(threads as usize);
            for _ in 0..threads {
                let builder = Builder::new().stack_size(R::STACK.unwrap_or(STACK));
                match builder.spawn_scoped(scope, serve) {
                    Ok(handle) => handles.push(handle),
                    Err(problem) => gate.close(Stop::Failed(metric.into(), problem.into())),
                }
            }
            handles.into_iter().filter_map(|handle| handle.join().ok().flatten()).collect()
        });
        match gate.wrong.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(stop) => Err(stop),
            None => Ok(done),
        }
    }
}

/// Requests before a thread is ready; the least time that one of them took, in nanoseconds.
pub(super) fn warm_up(server: &mut impl Repeated) -> Result<u64, Stop> {
    let (mut least, begin) = (u64::MAX, clock::wall_ns());
    for _ in 0..WARMUPS {
        server.prepare()?;
        let start = clock::wall_ns();
        let returned = server.once();
        let end = clock::wall_ns();
        server.check(returned)?;
        least = least.min(end - start);
        if end - begin > WARMUP_NS {
            break;
        }
    }
    server.prepare()?;
    Ok(least)
}

/// The time in nanoseconds in which threads serve so many requests together, of the rates of each, in requests a
/// nanosecond: a thread that ended a long request earlier than another was not idle.
pub(super) fn wall_ns(served: u64, rates: f64) -> u64 {
    (served as f64 / rates.max(f64::MIN_POSITIVE)) as u64
}

/// Where threads wait for each other.
pub(super) struct Gate {
    threads: u32,
    ready: AtomicU32,
    /// When all begin; 0 until then.
    start_ns: AtomicU64,
    /// Whether something went wrong: asked for by every request, so no lock.
    closed: AtomicBool,
    /// What first did.
    wrong: Mutex<Option<Stop>>,
}

impl Gate {
    /// Waits until every thread is ready, and returns when all begin.
    ///
    /// # Errors
    /// Where another thread ended before it was ready.
    pub fn wait(&self, metric: &str) -> Result<u64, Stop> {
        if self.ready.fetch_add(1, SeqCst) + 1 == self.threads {
            self.start_ns.store(clock::wall_ns() + HEAD_START_NS, SeqCst);
        }
        loop {
            match self.start_ns.load(SeqCst) {
                0 if self.closed() => {
                    return Err(Stop::Failed(metric.into(), Failure::engine("another thread failed")));
                }
                0 => sleep(LOOK),
                start => {
                    clock::wait_until(start);
                    return Ok(start);
                }
            }
        }
    }

    /// Whether something went wrong in a thread: the others need not go on.
    pub fn closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    fn close(&self, stop: Stop) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(stop);
        self.closed.store(true, Relaxed);
    }
}
