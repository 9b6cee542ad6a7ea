//! Progress on stderr: what is running, for how long, and when it will be over. A thread prints it, so that progress
//! continues to show while a process takes minutes.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use wasmark_reports::printable;

use crate::{
    plan::{Plan, Slot},
    promise::{Cause, Promise, duration},
    runner::Watch,
};

/// How often a terminal's line is written anew.
const TICK: Duration = Duration::from_secs(1);
/// How often a line is printed where stderr is no terminal.
const LINE: Duration = Duration::from_secs(30);

/// What is known of what goes on.
#[derive(Debug, Default)]
struct State {
    running: Vec<Running>,
    /// Seconds that what has not begun should take.
    after: f64,
    /// Seconds that a later stage should take.
    later: f64,
    promise: Option<Promise>,
    promised_at: Option<Instant>,
    /// Whether anything ever ran.
    begun: bool,
    ended: bool,
}

/// A process under way.
#[derive(Clone, Debug)]
struct Running {
    slot: Slot,
    name: String,
    round: String,
    began: Instant,
    /// Seconds that it should take.
    expected: f64,
}

impl Running {
    fn cause(&self, now: Instant, running: bool) -> Cause {
        let took = now.duration_since(self.began).as_secs_f64();
        Cause { name: self.name.clone(), took, expected: self.expected, running }
    }

    /// The seconds beyond what it should take.
    fn over(&self, now: Instant) -> f64 {
        now.duration_since(self.began).as_secs_f64() - self.expected
    }
}

impl State {
    /// Seconds that are left as far as is known.
    fn left(&self, now: Instant) -> f64 {
        let of_running = self.running.iter().map(|one| -one.over(now)).fold(0.0, f64::max);
        self.after + self.later + of_running
    }

    fn line(&self, now: Instant) -> Option<String> {
        let mut oldest = self.running.clone();
        oldest.sort_by_key(|one| one.began);
        let round = &oldest.first()?.round;
        let late = oldest.iter().any(|one| one.over(now) > (2.0f64).max(one.expected));
        let least = if late { "at least " } else { "" };
        let one = |one: &Running| {
            let seconds = now.duration_since(one.began).as_secs();
            if seconds < 5 { one.name.clone() } else { format!("{} ({seconds} s so far)", one.name) }
        };
        let names: Vec<String> = oldest.iter().map(one).collect();
        Some(format!("{least}{} left, {round}: {}", duration(self.left(now)), names.join("; ")))
    }

    /// The line of a promise that has moved, if it has.
    fn renewed(&mut self, now: Instant) -> Option<String> {
        let (left, elapsed) = (self.left(now), now.duration_since(self.promised_at?).as_secs_f64());
        let late = self.running.iter().filter(|one| one.over(now) > 0.0);
        let late = late.max_by(|one, other| one.over(now).total_cmp(&other.over(now)));
        let late = late.map(|one| one.cause(now, true));
        self.promise.as_mut()?.renew(elapsed, left, late)
    }
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    bar: ProgressBar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints a line that stays.
    fn print(&self, line: &str) {
        if self.bar.is_hidden() { eprintln!("{line}") } else { self.bar.println(printable(line)) }
    }

