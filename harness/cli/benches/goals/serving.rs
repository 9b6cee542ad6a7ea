//! What serving itself adds to a request: how late the generator is, and whether response times of a worker that is hardly
//! used are those of `fresh_instance`.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use wasmark_adapter::{
    Source,
    protocol::{Load, Requests, Samples, Step},
};
use wasmark_results::{
    record::{Outcome, metric},
    statistics::{
        Interval,
        histogram::{self, Histogram},
        median::median,
    },
};
use wasmark_runner::{
    collect::Collected,
    executor::Workers,
    job,
    options::{Own, Selection},
    plan::{Item, Kind, Plan, Slot},
    process::Limits,
    profile::{self, Usual},
    realtime::Scheduling,
    select,
    workers::Missing,
};

/// Fresh processes.
const PROCESSES: u32 = 12;
const CONFIGURATION: &str = "wasmtime/pooling";
/// Long enough for a percentile of 99.9 % at one request in a hundred times its own time.
const ARRIVALS_NS: u64 = 4_000_000_000;
const FRESH: Samples = Samples { most: 20_000, budget_ns: 1_000_000_000 };

/// Over the processes.
pub struct Served {
    pub processes: u32,
    /// Those that ran under SCHED_FIFO.
    pub realtime: u32,
    /// How late a thread was that waited for an arrival, p99.9, in nanoseconds.
    pub lag: Interval,
    /// The median response at 1 % of the capacity against the median of `fresh_instance` in the same process.
    pub ratio: Interval,
}

/// Measures `noop` with a fresh instance for each request, on one thread.
pub fn measured() -> Result<Served> {
    let selection = Selection {
        configurations: vec![CONFIGURATION.into()],
        workloads: vec!["noop".into()],
        ..Selection::default()
    };
    let selected = select::select(&selection, &Own::default(), Usual::All, Missing::Build)?;
    let plan = Plan::new(profile::check(), selected.targets, selected.workloads, Default::default(), 0);
    let artifacts = tempfile::tempdir()?;
    let limits = Limits { time: Duration::from_secs(60), resident: 8 << 30 };
    let mut workers = Workers::new(artifacts.path(), limits, Scheduling::Fifo, 0);
    let (mut lags, mut ratios, mut realtime) = (Vec::new(), Vec::new(), 0);
    for process in 0..PROCESSES {
        let collected = worker(&mut workers, &plan, process);
        realtime += u32::from(collected.realtime);
        let lag = read(&collected, &metric::load(metric::LOAD_FRESH, "lag", "1"))?;
        lags.push(histogram::percentile(&lag, 0.999).context("failed to see enough arrivals")?);
        let p50 = |of: &str| -> Result<f64> {
            histogram::percentile(&read(&collected, of)?, 0.5)
                .with_context(|| format!("failed to measure {of}"))
        };
        let response = p50(&metric::load(metric::LOAD_FRESH, "response", "1"))?;
        ratios.push(response / p50(metric::FRESH_INSTANCE)?);
    }
    let over = |values: &[f64]| median(values).context("failed to measure any process");
    Ok(Served { processes: PROCESSES, realtime, lag: over(&lags)?, ratio: over(&ratios)? })
}

fn worker(workers: &mut Workers, plan: &Plan, process: u32) -> Collected {
    let item = Item { target: 0, workload: 0, kind: Kind::Load(Source::Wasm, Requests::Fresh) };
    let (target, workload) = plan.subject(item);
    let load = Load {
        requests: Requests::Fresh,
        threads: 1,
        percents: vec![1],
        burst: 0,
        budget_ns: ARRIVALS_NS,
        seed: process.into(),
    };
    let steps = vec![Step::FreshInstance(FRESH), Step::Load(load)];
    let job = job::measure(target, workload, Source::Wasm, steps, &workers.artifacts);
    workers.carry_out(plan, Slot { process, round: process, item }, job)
}

/// The histogram of a metric.
fn read(collected: &Collected, name: &str) -> Result<Histogram<u64>> {
    let row = collected.records.iter().find(|row| row.metric == name);
    match row.map(|row| &row.outcome) {
        Some(Outcome::Histogram(bytes)) => Ok(histogram::decode(bytes)?),
        other => bail!("failed to measure {name}: {other:?}; {:?}", collected.ended_by),
    }
}
