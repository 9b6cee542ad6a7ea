//! Requests to many tenants with a module each: what they take where everything stays loaded, where some modules do, and where
//! some instances stay warm.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    Cell, Estimate, Unit,
    serving::{Tail, merged, tail, totals},
    subject::{Grid, Process, Subject},
};
use crate::{record::metric, statistics::histogram};

/// Requests to so many tenants of one configuration and workload, under one policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tenants {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// What is kept between requests: `all` (every module), `lru-modules` (a tenth of the modules, those that were used last) or
    /// `warm` (every module, and instances of a tenth of the tenants).
    pub policy: String,
    /// How many tenants.
    pub tenants: u32,
    /// Requests that a process served.
    pub served: Cell<Estimate>,
    /// What a request takes, with what is loaded or instantiated in it.
    pub request: Tail,
    /// The share of requests that find what the policy keeps.
    pub hits: Cell<Estimate>,
    /// Modules that a process loaded in requests.
    pub loads: Cell<Estimate>,
    /// Instances that a process made in requests.
    pub instances: Cell<Estimate>,
    /// The median of what loading a module takes in a process.
    pub load: Cell<Estimate>,
    /// What a loaded module adds to the process's private memory; not of `lru-modules`, which loads none beforehand.
    pub private_of_module: Cell<Estimate>,
    /// The process's private memory after the requests.
    pub private: Cell<Estimate>,
}

/// The policies and the beginnings of their metrics.
const POLICIES: [(&str, &str); 3] = [
    ("all", metric::TENANTS_ALL),
    ("lru-modules", metric::TENANTS_LRU_MODULES),
    ("warm", metric::TENANTS_WARM),
];

/// A full grid where any process had tenants.
pub fn summarise(grid: &Grid) -> Vec<Tenants> {
    let requests = |policy: &str| metric::tenants(policy, "request");
    let names = POLICIES.iter().flat_map(|(_, policy)| [(*policy).to_owned(), requests(policy)]);
    let names: Vec<String> = names.collect();
    let rows = || names.iter().flat_map(|name| grid.rows(name));
    let asked = rows().next().is_some();
    let mut counts: BTreeSet<u32> = rows().filter_map(|record| record.instances).collect();
    if counts.is_empty() {
        // So that what went wrong has a place.
        counts.insert(1);
    }
    let each = |subject: &Subject| -> Vec<Tenants> {
        let of = |policy| counts.iter().map(move |count| row(subject, policy, *count));
        POLICIES.into_iter().flat_map(of).collect()
    };
    grid.subjects.iter().filter(|_| asked).flat_map(each).collect()
}

fn row(subject: &Subject, (name, policy): (&str, &str), count: u32) -> Tenants {
    // What ended processes with other numbers of tenants is no reason here.
    let subject = subject.without(|process| has_others(process, count));
    let metric_of = |what| metric::tenants(policy, what);
    let value = |what, unit, factor: f64| {
        let of = metric_of(what);
        subject.estimate_of(policy, unit, |process| Some(process.first(&of)? * factor))
    };
    let (hits, load) = (metric_of("hits"), metric_of("load"));
    let found = |process: &Process| Some(totals(process, &hits, count)).filter(|(_, served)| *served > 0);
    let share = |process: &Process| found(process).map(|(hits, served)| hits / served as f64);
    let served = |process: &Process| found(process).map(|(_, served)| served as f64);
    let middle = |process: &Process| histogram::middle(&merged(process, &load, count)?);
    Tenants {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        policy: name.to_owned(),
        tenants: count,
        served: subject.estimate_of(policy, Unit::Count, served),
        request: tail(&subject, policy, &metric_of("request"), count),
        hits: subject.estimate_of(policy, Unit::Share, share),
        loads: value("loads", Unit::Count, 1.0),
        instances: value("instances", Unit::Count, 1.0),
        load: subject.estimate_of(policy, Unit::Nanoseconds, middle),
        private_of_module: value("modules", Unit::Bytes, 1.0 / f64::from(count.max(1))),
        private: value("private", Unit::Bytes, 1.0),
    }
}