    /// Shows what goes on until it has ended.
    fn watch(&self) {
        let mut printed: Option<Instant> = None;
        let mut state = self.lock();
        while !state.ended {
            let now = Instant::now();
            if let Some(line) = state.renewed(now) {
                self.print(&line);
            }
            if let Some(line) = state.line(now) {
                if !self.bar.is_hidden() {
                    self.bar.set_message(printable(&line));
                } else if printed.is_none_or(|printed| now >= printed + LINE) {
                    printed = Some(now);
                    eprintln!("{line}");
                }
            }
            let waited = self.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Shows the state of a run. Where stderr is no terminal, a line is printed every half minute.
#[derive(Debug)]
pub struct Progress {
    shared: Arc<Shared>,
    watcher: Option<JoinHandle<()>>,
    start: Instant,
    printed: Option<Duration>,
}

impl Progress {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Progress {
        let bar = ProgressBar::new(1000);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
            bar.set_style(style);
        }
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), bar });
        Progress { shared, watcher: None, start: Instant::now(), printed: None }
    }

    /// From now on everything should take so many seconds: where that moves, a line explains why.
    pub fn promise(&mut self, seconds: f64) {
        let mut state = self.shared.lock();
        (state.promise, state.promised_at) = (Some(Promise::new(seconds)), Some(Instant::now()));
    }

    /// A later stage should take so many seconds.
    pub fn later(&mut self, seconds: f64) {
        self.shared.lock().later = seconds;
    }

    /// Prints a line that stays.
    pub fn print(&self, line: &str) {
        self.shared.print(line);
    }

    /// Shows the processes of a plan.
    pub fn of<'a>(&'a mut self, plan: &'a Plan) -> OfPlan<'a> {
        if self.watcher.is_none() {
            let shared = Arc::clone(&self.shared);
            self.watcher = Some(std::thread::spawn(move || shared.watch()));
        }
        OfPlan { progress: self, plan }
    }

    /// Says what runs now, and what share of everything is done.
    pub fn show(&mut self, text: &str, share: f64) {
        let elapsed = self.start.elapsed();
        let bar = &self.shared.bar;
        if bar.is_hidden() {
            if self.printed.is_none_or(|printed| elapsed >= printed + LINE) {
                self.printed = Some(elapsed);
                eprintln!("{text}");
            }
        } else {
            bar.set_position((share * 1000.0) as u64);
            bar.set_message(printable(text));
        }
    }

    /// Removes the bar.
    pub fn finish(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
        if let Some(watcher) = self.watcher.take() {
            watcher.join().ok();
        }
        self.shared.bar.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Shows the processes of one plan.
pub struct OfPlan<'a> {
    progress: &'a mut Progress,
    plan: &'a Plan,
}

impl Watch for OfPlan<'_> {
    fn begins(&mut self, slot: Slot, expected: f64, after: f64) {
        let (target, workload) = self.plan.names(slot.item);
        let name = format!("{target} {workload} {}", slot.item.kind.name());
        let round = format!("round {} of {}", slot.round + 1, self.plan.profile.rounds);
        let shared = &self.progress.shared;
        let mut state = shared.lock();
        state.running.push(Running { slot, name, round, began: Instant::now(), expected });
        state.after = after;
        let elapsed = self.progress.start.elapsed().as_secs_f64();
        let share = elapsed / (elapsed + after + expected).max(0.001);
        shared.bar.set_position((share * 1000.0) as u64);
        // Later ones wait for the next tick: nothing is drawn while a process starts.
        if !std::mem::replace(&mut state.begun, true) {
            shared.changed.notify_all();
        }
    }

    fn ends(&mut self, slot: Slot) {
        let mut state = self.progress.shared.lock();
        let at = state.running.iter().position(|one| one.slot == slot);
        if let Some(one) = at.map(|at| state.running.remove(at))
            && let Some(promise) = &mut state.promise
        {
            promise.note(one.cause(Instant::now(), false));
        }
    }

    fn note(&mut self, line: &str) {
        self.progress.shared.print(line);
    }
}

#[cfg(test)]
mod tests {
    use wasmark_adapter::Source;

    use super::*;
    use crate::plan::{Item, Kind};

    fn running(name: &str, process: u32, began: Instant, expected: f64) -> Running {
        let item = Item { target: 0, workload: 0, kind: Kind::Start(Source::Wasm) };
        let slot = Slot { process, round: 0, item };
        Running { slot, name: name.into(), round: "round 1 of 1".into(), began, expected }
    }

    #[test]
    fn what_takes_longest_is_shown_and_not_what_began_last() {
        let start = Instant::now();
        let now = start + Duration::from_secs(300);
        let long = running("wamr/llvm-jit big start", 1, start, 10.0);
        let short = running("wasmtime/on-demand small start", 2, now, 4.0);
        let mut state = State { running: vec![short, long], ..State::default() };
        let line = state.line(now).expect("a line");
        assert_eq!(
            line,
            "at least 4 s left, round 1 of 1: wamr/llvm-jit big start (300 s so far); wasmtime/on-demand small start"
        );
        state.running.clear();
        assert_eq!(state.line(now), None);
    }

    #[test]
    fn a_process_that_goes_on_and_on_moves_the_promise_while_it_runs() {
        let start = Instant::now();
        let mut state = State { running: vec![running("a", 1, start, 10.0)], ..State::default() };
        state.after = 10.0;
        (state.promise, state.promised_at) = (Some(Promise::new(20.0)), Some(start));
        assert_eq!(state.renewed(start + Duration::from_secs(12)), None);
        let line = state.renewed(start + Duration::from_secs(40)).expect("a line");
        assert_eq!(line, "now about 50 s in all, not 20 s: a has taken 40 s so far, where 10 s was expected");
    }
}
