//! What a safeguard, a meter or an optimisation level costs: a configuration against the one of the same engine without
//! it.

use serde::Serialize;

use super::{
    Cell, Compile, Ratio,
    subject::{Grid, Process, Subject},
    throughput::{Measured, find, level_of, shown},
};
use crate::{
    record::metric,
    statistics::{
        bootstrap::{Level, mean_ratio},
        geometric_mean::geometric_mean,
        median::median,
    },
};

/// A configuration with something, and the one without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// What differs.
    pub what: &'static str,
    /// The configuration with it.
    pub with: &'static str,
    /// The one without.
    pub without: &'static str,
    /// Time per unit of work with it against without it: the geometric mean over the workloads that both measured.
    pub throughput: Option<Mean>,
    /// The same of a fresh instance.
    pub fresh_instance: Option<Mean>,
    /// The same of an artifact's size; exact.
    pub artifact_size: Option<Exact>,
}

/// A geometric mean of ratios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The mean, with the interval of the paired processes.
    pub ratio: Ratio,
    /// Over how many workloads.
    pub workloads: u32,
}

/// A geometric mean of ratios of exact numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Exact {
    /// The mean.
    pub ratio: f64,
    /// Over how many workloads.
    pub workloads: u32,
}

/// What differs, the configuration with it, and the one without.
pub const PAIRS: [(&str, &str, &str); 25] = [
    ("instructions are counted, and a limit stops the guest (fuel)", "wasmtime/fuel", "wasmtime/on-demand"),
    ("loops and calls look for an interruption (epoch)", "wasmtime/epoch", "wasmtime/on-demand"),
    ("bounds are checked in code, memory is allocated", "wasmtime/malloc", "wasmtime/on-demand"),
    ("memory comes from a pool", "wasmtime/pooling", "wasmtime/on-demand"),
    ("memories may be shared between threads", "wasmtime/shared-memory", "wasmtime/on-demand"),
    ("no optimisations", "wasmtime/optimise-none", "wasmtime/on-demand"),
    ("optimised for size", "wasmtime/optimise-size", "wasmtime/on-demand"),
    (
        "instructions are counted, and a limit stops the guest (metering)",
        "wasmer/cranelift-metering",
        "wasmer/cranelift",
    ),
    (
        "instructions are counted, and a limit stops the guest (metering)",
        "wasmer/singlepass-metering",
        "wasmer/singlepass",
    ),
    (
        "instructions are counted, and a limit stops the guest (metering)",
        "wasmer-llvm/llvm-metering",
        "wasmer-llvm/llvm",
    ),
    ("instructions are counted, and a limit stops the guest (fuel)", "wasmi/fuel", "wasmi/eager"),
    (
        "costs are counted, and a limit stops the guest (gas)",
        "wasmedge/interpreter-gas",
        "wasmedge/interpreter",
    ),
    ("costs are counted, and a limit stops the guest (gas)", "wasmedge/aot-gas", "wasmedge/aot"),
    ("no optimisations (-O0)", "wasmedge/aot-o0", "wasmedge/aot"),
    ("optimised for size (-Os)", "wasmedge/aot-os", "wasmedge/aot"),
    ("an artifact that is no shared library", "wasmedge/aot-universal", "wasmedge/aot"),
    ("bounds are checked in code", "wamr/fast-interpreter-software-bounds", "wamr/fast-interpreter"),
    ("bounds are checked in code", "wamr/aot-software-bounds", "wamr/aot"),
    ("memory is found by a segment register (segue)", "wamr/aot-segue", "wamr/aot"),
    ("guests may start threads", "wamr/fast-interpreter-threads", "wamr/fast-interpreter"),
    ("guests may start threads", "wamr/aot-threads", "wamr/aot"),
    ("bounds are checked in code", "v8/checks-in-code", "v8/default"),
    ("a context for each instance", "v8/context-per-instance", "v8/checks-in-code"),
    ("an isolate for each instance", "v8/isolate-per-instance", "v8/checks-in-code"),
    ("compiled for this very processor", "native/o2-host", "native/o2"),
];

/// The pairs of which the run has both sides and measured something.
pub fn summarise(grid: &Grid, measured: &[Measured], compile: &[Compile]) -> Vec<Variant> {
    let of = |id: &str| grid.run.configurations.iter().any(|one| one.id == id);
    let known = PAIRS.iter().filter(|(_, with, without)| of(with) && of(without));
    let variant = |(what, with, without): &(&'static str, &'static str, &'static str)| Variant {
        what,
        with,
        without,
        throughput: throughput(grid, measured, with, without),
        fresh_instance: fresh(grid, with, without),
        artifact_size: artifact(grid, compile, with, without),
    };
    let any = |one: &Variant| {
        one.throughput.is_some() || one.fresh_instance.is_some() || one.artifact_size.is_some()
    };
    known.map(variant).filter(any).collect()
}

fn throughput(grid: &Grid, measured: &[Measured], with: &str, without: &str) -> Option<Mean> {
    let workloads = grid.run.workloads.iter().map(|one| one.name.as_str());
    let both = |name: &str| Some((find(measured, Some(with), name)?, find(measured, Some(without), name)?));
    mean(&workloads.filter_map(both).collect::<Vec<_>>())
}

/// Fresh instances have one value for each process: the middle of its blocks.
fn fresh(grid: &Grid, with: &str, without: &str) -> Option<Mean> {
    let level = |subject: &Subject| -> Option<Level> {
        let of = |process: &Process| {
            let blocks = median(&process.per_unit(metric::FRESH_INSTANCE).0);
            blocks.into_iter().map(|blocks| blocks.estimate).collect()
        };
        match level_of(subject, grid.run.seed, metric::FRESH_INSTANCE, of) {
            Cell::Measured(level) => Some(level),
            _ => None,
        }
    };
    let of = |id: &str, name: &str| {
        grid.subjects.iter().find(|one| one.configuration == id && one.workload == name).and_then(level)
    };
    let workloads = grid.run.workloads.iter().map(|one| one.name.as_str());
    let levels: Vec<(Level, Level)> =
        workloads.filter_map(|name| Some((of(with, name)?, of(without, name)?))).collect();
    mean(&levels.iter().map(|(with, without)| (with, without)).collect::<Vec<_>>())
}

fn mean(levels: &[(&Level, &Level)]) -> Option<Mean> {
    Some(Mean { ratio: shown(mean_ratio(levels)?), workloads: levels.len() as u32 })
}

fn artifact(grid: &Grid, compile: &[Compile], with: &str, without: &str) -> Option<Exact> {
    let size = |id: &str, name: &str| {
        let mut rows = compile.iter();
        let row = rows.find(|row| row.configuration == id && row.workload == name)?;
        Some(row.artifact_size.measured()?.median)
    };
    let workloads = grid.run.workloads.iter().map(|one| one.name.as_str());
    let ratios: Vec<f64> =
        workloads.filter_map(|name| Some(size(with, name)? / size(without, name)?)).collect();
    Some(Exact { ratio: geometric_mean(&ratios)?, workloads: ratios.len() as u32 })
}
