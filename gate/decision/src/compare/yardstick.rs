//! How fast the machine was in each round of a run, by native code that both runs measured. The speed of a core on a shared
//! machine changes for minutes at a time, and a slower core slows the engines and the native code of a round alike.

use std::collections::BTreeMap;

use wasmark_results::{
    record::metric,
    run::{ConfigurationRecord, NATIVE, WorkloadRecord},
    source::Source,
    statistics::{geometric_mean::geometric_mean, median::median},
};

use super::{
    Side, by,
    cells::{Cell, Cells, Clock, Match},
    clock,
};

/// Times by round.
type Times = BTreeMap<u32, f64>;

/// Native code that both of two runs measured, by the same build of its worker and with the right outputs.
pub struct Yardstick {
    /// Its configuration.
    pub id: String,
    /// For the base and the candidate, by round: the geometric mean over the workloads of the time per unit, in nanoseconds.
    /// The workloads are the same on both sides, so that only ratios of these mean anything.
    times: [Times; 2],
}

impl Yardstick {
    /// That of two runs; `None` where they have none in common.
    pub fn of(sides: [Side<'_>; 2], cells: &[Cells<'_>; 2]) -> Option<Yardstick> {
        let [base, candidate] = sides.map(|side| &side.run.run);
        let same_build = |one: &&ConfigurationRecord| {
            let other = candidate.configurations.iter().find(|other| other.id == one.id);
            one.tier == NATIVE && other.is_some_and(|other| other.worker == one.worker)
        };
        base.configurations.iter().filter(same_build).find_map(|one| {
            let common = base.workloads.iter().filter(|workload| {
                let same = |other: &WorkloadRecord| {
                    other.name == workload.name && other.wasm_sha256 == workload.wasm_sha256
                };
                candidate.workloads.iter().any(same)
            });
            let workloads: Vec<[Times; 2]> = common
                .flat_map(|workload| {
                    let subject = (one.id.as_str(), workload.name.as_str());
                    cells[0].matches(subject, &cells[1], subject, metric::THROUGHPUT)
                })
                .filter_map(|found| match found {
                    Match::Cells([Source::Linked, Source::Linked], sides) => {
                        let clock = clock(sides);
                        Some(sides.map(|cell| times(cell, clock)))
                    }
                    _ => None,
                })
                .collect();
            let times = [0, 1].map(|side| together(&workloads, side));
            times.iter().all(|times| !times.is_empty()).then(|| Yardstick { id: one.id.clone(), times })
        })
    }

    /// A side's values by round, each divided by the yardstick's time in its round. Values of rounds without one are left
    /// out; `None` where none is left.
    pub fn divide(&self, side: usize, values: impl Iterator<Item = (u32, f64)>) -> Option<Vec<f64>> {
        let divided: Vec<f64> =
            values.filter_map(|(round, value)| Some(value / self.times[side].get(&round)?)).collect();
        Some(divided).filter(|divided| !divided.is_empty())
    }
}

/// The median time in each round.
fn times(cell: &Cell, clock: Clock) -> Times {
    let middle = |values| Some(median(&by(clock, values))?.estimate);
    cell.iter().filter_map(|(round, values)| Some((*round, middle(values)?))).collect()
}

/// The geometric mean over the workloads, of the rounds in which a side measured all of them.
fn together(workloads: &[[Times; 2]], side: usize) -> Times {
    let Some(first) = workloads.first() else { return Times::new() };
    let of_round = |round: &u32| {
        let times: Option<Vec<f64>> = workloads.iter().map(|of| of[side].get(round).copied()).collect();
        Some((*round, geometric_mean(&times?)?))
    };
    first[side].keys().filter_map(of_round).collect()
}
