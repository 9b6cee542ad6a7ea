//! How fast the machine was in each round of a run, by native code that both runs measured. The speed of a core on a shared
//! machine changes for minutes at a time, and what changed it slowed the engines and the native code of a round alike.

use std::collections::BTreeMap;

use wasmark_results::{record::metric, run::ConfigurationRecord, statistics::median::median};

use super::{
    Side,
    cells::{Cell, Cells, Value},
};

/// The kind of tier of native code.
const NATIVE: &str = "native";

/// Native code that both of two runs measured, by the same worker, and the time that it took in each of their rounds.
pub struct Yardstick {
    /// Its configuration.
    pub id: String,
    /// For the base and the candidate, by round: how many times as long as over both runs it took.
    times: [BTreeMap<u32, f64>; 2],
}

impl Yardstick {
    /// That of two runs; `None` where they have none in common.
    pub fn of(sides: [Side<'_>; 2], cells: &[Cells<'_>; 2]) -> Option<Yardstick> {
        let [base, candidate] = sides.map(|side| &side.run.run);
        let same = |one: &&ConfigurationRecord| {
            let other = candidate.configurations.iter().find(|other| other.id == one.id);
            one.tier == NATIVE && other.is_some_and(|other| other.worker == one.worker)
        };
        base.configurations.iter().filter(same).find_map(|one| {
            let common = base.workloads.iter().filter(|workload| candidate.workloads.contains(workload));
            let workloads: Vec<[BTreeMap<u32, f64>; 2]> = common
                .filter_map(|workload| {
                    let subject = (one.id.as_str(), workload.name.as_str());
                    let [base, candidate] = [&cells[0], &cells[1]]
                        .map(|cells| Some(times(cells.linked(subject, metric::THROUGHPUT)?)));
                    Some([base?, candidate?])
                })
                .collect();
            let times = [0, 1].map(|side| together(&workloads, side));
            times.iter().all(|times| !times.is_empty()).then(|| Yardstick { id: one.id.clone(), times })
        })
    }

    /// A side's values, each in the yardstick's time in its round. `None` where it has none in one of the rounds.
    pub fn divide(&self, side: usize, values: impl Iterator<Item = (u32, f64)>) -> Option<Vec<f64>> {
        values.map(|(round, value)| Some(value / self.times[side].get(&round)?)).collect()
    }
}

/// The logarithm of the time in each round, by the CPU's clock where it has one.
fn times(cell: &Cell) -> BTreeMap<u32, f64> {
    let one = |value: &Value| value.cpu.unwrap_or(value.wall);
    let middle = |values: &Vec<Value>| {
        let values: Vec<f64> = values.iter().map(one).collect();
        Some(median(&values)?.estimate.ln()).filter(|time| time.is_finite())
    };
    cell.iter().filter_map(|(round, values)| Some((*round, middle(values)?))).collect()
}

/// The geometric mean over the workloads of a side's times in each round that all of them have, as multiples of the mean over
/// both sides' rounds.
fn together(workloads: &[[BTreeMap<u32, f64>; 2]], side: usize) -> BTreeMap<u32, f64> {
    let Some(first) = workloads.first() else { return BTreeMap::new() };
    let usual = |of: &[BTreeMap<u32, f64>; 2]| {
        let all: Vec<f64> = of.iter().flat_map(BTreeMap::values).copied().collect();
        all.iter().sum::<f64>() / all.len() as f64
    };
    let of_round = |round: &u32| {
        let parts: Option<Vec<f64>> =
            workloads.iter().map(|of| Some(of[side].get(round)? - usual(of))).collect();
        let parts = parts?;
        Some((*round, (parts.iter().sum::<f64>() / parts.len() as f64).exp()))
    };
    first[side].keys().filter_map(of_round).collect()
}
