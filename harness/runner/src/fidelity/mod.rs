//! The workers against hand-written loops over each engine's own interface (`runtimes/*/examples/*_by_hand*`), with the
//! same settings, the same windows and none of wasmark's code: what the harness adds or takes away would show.

mod by_hand;
mod cell;
mod programs;
mod subject;
mod worker;

use std::{collections::BTreeSet, path::Path};

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use wasmark_adapter::Source;

pub use cell::{BOUNDS, Cell, Failure, Metric, Verdict};
use cell::{Reading, values};
use programs::Programs;
pub use subject::Size;
use subject::{Conditions, Subject};

use crate::{
    Result,
    copies::COPIES,
    error::failed,
    interrupt,
    options::{Own, Selection},
    pinning::{Choice, Pinning},
    placement::Placement,
    plan,
    process::{self, Launch, Limits},
    profile::Usual,
    realtime::Scheduling,
    select,
    workers::Missing,
};

/// The configurations that have hand-written loops and are compared where none is named.
pub const CONFIGURATIONS: [&str; 9] = [
    "wasmtime/pooling",
    "wasmtime/on-demand",
    "wasmer/cranelift",
    "wamr/fast-interpreter",
    "wamr/aot",
    "wasmedge/interpreter",
    "wasmedge/aot",
    "wasmi/lazy",
    "v8/default",
];

/// What is compared of each.
pub const CELLS: [(Metric, &str); 7] = [
    (Metric::FreshInstance, "noop_no_memory"),
    (Metric::FreshInstance, "noop"),
    (Metric::ReusedInstance, "noop"),
    (Metric::Throughput, "fib"),
    (Metric::Throughput, "sha256"),
    (Metric::PerInstancePrivate, "noop_no_memory"),
    (Metric::PerInstancePrivate, "noop"),
];

/// What came of a comparison.
#[derive(Debug)]
pub struct Compared {
    /// Every cell.
    pub cells: Vec<Cell>,
    /// Runtimes without a worker or without hand-written loops, with the reason.
    pub unavailable: Vec<(String, String)>,
    /// Workers that ran under SCHED_FIFO, and all of them.
    pub realtime: (u32, u32),
    /// Whether an interrupt ended it before its last round.
    pub interrupted: bool,
}

/// Compares the configurations. Each round has a pair of processes of every cell, or some, in random order; either side
/// of a pair goes first at random. After an interrupt, what was measured so far is compared.
///
/// # Errors
/// An unknown configuration, or nothing that can be compared.
pub fn compare(
    configurations: &[String],
    size: Size,
    scheduling: Scheduling,
    limits: Limits,
    seed: u64,
) -> Result<Compared> {
    let workloads: BTreeSet<String> = CELLS.iter().map(|(_, workload)| workload.to_string()).collect();
    let selection = Selection {
        configurations: configurations.to_vec(),
        workloads: workloads.into_iter().collect(),
        ..Selection::default()
    };
    let selected = select::select(&selection, &Own::default(), Usual::All, Missing::Build)?;
    let folder = || tempfile::tempdir().map_err(failed("make a temporary folder; set TMPDIR"));
    let (home, artifacts) = (folder()?, folder()?);
    let (programs, mut unavailable) = programs::gather(&selected.targets, home.path(), size.layouts)?;
    unavailable.extend(selected.roster.unavailable);

    let random = ChaCha8Rng::seed_from_u64(seed);
    let (pinning, _) = Pinning::choose(Choice::Auto)?;
    let mut pairs = Pairs { size, scheduling, pinning, limits, random, realtime: (0, 0) };
    let (mut subjects, mut cells) = (Vec::new(), Vec::new());
    for target in selected.targets.iter().filter(|target| programs.contains_key(&target.id)) {
        for (metric, name) in CELLS {
            let Some(workload) = selected.workloads.iter().find(|one| one.name() == name) else { continue };
            let source = plan::preferred(&target.configuration);
            let subject = Subject { target, workload, source, artifacts: artifacts.path() };
            let mut cell = Cell::new(&target.id, metric, name);
            cell.failure = pairs.prepare(&subject).err();
            subjects.push(subject);
            cells.push(cell);
        }
    }
    for round in 1..=size.rounds {
        let turns = cells.iter().enumerate();
        let turns = turns.flat_map(|(index, cell)| std::iter::repeat_n(index, cell.metric.pairs()));
        let mut turns: Vec<usize> = turns.collect();
        turns.shuffle(&mut pairs.random);
        eprintln!("round {round} of {}", size.rounds);
        for index in turns {
            if interrupt::pending() {
                return Ok(Compared { cells, unavailable, realtime: pairs.realtime, interrupted: true });
            }
            let (subject, cell) = (&subjects[index], &mut cells[index]);
            if cell.failure.is_none() {
                cell.failure = pairs.measure(subject, cell, &programs[&subject.target.id]).err();
            }
        }
    }
    Ok(Compared { cells, unavailable, realtime: pairs.realtime, interrupted: false })
}

