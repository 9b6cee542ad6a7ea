//! Several configurations at the same time: probes measure no time.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    thread,
};

use serde::{Serialize, de::DeserializeOwned};

use super::kept::{remember, remembered, runs_modules};
use crate::{Result, environment, interrupt, plan::Target, process::Limits};

/// Probes each configuration that runs modules by `probe`, and remembers what it shows as `what`: on every core at once,
/// as far as the machine's memory has room for a process of each. `report` receives a configuration before it begins. What
/// an interrupt ended showed nothing, and is left out.
///
/// # Errors
/// Those of `probe`.
pub fn each<Shown: Send + Serialize>(
    targets: &[Target],
    what: &str,
    limits: Limits,
    report: &mut (dyn FnMut(&str) + Send),
    probe: impl Fn(&Target) -> Result<Shown> + Sync,
) -> Result<BTreeMap<String, Shown>> {
    let waiting: Vec<&Target> = targets.iter().filter(runs_modules).rev().collect();
    let shared = Mutex::new((waiting, BTreeMap::new(), report));
    // A lane that panicked has reported so itself; the others' work stays whole.
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let next = || {
        let mut shared = lock();
        let target = shared.0.pop().filter(|_| !interrupt::stops())?;
        (shared.2)(&target.id);
        Some(target)
    };
    let lane = || -> Result<()> {
        while let Some(target) = next() {
            let shown = probe(target)?;
            if interrupt::stops() {
                break;
            }
            remember(target, what, &shown);
            lock().1.insert(target.id.clone(), shown);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let lanes = environment::room(limits.resident.max(1));
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        lanes
            .into_iter()
            .try_for_each(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let (_, shown, _) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(shown)
}

/// The same, but for what is remembered of the same worker as `what`.
///
/// # Errors
/// Those of `probe`.
pub fn known<Shown: Send + Serialize + DeserializeOwned>(
    targets: &[Target],
    what: &str,
    limits: Limits,
    report: &mut (dyn FnMut(&str) + Send),
    probe: impl Fn(&Target) -> Result<Shown> + Sync,
) -> Result<BTreeMap<String, Shown>> {
    let (mut shown, mut unknown) = (BTreeMap::new(), Vec::new());
    for target in targets.iter().filter(runs_modules) {
        match remembered(target, what) {
            Some(one) => drop(shown.insert(target.id.clone(), one)),
            None => unknown.push(target.clone()),
        }
    }
    shown.extend(each(&unknown, what, limits, report, probe)?);
    Ok(shown)
}
