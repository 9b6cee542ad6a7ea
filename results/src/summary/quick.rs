//! Whether the few workloads of the quick profile stand for all of them.

use serde::Serialize;

use super::{
    Ratio,
    throughput::{Measured, find, shown},
};
use crate::{run::Run, statistics::bootstrap};

/// The tag of the quick profile's workloads.
const QUICK: &str = "quick";

/// How far the quick set's mean may be from the full set's.
pub const TOLERANCE: f64 = 0.1;

/// One configuration against the first one of its tier kind, by the quick workloads and by all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuickRow {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The tier's kind.
    pub tier: String,
    /// The configuration that it is compared with.
    pub reference: String,
    /// The geometric mean of the time per unit against the reference's, over `quick_workloads`.
    pub quick: Ratio,
    /// The same over `full_workloads`.
    pub full: Ratio,
    /// How far `quick` is from `full`: 0.1 is 10 % more.
    pub deviation: f64,
    /// Whether that is within [`TOLERANCE`].
    pub stands: bool,
    /// The quick workloads that all configurations of the kind measured.
    pub quick_workloads: u32,
    /// All workloads that all configurations of the kind measured.
    pub full_workloads: u32,
}

/// The rows of a run; none of one that measured the quick workloads only.
pub fn summarise(run: &Run, measured: &[Measured]) -> Vec<QuickRow> {
    let mut rows = Vec::new();
    let mut tiers: Vec<&str> = run.configurations.iter().map(|one| one.tier.as_str()).collect();
    tiers.sort_unstable();
    tiers.dedup();
    for tier in tiers {
        let runs = |id: &&str| {
            measured.iter().any(|one| one.subject.configuration == *id && one.level.measured().is_some())
        };
        let of_tier = run.configurations.iter().filter(|one| one.tier == tier);
        let configurations: Vec<&str> = of_tier.map(|one| one.id.as_str()).filter(runs).collect();
        let Some((reference, others)) = configurations.split_first() else { continue };
        let common = |tag: Option<&str>| -> Vec<&str> {
            let all =
                run.workloads.iter().filter(|one| tag.is_none_or(|tag| one.tags.iter().any(|t| t == tag)));
            let has = |name: &&str| configurations.iter().all(|id| find(measured, Some(id), name).is_some());
            all.map(|one| one.name.as_str()).filter(has).collect()
        };
        let (quick, full) = (common(Some(QUICK)), common(None));
        if quick.len() == full.len() {
            continue;
        }
        for configuration in others {
            let mean = |workloads: &[&str]| mean(measured, configuration, reference, workloads);
            let (Some(of_quick), Some(of_full)) = (mean(&quick), mean(&full)) else { continue };
            let deviation = of_quick.value / of_full.value - 1.0;
            rows.push(QuickRow {
                configuration: (*configuration).to_owned(),
                tier: tier.to_owned(),
                reference: (*reference).to_owned(),
                quick: of_quick,
                full: of_full,
                deviation,
                stands: deviation.abs() <= TOLERANCE,
                quick_workloads: quick.len() as u32,
                full_workloads: full.len() as u32,
            });
        }
    }
    rows
}

fn mean(measured: &[Measured], configuration: &str, reference: &str, workloads: &[&str]) -> Option<Ratio> {
    let pair = |name: &&str| {
        Some((find(measured, Some(configuration), name)?, find(measured, Some(reference), name)?))
    };
    let pairs: Option<Vec<_>> = workloads.iter().map(pair).collect();
    bootstrap::mean_ratio(&pairs?).map(shown)
}

#[cfg(test)]
mod tests {
    use crate::{
        example::{measured, run},
        record::metric,
        store::LoadedRun,
        summary::{QuickRow, summarise},
    };

    /// Workloads with the times of the second configuration; the first one takes 10 everywhere, and the first
    /// `quick` are the quick ones.
    fn rows(times: &[f64], quick: usize) -> Vec<QuickRow> {
        let mut run = run();
        let plain = run.workloads.remove(0);
        run.workloads.clear();
        let mut records = Vec::new();
        for (index, time) in times.iter().enumerate() {
            let tags = if index < quick { vec!["quick".to_owned()] } else { Vec::new() };
            let name = format!("w{index}");
            for (configuration, time) in [("wasmtime/pooled", 10.0), ("wasmer/cranelift", *time)] {
                records.push(measured(0, configuration, &name, metric::THROUGHPUT, time));
            }
            run.workloads.push(crate::run::WorkloadRecord { name, tags, ..plain.clone() });
        }
        summarise(&LoadedRun { run, records, warnings: vec![] }).quick
    }

    #[test]
    fn the_quick_ones_are_compared_with_all() {
        let near = rows(&[20.0, 21.0, 19.0, 20.0], 2);
        assert_eq!(near.len(), 1);
        assert_eq!((near[0].quick_workloads, near[0].full_workloads), (2, 4));
        assert_eq!(
            (near[0].configuration.as_str(), near[0].reference.as_str()),
            ("wasmer/cranelift", "wasmtime/pooled")
        );
        assert!(near[0].stands && near[0].deviation.abs() < 0.03, "{near:?}");
        let far = rows(&[20.0, 40.0], 1);
        assert!(!far[0].stands && (far[0].deviation - (20.0 / 800_f64.sqrt() - 1.0)).abs() < 1e-9, "{far:?}");
    }

    #[test]
    fn a_run_of_the_quick_ones_alone_has_no_rows() {
        assert_eq!(rows(&[20.0, 21.0], 2), []);
        assert_eq!(rows(&[20.0, 21.0], 0), []);
    }
}
