//! Carries out a plan whose times nobody reads, on every core at once: modules side by side, the processes of each in
//! a configuration one after the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    thread,
};

use anyhow::Result;
use wasmark_results::record::Record;

use crate::{
    costs::Costs,
    interrupt,
    plan::{self, Plan, Slot},
    runner::{self, Execute},
};

/// What the lanes share.
struct Shared<'a> {
    waiting: Vec<Vec<Slot>>,
    records: Vec<Record>,
    costs: &'a mut Costs,
    progress: &'a mut (dyn FnMut(Slot, f64) + Send),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Done {
    /// All records of what was begun.
    pub records: Vec<Record>,
    /// The cells that were not, workload and target, since somebody wanted an end.
    pub left: BTreeSet<(usize, usize)>,
}

/// Runs every process of the plan in `lanes` lanes, each with an executor of its own. An interrupt ends it after the
/// cells that were begun.
/// `progress` is told the estimate of the seconds that are left.
///
/// # Errors
/// Where a lane fails as [`runner::run`] does.
pub fn run<E: Execute>(
    plan: &Plan,
    lanes: usize,
    costs: &mut Costs,
    executor: impl Fn() -> E + Sync,
    progress: &mut (dyn FnMut(Slot, f64) + Send),
) -> Result<Done> {
    let shared = Mutex::new(Shared { waiting: cells(plan), records: Vec::new(), costs, progress });
    // A lane that panicked has told so itself; the others' work stays whole.
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let lane = || -> Result<()> {
        let mut execute = executor();
        loop {
            if interrupt::pending() {
                return Ok(());
            }
            let Some(cell) = lock().waiting.pop() else { return Ok(()) };
            let mut costs = Costs::default();
            runner::run(
                plan,
                &cell,
                (&BTreeSet::new(), BTreeMap::new()),
                &mut costs,
                &mut execute,
                &mut |collected| {
                    lock().records.extend_from_slice(&collected.records);
                    Ok(())
                },
                &mut |slot, of_cell| {
                    let mut shared = lock();
                    let waiting = shared.costs.estimate(plan, shared.waiting.iter().flatten());
                    (shared.progress)(slot, of_cell + waiting / lanes as f64);
                },
            )?;
            lock().costs.extend(costs);
        }
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        lanes
            .into_iter()
            .try_for_each(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let left = shared.waiting.iter().flatten().map(|slot| (slot.item.workload, slot.item.target));
    Ok(Done { left: left.collect(), records: shared.records })
}

/// The processes of each configuration and module in the plan's order, for what is compiled once is loaded by all of
/// them; the last is the one to begin with.
fn cells(plan: &Plan) -> Vec<Vec<Slot>> {
    let mut cells: BTreeMap<(usize, usize), Vec<Slot>> = BTreeMap::new();
    for slot in &plan.slots {
        let module = plan::first_of_module(&plan.workloads, slot.item.workload);
        cells.entry((module, slot.item.target)).or_default().push(*slot);
    }
    cells.into_values().rev().collect()
}
