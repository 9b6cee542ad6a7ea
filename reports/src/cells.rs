//! The data that the page's script uses: the values behind each cell, which workload was measured in which
//! configuration, and the cells of a run that is compared.

use anyhow::Result;
use serde_json::{Value, json};
use wasmark_results::{
    store::LoadedRun,
    summary::{
        Unit,
        points::{self, METRICS, Points},
    },
};

use crate::{again, data::packed, format::six_digits, view::View};

/// How much of it a page has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// For the value of every process.
    Processes,
    /// For intervals alone.
    Intervals,
}

/// The JSON: gzip, in base64. `against` is another run.
///
/// # Errors
/// Where it cannot be compressed.
pub fn embed(view: &View, run: &LoadedRun, against: Option<&LoadedRun>, room: Room) -> Result<String> {
    let configurations: Vec<Value> = view
        .configurations
        .iter()
        .map(|one| {
            json!({
                "id": one.id, "runtime": one.runtime, "tier": one.tier, "version": one.version, "licence": one.licence,
                "about": one.about, "settings": one.settings, "worker": one.worker,
            })
        })
        .collect();
    let workloads: Vec<Value> = run
        .run
        .workloads
        .iter()
        .map(|one| {
            json!({
                "name": one.name, "unit": one.unit, "sha256": one.wasm_sha256, "bytes": one.wasm_bytes,
                "language": one.language, "tags": one.tags, "again": again::cell(&run.run, one),
            })
        })
        .collect();
    let document = json!({
        "run": run.run.id,
        "configurations": configurations,
        "workloads": workloads,
        "metrics": METRICS,
        "reference": view.summary.throughput.reference.as_deref().map(|id| view.number(id)),
        "cells": cells(view, run, room),
        "against": against.map(|other| json!({
            "id": other.run.id, "started": other.run.started, "cells": cells(view, other, Room::Intervals),
        })),
    });
    packed(document.to_string())
}

/// A list for each cell of the view's configurations and workloads: their numbers and the metric's, what the values count,
/// median, low, high and how many values there are; then the processes' numbers, and their values in the same order.
fn cells(view: &View, run: &LoadedRun, room: Room) -> Vec<Value> {
    let cell = |one: &Points| {
        let configuration = view.configurations.iter().any(|known| known.id == one.configuration);
        let workload = view.workload_number(&one.workload).filter(|_| configuration)?;
        let metric = METRICS.iter().position(|metric| *metric == one.metric)?;
        let estimate = &one.estimate;
        let head = json!([
            view.number(&one.configuration),
            workload,
            metric,
            unit(estimate.unit),
            six_digits(estimate.median),
            six_digits(estimate.low),
            six_digits(estimate.high),
            estimate.n,
        ]);
        Some(match room {
            Room::Intervals => head,
            Room::Processes => {
                let (processes, values): (Vec<u32>, Vec<f64>) =
                    one.values.iter().map(|(process, value)| (*process, six_digits(*value))).unzip();
                let mut list = head;
                if let Value::Array(list) = &mut list {
                    list.extend([json!(processes), json!(values)]);
                }
                list
            }
        })
    };
    points::points(run).iter().filter_map(cell).collect()
}

/// What the script formats a value as.
fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "B",
        _ => "ns",
    }
}
