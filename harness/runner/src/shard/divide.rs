//! The division of a run into shards: balanced by expected cost, the same on every machine.

use std::collections::BTreeMap;

use wasmark_workloads::Workload;

use super::Error;
use crate::{
    costs::Costs,
    plan::{Plan, Slot},
};

/// Which shard measures which workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Division {
    /// The shard of each of the plan's workloads, from 1.
    pub shards: Vec<u32>,
    /// The seconds that each shard should take, as far as the sizes of modules show it.
    pub seconds: Vec<f64>,
}

/// Divides the workloads of a plan into `of` shards. All configurations of a workload are in one shard, with every
/// workload that an interval or a difference compares it with: the other forms of its program, those with its module, and
/// for an operation of the boundary all others. Each of these units goes to the shard with the least to do, the most
/// expensive first, so that no shard has more than the mean and one unit. What this machine has learned of costs is not
/// used: on another one the division would be another.
///
/// # Errors
/// Where there are fewer units than shards.
pub fn divide(plan: &Plan, costs: &Costs, of: u32) -> Result<Division, Error> {
    let units = units(&plan.workloads);
    if of as usize > units.len() {
        return Err(Error::TooMany { shards: of, units: units.len() });
    }
    let mut by_workload: Vec<Vec<Slot>> = vec![Vec::new(); plan.workloads.len()];
    for slot in &plan.slots {
        by_workload[slot.item.workload].push(*slot);
    }
    let cost =
        |unit: &[usize]| -> f64 { unit.iter().map(|one| costs.estimate(plan, &by_workload[*one])).sum() };
    let costs: Vec<f64> = units.iter().map(|unit| cost(unit)).collect();
    let (assigned, seconds) = balance(&costs, of as usize);
    let mut shards = vec![0; plan.workloads.len()];
    for (unit, shard) in units.iter().zip(assigned) {
        unit.iter().for_each(|workload| shards[*workload] = shard as u32 + 1);
    }
    Ok(Division { shards, seconds })
}

/// The workloads that stay together, by index, in the order of the first of each.
fn units(workloads: &[Workload]) -> Vec<Vec<usize>> {
    let names = |workload: &Workload| {
        let boundary = workload.operations().map(|_| "boundary".to_string());
        let program = workload.program().map(|name| format!("program {name}"));
        [Some(format!("module {}", workload.sha256())), program, boundary].into_iter().flatten().collect()
    };
    let names: Vec<Vec<String>> = workloads.iter().map(names).collect();
    together(&names)
}

/// Puts those together that share a name, directly or through others.
fn together(names: &[Vec<String>]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..names.len()).collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, names) in names.iter().enumerate() {
        for name in names {
            let other = *first.entry(name).or_insert(index);
            let (one, other) = (leader[index], leader[other]);
            let (least, most) = (one.min(other), one.max(other));
            leader.iter_mut().filter(|leader| **leader == most).for_each(|leader| *leader = least);
        }
    }
    let mut units: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, leader) in leader.into_iter().enumerate() {
        units.entry(leader).or_default().push(index);
    }
    units.into_values().collect()
}

/// The bin of each cost, and what each bin costs: longest processing time first (Graham 1969), at most 4/3 of the best
/// division's largest bin. No bin is empty where there are as many costs as bins.
fn balance(costs: &[f64], bins: usize) -> (Vec<usize>, Vec<f64>) {
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_by(|one, other| costs[*other].total_cmp(&costs[*one]).then(one.cmp(other)));
    let (mut of, mut filled) = (vec![0; costs.len()], vec![(0.0_f64, 0_usize); bins]);
    for index in order {
        // What costs nothing still fills a bin, so that none stays empty.
        let least = (0..bins).min_by(|one, other| {
            let ((one, its), (other, others)) = (filled[*one], filled[*other]);
            one.total_cmp(&other).then(its.cmp(&others))
        });
        let least = least.unwrap_or(0);
        of[index] = least;
        filled[least].0 += costs[index];
        filled[least].1 += 1;
    }
    (of, filled.into_iter().map(|(seconds, _)| seconds).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_unit_is_in_one_bin_and_no_bin_has_more_than_the_mean_and_one_unit(
            costs in prop::collection::vec(0.0..100.0_f64, 1..60),
            bins in 1..12_usize,
        ) {
            let (of, filled) = balance(&costs, bins);
            prop_assert_eq!(of.len(), costs.len());
            prop_assert!(of.iter().all(|bin| *bin < bins));
            let mean = costs.iter().sum::<f64>() / bins as f64;
            let largest = costs.iter().copied().fold(0.0, f64::max);
            prop_assert!(filled.iter().all(|bin| *bin <= mean + largest + 1e-9), "{:?}", filled);
            if bins <= costs.len() {
                prop_assert!((0..bins).all(|bin| of.contains(&bin)));
            }
            prop_assert_eq!((of, filled), balance(&costs, bins));
        }

        #[test]
        fn those_that_share_a_name_are_together_and_all_are_there_once(
            names in prop::collection::vec(prop::collection::vec("[a-h]", 1..3), 0..12),
        ) {
            let units = together(&names);
            let mut all: Vec<usize> = units.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..names.len()).collect::<Vec<_>>());
            let unit = |index: usize| units.iter().position(|unit| unit.contains(&index));
            for (one, its) in names.iter().enumerate() {
                for (other, others) in names.iter().enumerate() {
                    if its.iter().any(|name| others.contains(name)) {
                        prop_assert_eq!(unit(one), unit(other));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_joined_through_a_third_is_together() {
        let names = [vec!["a"], vec!["b"], vec!["c"], vec!["a", "b"]];
        let names = names.map(|names| names.into_iter().map(str::to_string).collect());
        assert_eq!(together(&names), [vec![0, 1, 3], vec![2]]);
    }

    #[test]
    fn the_most_expensive_go_first() {
        let (of, filled) = balance(&[1.0, 5.0, 2.0, 4.0], 2);
        assert_eq!((of, filled), (vec![0, 0, 1, 1], vec![6.0, 6.0]));
    }
}
