//! A part of a plan: some of its workloads. Processes keep their numbers and their order, so that the parts of a run are
//! together what the run is.

use std::collections::{BTreeMap, BTreeSet};

use super::{Item, Plan, Slot};

impl Plan {
    /// Keeps those workloads, by index, for which `keeps` is true, and what is planned of them. A module's workloads must
    /// stay together: one artifact serves them all.
    pub fn retain(&mut self, keeps: impl Fn(usize) -> bool) {
        let kept: Vec<usize> = (0..self.workloads.len()).filter(|index| keeps(*index)).collect();
        let place: BTreeMap<usize, usize> = kept.iter().copied().zip(0..).collect();
        let mut index = 0..;
        self.workloads.retain(|_| index.next().is_some_and(|index| place.contains_key(&index)));
        let moved = |slot: Slot| {
            let workload = *place.get(&slot.item.workload)?;
            Some(Slot { item: Item { workload, ..slot.item }, ..slot })
        };
        self.slots = std::mem::take(&mut self.slots).into_iter().filter_map(moved).collect();
        self.agreement = std::mem::take(&mut self.agreement)
            .into_iter()
            .filter_map(|((target, workload), number)| Some(((target, *place.get(&workload)?), number)))
            .collect();
        let names: BTreeSet<&str> = self.workloads.iter().map(|one| one.name()).collect();
        self.unsupported.retain(|row| names.contains(row.workload.as_str()));
    }
}
