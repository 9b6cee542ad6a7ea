//! Executes a plan whose times are not used, on all cores in parallel: different modules run in parallel, and for each
//! module the processes of one configuration run one after the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{
    Result,
    collect::Collected,
    costs::Costs,
    interrupt,
    plan::{self, Plan, Slot},
    runner::{self, Execute, Known, Watch},
};

/// Cells of a plan, by target and workload.
pub type Cells = BTreeSet<(usize, usize)>;

/// What keeps a process's rows.
pub type Keep<'a> = dyn FnMut(Slot, &Collected) -> Result<()> + Send + 'a;

/// What the lanes share.
struct Shared<'a> {
    waiting: Vec<Vec<Slot>>,
    left: Cells,
    known: &'a mut Known,
    costs: &'a mut Costs,
    keep: &'a mut Keep<'a>,
    watch: &'a mut (dyn Watch + Send),
}

/// What runs and how much of it at once.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Processes of it.
    pub slots: &'a [Slot],
    /// How many run at once.
    pub lanes: usize,
}

/// Carries out the work in lanes, each with an executor of its own. An interrupt ends it after the cells that were
/// begun, and one that ends processes at once. Returns the cells that were not finished.
///
/// # Errors
/// Where a lane fails as [`runner::run`] does.
pub fn run<'a, E: Execute>(
    work: Work<'_>,
    known: &'a mut Known,
    costs: &'a mut Costs,
    executor: impl Fn() -> E + Sync,
    keep: &'a mut Keep<'a>,
    watch: &'a mut (dyn Watch + Send),
) -> Result<Cells> {
    let Work { plan, slots, lanes } = work;
    let waiting = cells(plan, slots);
    let shared = Mutex::new(Shared { waiting, left: Cells::new(), known, costs, keep, watch });
    let lane = || -> Result<()> {
        let mut execute = executor();
        while !interrupt::pending() {
            let Some((cell, mut known)) = lock(&shared).next() else { return Ok(()) };
            let mut costs = Costs::default();
            let keep = &mut |slot, collected: &Collected| (lock(&shared).keep)(slot, collected);
            let watch = &mut Lane { plan, lanes, shared: &shared };
            runner::run(plan, &cell, &mut known, &mut costs, &mut execute, keep, watch)?;
            lock(&shared).done(&cell, known, costs);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        lanes
            .into_iter()
            .try_for_each(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let waiting = shared.waiting.iter().flatten().filter(|slot| shared.known.waits(slot));
    Ok(waiting.map(of_cell).chain(shared.left).collect())
}

/// A lane that panicked has reported it; the others' work stays whole.
fn lock<'l, 'a>(shared: &'l Mutex<Shared<'a>>) -> MutexGuard<'l, Shared<'a>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn of_cell(slot: &Slot) -> (usize, usize) {
    (slot.item.target, slot.item.workload)
}

impl Shared<'_> {
    /// The cell to begin with, and what is known before.
    fn next(&mut self) -> Option<(Vec<Slot>, Known)> {
        Some((self.waiting.pop()?, self.known.clone()))
    }

    /// Takes over what came of a cell.
    fn done(&mut self, cell: &[Slot], known: Known, costs: Costs) {
        self.left.extend(cell.iter().filter(|slot| known.waits(slot)).map(of_cell));
        self.known.extend(known);
        self.costs.extend(costs);
    }
}

/// Passes on what a lane runs.
struct Lane<'l, 'a> {
    plan: &'l Plan,
    lanes: usize,
    shared: &'l Mutex<Shared<'a>>,
}

impl Watch for Lane<'_, '_> {
    fn begins(&mut self, slot: Slot, _: f64, after: f64) {
        let mut shared = lock(self.shared);
        let expected = shared.costs.expected(self.plan, slot.item);
        let waiting = shared.costs.estimate(self.plan, shared.waiting.iter().flatten());
        shared.watch.begins(slot, expected, after + waiting / self.lanes as f64);
    }

    fn ends(&mut self, slot: Slot) {
        lock(self.shared).watch.ends(slot);
    }

    fn note(&mut self, line: &str) {
        lock(self.shared).watch.note(line);
    }
}

/// The processes of each configuration and module in the plan's order, for what is compiled once is loaded by all of
/// them; the last is the one to begin with.
fn cells(plan: &Plan, slots: &[Slot]) -> Vec<Vec<Slot>> {
    let mut cells: BTreeMap<(usize, usize), Vec<Slot>> = BTreeMap::new();
    for slot in slots {
        let module = plan::first_of_module(&plan.workloads, slot.item.workload);
        cells.entry((module, slot.item.target)).or_default().push(*slot);
    }
    cells.into_values().rev().collect()
}
