//! Threads that serve requests beside each other, each with instances of its own of code that all share.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering::SeqCst},
    },
    thread::{Builder, scope, sleep},
    time::Duration,
};

use super::{reused_instance, subject::Subject};
use crate::{
    Failure, FailureKind, Runtime, clock,
    protocol::{Event, Requests},
    worker::{During, Events, Stop},
};

/// How long after the last thread is ready all of them begin, in nanoseconds: long enough for each to wake up.
const HEAD_START_NS: u64 = 200_000;
/// How often a thread that is ready looks for the others.
const LOOK: Duration = Duration::from_micros(50);

/// What further threads join with; nothing, and a reported reason, where the configuration or the workload has no such
/// requests.
pub(super) fn muster<R: Runtime>(
    subject: &Subject<'_, R>,
    (requests, metric): (Requests, &str),
    events: &mut Events,
) -> Result<Option<R::Shared>, Stop> {
    let refused = reused_instance::refusal(subject).filter(|_| requests == Requests::Reused);
    let refused = refused.map(|reason| Failure::unsupported(reason.to_owned()));
    let shared = refused.map_or_else(|| subject.runtime.share(&subject.module), Err);
    match shared {
        Ok(shared) => Ok(Some(shared)),
        Err(Failure { kind: FailureKind::Unsupported, message }) => {
            events.emit(&Event::Unsupported { metric: metric.into(), reason: message });
            Ok(None)
        }
        Err(failure) => Err(failure).during(metric),
    }
}

/// Has so many threads join and do `work` at the same time: each waits at the gate once it is ready. What each made of
/// it, or what first went wrong in any of them.
pub(super) fn together<R: Runtime, T: Send>(
    subject: &Subject<'_, R>,
    shared: &R::Shared,
    (threads, metric): (u32, &str),
    work: impl Fn(&Subject<'_, R>, &Gate) -> Result<T, Stop> + Sync,
) -> Result<Vec<T>, Stop> {
    let gate =
        Gate { threads, ready: AtomicU32::new(0), start_ns: AtomicU64::new(0), wrong: Mutex::new(None) };
    let Subject { entry, preopens, cold, single_use, .. } = *subject;
    let serve = || {
        let served = R::join(shared).during(metric).and_then(|(runtime, module)| {
            work(&Subject { module, runtime, entry, preopens, cold, single_use }, &gate)
        });
        served.map_err(|stop| gate.close(stop)).ok()
    };
    let done = scope(|scope| {
        let mut handles = Vec::with_capacity(threads as usize);
        for _ in 0..threads {
            let builder = R::STACK.map_or_else(Builder::new, |bytes| Builder::new().stack_size(bytes));
            match builder.spawn_scoped(scope, serve) {
                Ok(handle) => handles.push(handle),
                Err(problem) => gate.close(Stop::Failed(metric.into(), problem.into())),
            }
        }
        let ended = |handle: std::thread::ScopedJoinHandle<'_, Option<T>>| {
            let panicked = |_| gate.close(Stop::Failed(metric.into(), Failure::engine("a thread panicked")));
            handle.join().map_err(panicked).ok().flatten()
        };
        handles.into_iter().filter_map(ended).collect()
    });
    match gate.wrong.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(stop) => Err(stop),
        None => Ok(done),
    }
}

/// Where threads wait for each other.
pub(super) struct Gate {
    threads: u32,
    ready: AtomicU32,
    /// When all begin; 0 until then.
    start_ns: AtomicU64,
    /// What first went wrong.
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
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn close(&self, stop: Stop) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(stop);
    }
}