/// What measures pairs.
struct Pairs {
    size: Size,
    scheduling: Scheduling,
    pinning: Pinning,
    limits: Limits,
    random: ChaCha8Rng,
    /// Workers that ran under SCHED_FIFO, and all of them.
    realtime: (u32, u32),
}

impl Pairs {
    /// Those of a process of either side. As in a run, a configuration whose own threads work beside the calls gets all CPUs.
    fn conditions(&mut self, subject: &Subject<'_>) -> Conditions {
        let placement = Placement::draw(&mut self.random);
        let pinning = if subject.target.configuration.serial { self.pinning } else { Pinning::FREE };
        let launch = Launch { placement, scheduling: self.scheduling, pinning, patience: process::PATIENCE };
        Conditions { launch, limits: self.limits }
    }

    /// Makes the artifact that both sides load, where they load one and it is not there yet.
    fn prepare(&mut self, subject: &Subject<'_>) -> Result<(), Failure> {
        if subject.source != Source::Artifact || subject.code().is_file() {
            return Ok(());
        }
        worker::precompile(subject, self.conditions(subject))
    }

    /// Measures a pair. The hand-written loop has as many calls in a block as the worker's last process.
    fn measure(
        &mut self,
        subject: &Subject<'_>,
        cell: &mut Cell,
        programs: &Programs,
    ) -> Result<(), Failure> {
        let copy = cell.worker.len() % COPIES;
        let of_blocks = matches!(cell.metric, Metric::FreshInstance | Metric::ReusedInstance);
        let blocks_unknown = of_blocks && cell.blocks.is_none();
        let by_hand_first = !blocks_unknown && self.random.random();
        let mut by_hand = None;
        if by_hand_first {
            by_hand = Some(self.by_hand(subject, cell, &programs.by_hand[copy])?);
        }
        let conditions = self.conditions(subject);
        let worker = worker::measure(subject, cell.metric, &programs.worker[copy], self.size, conditions)?;
        self.realtime.0 += u32::from(worker.realtime);
        self.realtime.1 += 1;
        cell.blocks = worker.blocks.or(cell.blocks);
        let by_hand = match by_hand {
            Some(reading) => reading,
            None => self.by_hand(subject, cell, &programs.by_hand[copy])?,
        };
        let few = || Failure::Failed("the hand-written loop reached too few instances".to_string());
        let [worker, by_hand] = values(&worker.reading, &by_hand).ok_or_else(few)?;
        cell.worker.push(worker);
        cell.by_hand.push(by_hand);
        Ok(())
    }

    fn by_hand(&mut self, subject: &Subject<'_>, cell: &Cell, program: &Path) -> Result<Reading, Failure> {
        let order = by_hand::Order::new(subject, cell, self.size);
        by_hand::measure(program, &order, self.conditions(subject))
    }
}
