//! The suite that is committed holds what it promises.

use std::{path::Path, sync::LazyLock};

use wasmark_adapter::Tier;
use wasmark_workloads::{Imports, Suite, module::Item};

/// Loaded once: validating SQLite takes a debug build seconds.
static SUITE: LazyLock<Suite> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
    let (suite, errors) = Suite::load(&folder, Imports::Provided).expect("the suite");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    suite
});

#[test]
fn every_manifest_is_right() {
    let suite = &SUITE;
    assert!(suite.workloads.len() >= 12, "{}", suite.workloads.len());
    let commands = suite.workloads.iter().filter(|workload| workload.command()).count();
    assert!(commands >= 2, "{commands}");
    let quick =
        suite.workloads.iter().filter(|workload| workload.tags().iter().any(|tag| tag == "quick")).count();
    assert!((6..=10).contains(&quick), "{quick}");
}

#[test]
fn every_call_has_its_right_output_and_its_input() {
    for workload in &SUITE.workloads {
        let units = Tier::ALL.map(|tier| workload.units(tier)).into_iter().chain([workload.cold_units()]);
        for n in units {
            let call = workload.invocation(n);
            assert!(call.expected.is_some(), "{} {n}", workload.name());
            assert!(!workload.command() || call.args.contains(&n.to_string()), "{} {n}", workload.name());
        }
        for folder in workload.folders() {
            assert!(folder.host.is_dir(), "{}", workload.name());
        }
    }
}

#[test]
fn memory_is_modest_and_kernels_say_how_much_they_may_take() {
    for workload in &SUITE.workloads {
        let Some(Item::Memory { initial, maximum }) = workload.module().export("memory") else {
            panic!("{} exports no memory", workload.name());
        };
        assert!(*initial <= 64, "{}: {initial} pages", workload.name());
        assert!(workload.command() || maximum.is_some_and(|pages| pages <= 64), "{}", workload.name());
    }
}

#[test]
fn every_workload_has_its_profile() {
    for workload in &SUITE.workloads {
        let profile = workload.profile().unwrap_or_else(|error| panic!("{error}"));
        let profile = profile.unwrap_or_else(|| panic!("{}: run `make profiles`", workload.name()));
        let counted: f64 = profile.module.mix.values().sum();
        assert!((counted - 100.0).abs() < 0.2, "{}: {counted} %", workload.name());
        assert_eq!(profile.host.is_some(), workload.command(), "{}", workload.name());
    }
}
