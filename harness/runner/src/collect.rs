//! From what a worker reported to the rows of a result. No row is made up: a metric that was not reported is not written.

mod collected;
mod series;

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use wasmark_adapter::{
    FailureKind, Tier,
    protocol::{Event, Expected, MemoryState, Output, Phase},
    value::list,
};
use wasmark_reports::format::counted;
use wasmark_results::{
    record::{Outcome, Record, metric},
    source::Source,
};

pub use self::collected::Collected;
use crate::{
    plan::{Kind, Plan, Slot},
    process::{Conversation, End},
};

/// How the reason begins where a call gave another output than the call before it.
pub const AGAIN: &str = "another result when called again: ";

/// The rows of one process of the plan; `expected` is the right output of its first call, where it has one that is known.
#[must_use]
pub fn collect(
    plan: &Plan,
    slot: Slot,
    expected: Option<&Expected>,
    conversation: Conversation,
) -> Collected {
    let tier = plan.subject(slot.item).0.configuration.tier;
    let mut rows = Rows::new(plan, slot);
    if conversation.end == End::Interrupted {
        return rows.into;
    }
    if let Some(outcome) = disqualified(slot.item.kind, tier, expected, &conversation) {
        rows.end(slot.item.kind.name(), outcome);
        return rows.into;
    }
    // The worker reports its phases once the first call returned.
    let mut when = "before the worker greeted".to_string();
    for (arrived, event) in conversation.events {
        match &event {
            Event::Hello { .. } if slot.item.kind == Kind::Precompile => when = "making the artifact".into(),
            Event::Hello { .. } => when = "before its first call returned".into(),
            Event::Phase { phase, .. } => when = format!("after {}", phase.name()),
            _ => {}
        }
        rows.event(event, arrived, conversation.started_ns);
    }
    if !tier.is_in_worker() {
        leave_out_the_worker(&mut rows.into.records);
    }
    match conversation.end {
        End::Done | End::Interrupted => {}
        End::Broken(reason) => rows.end(slot.item.kind.name(), Outcome::Failed(reason)),
        End::TimedOut(limit) => {
            let reason = format!("did not end within {} s, {when}", limit.as_secs());
            rows.end(slot.item.kind.name(), Outcome::TimedOut(reason));
        }
        End::TooLarge(bytes) => {
            let reason = format!("used more than {} MiB of memory, {when}", bytes >> 20);
            rows.end(slot.item.kind.name(), Outcome::Failed(reason));
        }
    }
    rows.into
}

/// Takes away what the worker knows of itself alone, where the work was done outside of it.
fn leave_out_the_worker(records: &mut Vec<Record>) {
    let usage = [metric::OF_SYSTEM, metric::OF_SWITCHES, metric::OF_FAULTS];
    let served = [metric::CONCURRENCY_FRESH, metric::CONCURRENCY_REUSED];
    let of_threads = |name: &str| {
        served.iter().any(|served| name.strip_prefix(served).is_some_and(|rest| usage.contains(&rest)))
    };
    records.retain(|one| one.metric != metric::INSTANTIATE_FAULTS && !of_threads(&one.metric));
    for record in records {
        if let Outcome::Measured { cpu_ns, .. } = &mut record.outcome {
            *cpu_ns = None;
        }
    }
}

/// Why nothing that the process measured counts, if so. Workers compare every output with the right one, report what came
/// of it, and show that a compiler compiled; here is found which does not.
fn disqualified(
    kind: Kind,
    tier: Tier,
    expected: Option<&Expected>,
    conversation: &Conversation,
) -> Option<Outcome> {
    let events = || conversation.events.iter().map(|(_, event)| event);
    for event in events() {
        if let (Event::Output(actual), Some(expected)) = (event, expected)
            && !expected.admits(actual)
        {
            return Some(Outcome::WrongOutput(difference(expected, actual)));
        }
    }
    let stopped = |event: &Event| matches!(event, Event::WrongOutput { .. } | Event::Failed { .. });
    let through = conversation.end == End::Done && kind != Kind::Precompile && !events().any(stopped);
    let of_tier = format!("a tier of the kind {}", tier.name());
    let code = events().find_map(|event| match event {
        Event::Code { bytes } => Some(*bytes),
        _ => None,
    });
    let reason = match code {
        _ if through && !events().any(|event| matches!(event, Event::Output(_))) => {
            "the worker was done without telling the output of its first call".to_string()
        }
        // A compiler that made no machine code did not compile, whatever its process measured.
        Some(0) if tier.generates_code() => format!("silently interpreted: {of_tier} made no machine code"),
        None if tier.generates_code() && through => {
            format!("{of_tier} did not show that it made machine code; have its worker tell `code`")
        }
        _ => return None,
    };
    Some(Outcome::Failed(reason))
}