/// Whether a process had another number of tenants.
fn has_others(process: &Process, count: u32) -> bool {
    let other =
        |name: &str| process.all_rows(name).any(|record| record.instances.is_some_and(|own| own != count));
    POLICIES.iter().any(|(_, policy)| other(policy) || other(&metric::tenants(policy, "request")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{self, histogram, record},
        record::{Outcome, Record},
        store::LoadedRun,
        summary::summarise,
    };

    const ID: &str = "wasmtime/pooled";

    fn of(
        process: u32,
        (policy, what): (&str, &str),
        count: u32,
        (units, outcome): (u64, Outcome),
    ) -> Record {
        let name = if what.is_empty() { policy.to_owned() } else { metric::tenants(policy, what) };
        let row = record(process, ID, "noop", &name, outcome);
        Record { instances: Some(count), units, ..row }
    }

    fn times(ns: u64, number: usize) -> Outcome {
        histogram(std::iter::repeat_n(ns, number))
    }

    fn value(value: f64) -> Outcome {
        Outcome::Measured { value, cpu_ns: None }
    }

    fn rows(records: Vec<Record>) -> Vec<Tenants> {
        let summary = summarise(&LoadedRun { run: example::run(), records, warnings: vec![] });
        let of_it = |row: &Tenants| (row.configuration.as_str(), row.workload.as_str()) == (ID, "noop");
        summary.tenants.into_iter().filter(of_it).collect()
    }

    fn find<'a>(rows: &'a [Tenants], policy: &str, count: u32) -> &'a Tenants {
        let own = |row: &&Tenants| row.policy == policy && row.tenants == count;
        rows.iter().find(own).unwrap_or_else(|| panic!("{policy} {count}: {rows:?}"))
    }

    #[test]
    fn each_number_of_tenants_has_its_own_values_and_reasons() {
        let policy = metric::TENANTS_ALL;
        let rows = rows(vec![
            of(0, (policy, "request"), 10, (1, times(5000, 2000))),
            of(0, (policy, "load"), 10, (1, times(70_000, 10))),
            of(0, (policy, "hits"), 10, (2000, value(500.0))),
            of(0, (policy, "modules"), 10, (1, value(40_960.0))),
            of(0, (policy, "private"), 10, (1, value(9e6))),
            of(
                1,
                (policy, ""),
                100,
                (1, Outcome::Failed("57 of 100 modules were loaded, then: full".into())),
            ),
        ]);
        let ten = find(&rows, "all", 10);
        assert_eq!(ten.hits.measured().map(|share| share.median), Some(0.25));
        assert_eq!(ten.served.measured().map(|number| number.median), Some(2000.0));
        assert_eq!(ten.private_of_module.measured().map(|bytes| bytes.median), Some(4096.0));
        assert_eq!(ten.private.measured().map(|bytes| bytes.median), Some(9e6));
        let near = |cell: &Cell<Estimate>, ns: f64| {
            let median = cell.measured().map_or(f64::NAN, |one| one.median);
            assert!((median / ns - 1.0).abs() < 0.001, "{median} instead of {ns}");
        };
        near(&ten.request.p50, 5000.0);
        near(&ten.request.p99, 5000.0);
        near(&ten.load, 70_000.0);
        assert_eq!(ten.request.p99_9, Cell::NotMeasured, "of two thousand requests");
        let hundred = find(&rows, "all", 100);
        assert!(matches!(&hundred.hits, Cell::Failed(reason) if reason.contains("57 of 100")), "{hundred:?}");
        assert_eq!(find(&rows, "warm", 10).hits, Cell::NotMeasured);
    }

    #[test]
    fn what_is_known_beforehand_is_the_reason_at_every_number() {
        let why = || Outcome::Unsupported("a command ends with its call".into());
        let rows = rows(vec![
            record(0, ID, "noop", metric::TENANTS_WARM, why()),
            of(1, (metric::TENANTS_ALL, "request"), 10, (1, times(5000, 2000))),
        ]);
        let warm = find(&rows, "warm", 10);
        assert!(matches!(&warm.hits, Cell::Unsupported(reason) if reason.contains("command")), "{warm:?}");
        assert_eq!(rows.len(), 3, "one number, three policies");
    }

    #[test]
    fn a_run_that_did_not_look_has_none() {
        let row = record(0, ID, "noop", metric::FIRST_CALL, value(1.0));
        assert!(rows(vec![row]).is_empty());
    }
}