struct Rows<'a> {
    slot: Slot,
    configuration: &'a str,
    workload: &'a str,
    ladder: Ladder,
    /// Private memory before instances lived at the same time, in bytes.
    before: Option<f64>,
    /// How many instances live, while more are made.
    live: Option<u32>,
    into: Collected,
}

/// What a process reported of its way to the first output, in nanoseconds.
#[derive(Clone, Copy, Default)]
struct Ladder {
    /// When `main` began.
    main: u64,
    /// From the spawn until then.
    spawn: u64,
    /// The windows until the first call has returned.
    windows: u64,
    /// When the first call had returned, where the worker stamps that, and when the controller read of it.
    output: Option<(Option<u64>, u64)>,
}

/// Whether a phase is a window of `from_wasm` or `from_artifact`, which with `spawn` are `process_to_result`.
fn of_rung(phase: Phase) -> bool {
    let rungs = [metric::FROM_WASM, metric::FROM_ARTIFACT].into_iter().filter_map(metric::windows_of);
    rungs.flatten().any(|window| window == phase.name())
}

impl<'a> Rows<'a> {
    fn new(plan: &'a Plan, slot: Slot) -> Rows<'a> {
        let (configuration, workload) = plan.names(slot.item);
        Rows {
            slot,
            configuration,
            workload,
            ladder: Ladder::default(),
            before: None,
            live: None,
            into: Collected::default(),
        }
    }

    /// The rung, once its last window is known, and beside it what the harness did in that time: in the worker between
    /// `main` and the first output, outside of every window, and in the controller until it had read of the output.
    fn process_to_result(&mut self) {
        let Ladder { main, spawn, windows, output } = self.ladder;
        let Some((stamp, arrived)) = output else { return };
        self.value(metric::PROCESS_TO_RESULT, (spawn + windows) as f64);
        if let Some(at) = stamp {
            self.value(metric::HARNESS_TIME, at.saturating_sub(main + windows) as f64);
            self.value(metric::CONTROLLER_DELAY, arrived.saturating_sub(at) as f64);
        }
    }

    fn event(&mut self, event: Event, arrived: u64, started_ns: u64) {
        // Those that measure something else walk up the ladder, too, but they were not asked how fast.
        let timed = matches!(self.slot.item.kind, Kind::Precompile | Kind::Start(_) | Kind::Full(_));
        let timed_ladder = timed && self.slot.item.kind != Kind::Precompile;
        match event {
            Event::Hello { main_ns, realtime, .. } => {
                self.into.realtime = realtime;
                let spawn = main_ns.saturating_sub(started_ns);
                self.ladder = Ladder { main: main_ns, spawn, ..Ladder::default() };
                if timed_ladder {
                    self.value(metric::SPAWN, spawn as f64);
                }
            }
            Event::FirstOutput { at_ns } => self.ladder.output = Some((at_ns, arrived)),
            Event::Phase { phase: Phase::SecondCall, .. } if !timed => self.into.called_twice = true,
            Event::Phase { phase, wall_ns, cpu_ns, minor_faults } if timed => {
                self.into.called_twice |= phase == Phase::SecondCall;
                self.window(phase.name(), 1, wall_ns, cpu_ns);
                if of_rung(phase) {
                    self.ladder.windows += wall_ns;
                }
                match phase {
                    Phase::Instantiate => self.value(metric::INSTANTIATE_FAULTS, minor_faults as f64),
                    Phase::FirstCall => self.process_to_result(),
                    _ => {}
                }
            }
            Event::Samples { metric, units, warmups, wall_ns, cpu_ns } => {
                for (window, (wall, cpu)) in wall_ns.into_iter().zip(cpu_ns).enumerate() {
                    self.window(&metric, units, wall, cpu);
                    if let Some(row) = self.into.records.last_mut() {
                        row.warmup = window < warmups as usize;
                    }
                }
            }
            Event::Histogram { metric, v2_base64 } => self.histogram(&metric, &v2_base64),
            Event::Memory(memory) => self.memory(&memory),
            Event::Peak(peak) => self.peak(peak),
            Event::Residue { held, cycles, memory } => self.residue(held, cycles, &memory),
            Event::Held(held) => self.held(held),
            Event::Hosted(hosted) => self.hosted(&hosted),
            Event::Slice(slice) => self.slice(&slice),
            Event::Answered(answered) => self.answered(&answered),
            Event::Stopped { reached, failure, .. } => {
                let metric = match self.slot.item.kind {
                    Kind::Memory(_, MemoryState::Called) => metric::MEMORY_CALLED,
                    Kind::Residue(_) => metric::RESIDUE_HELD,
                    _ => metric::MEMORY_INSTANTIATED,
                };
                self.push(
                    metric,
                    1,
                    Outcome::Unsupported(format!("stopped at {}: {failure}", instances(reached))),
                );
                self.last_at(reached);
            }
            Event::Code { bytes } if timed_ladder => self.value(metric::CODE, bytes as f64),
            Event::Output(output) => self.into.output = Some(output),
            Event::Resolved(settings) => self.into.settings = Some(settings),
            Event::Loaded { files } => {
                let engine = files.iter().filter(|(path, _)| !c_library(path));
                let bytes = engine.map(|(_, bytes)| bytes).sum();
                self.into.loaded_bytes = Some(bytes);
                self.into.files = files.into_iter().map(|(path, _)| path).collect();
                if timed_ladder {
                    self.value(metric::WORKER_SIZE, bytes as f64);
                }
            }
            Event::Unsupported { metric, reason } => self.push(&metric, 1, Outcome::Unsupported(reason)),
            Event::WrongOutput { expected, actual, excerpt } => {
                // The first call's output came before, and was right.
                let again = if self.into.output.is_some() { AGAIN } else { "" };
                let reason = format!("{again}{} {excerpt}", difference(&expected, &actual));
                self.end(self.slot.item.kind.name(), Outcome::WrongOutput(reason.trim_end().to_string()));
            }
            Event::Failed { during, failure } => {
                let reason = failure.to_string();
                let outcome = match failure.kind {
                    FailureKind::Unsupported => Outcome::Unsupported(reason),
                    FailureKind::Trap(kind) => {
                        self.into.trap = Some((kind, during.clone()));
                        Outcome::Failed(reason)
                    }
                    _ => Outcome::Failed(reason),
                };
                self.end(&during, outcome);
            }
            Event::Phase { .. } | Event::Code { .. } | Event::Description(_) | Event::Done => {}
        }
    }

    fn value(&mut self, metric: &str, value: f64) {
        self.push(metric, 1, Outcome::Measured { value, cpu_ns: None });
    }

    fn window(&mut self, metric: &str, units: u64, wall_ns: u64, cpu_ns: u64) {
        self.push(metric, units, Outcome::Measured { value: wall_ns as f64, cpu_ns: Some(cpu_ns as f64) });
    }

    fn point(&mut self, metric: &str, instances: u32, value: u64) {
        self.value(metric, value as f64);
        self.last_at(instances);
    }

    /// Of which point of its series the last row is.
    fn last_at(&mut self, point: u32) {
        if let Some(row) = self.into.records.last_mut() {
            row.instances = Some(point);
        }
    }

    fn histogram(&mut self, metric: &str, v2_base64: &str) {
        match BASE64_STANDARD.decode(v2_base64) {
            Ok(bytes) => self.push(metric, 1, Outcome::Histogram(bytes)),
            Err(_) => self.push(metric, 1, Outcome::Failed("the histogram is not base64".into())),
        }
    }

    fn end(&mut self, metric: &str, mut outcome: Outcome) {
        if let (Some(live), Outcome::Failed(reason) | Outcome::TimedOut(reason)) = (self.live, &mut outcome) {
            *reason = format!("{reason}; at least {} lived", instances(live));
        }
        self.push(metric, 1, outcome.clone());
        self.into.ended_by = Some(outcome);
    }

    fn push(&mut self, metric: &str, units: u64, outcome: Outcome) {
        let index = self.into.records.iter().filter(|row| row.metric == metric).count() as u32;
        self.into.records.push(Record {
            process: self.slot.process,
            round: self.slot.round,
            configuration: self.configuration.to_string(),
            workload: self.workload.to_string(),
            metric: metric.to_string(),
            index,
            warmup: false,
            units,
            instances: self.slot.item.kind.tenants(),
            source: Some(source(self.slot.item.kind.source())),
            outcome,
        });
    }
}

/// What a process ran from, as rows have it.
fn source(of: wasmark_adapter::Source) -> Source {
    match of {
        wasmark_adapter::Source::Wasm => Source::Wasm,
        wasmark_adapter::Source::Artifact => Source::Artifact,
        wasmark_adapter::Source::Linked => Source::Linked,
    }
}

/// In what an output differs from the right one, for people.
fn difference(expected: &Expected, actual: &Output) -> String {
    match (expected, actual) {
        (Expected::Checksum(right), Output::Checksum(wrong)) => {
            format!("checksum {wrong} instead of {right}")
        }
        (Expected::Returned(right), Output::Returned(wrong)) => {
            format!("{} instead of {}", list(wrong), list(right))
        }
        (Expected::Trap(right), Output::Trap(wrong)) => {
            format!("the trap {} instead of {}", wrong.words(), right.words())
        }
        (Expected::Trap(right), Output::Checksum(checksum)) => {
            format!("checksum {checksum} instead of the trap {}", right.words())
        }
        (Expected::Trap(right), Output::Returned(values)) => {
            format!("returned {} instead of the trap {}", list(values), right.words())
        }
        (Expected::Trap(right), Output::Command { exit_code, .. }) => {
            format!("exit code {exit_code} instead of the trap {}", right.words())
        }
        (
            Expected::Command { exit_code, stdout_sha256, stderr_sha256 },
            Output::Command { exit_code: code, stdout_sha256: stdout, stderr_sha256: stderr },
        ) => {
            let mut parts = Vec::new();
            if let Some(right) = exit_code.filter(|right| right != code) {
                parts.push(format!("exit code {code} instead of {right}"));
            }
            for (name, right, wrong) in [("stdout", stdout_sha256, stdout), ("stderr", stderr_sha256, stderr)]
            {
                if let Some(right) = right.as_ref().filter(|right| *right != wrong) {
                    parts.push(format!("{name} with sha256 {wrong} instead of {right}"));
                }
            }
            parts.join("; ")
        }
        _ => "an output of another kind than expected".into(),
    }
}

/// Whether a file is a shared library that an engine is, or that an engine uses; an artifact has another name.
pub fn is_library(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("lib") && name.contains(".so") && !c_library(path)
}

/// Whether a file belongs to the machine's C library or the compiler's support library, which every worker loads. One
/// that comes with an engine, in a root of its own, has to be shipped with it.
fn c_library(path: &Path) -> bool {
    if !["/lib", "/lib64", "/usr/lib", "/usr/lib64"].iter().any(|folder| path.starts_with(folder)) {
        return false;
    }
    // What the C library maps beside itself.
    if path.components().any(|part| part.as_os_str() == "locale" || part.as_os_str() == "gconv") {
        return true;
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let prefixes =
        ["libc.so", "libc-", "libm.so", "libm-", "ld-linux", "libgcc_s", "libpthread", "libdl", "librt"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// The row with the size of an artifact.
#[must_use]
pub fn artifact_size(plan: &Plan, slot: Slot, bytes: u64) -> Record {
    let mut rows = Rows::new(plan, slot);
    rows.value(metric::ARTIFACT_SIZE, bytes as f64);
    rows.into.records.remove(0)
}

/// What comes of a process that is not started, because this is known to come of it: the artifact that it loads could
/// not be made, or another process of its cell ended so.
#[must_use]
pub fn not_started(plan: &Plan, slot: Slot, reason: Outcome) -> Collected {
    let mut rows = Rows::new(plan, slot);
    rows.end(slot.item.kind.name(), reason);
    rows.into
}

/// How many instances, in words.
fn instances(number: u32) -> String {
    counted(number as usize, "instance", "instances")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::c_library;

    #[test]
    fn the_machine_s_c_library_is_not_shipped_and_one_of_an_engine_is() {
        for own in [
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            "/lib64/ld-linux-x86-64.so.2",
            "/usr/lib/locale/C.utf8/LC_CTYPE",
        ] {
            assert!(c_library(Path::new(own)), "{own}");
        }
        for shipped in [
            "/cache/wasmedge/usr/lib/x86_64-linux-gnu/libc.so.6",
            "/usr/bin/node",
            "/usr/lib/libicudata.so.72",
        ] {
            assert!(!c_library(Path::new(shipped)), "{shipped}");
        }
    }
}
