//! `wasmark matrix`: the shards of a run, for the matrix of a CI.

use anyhow::{Context, Result};
use serde::Serialize;
use wasmark_runner::{
    costs::Costs,
    exit,
    options::Run,
    process::RUN_TIME,
    session::Session,
    shard::{self, Shard},
    terminal::{print, print_json},
};

use super::run;
use crate::{options::Matrix, tables::Texts};

/// What GitHub reads as a matrix; any other CI takes the list.
#[derive(Serialize)]
struct Document {
    include: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    /// The value of `--shard` or `WASMARK_SHARD`.
    shard: String,
    /// What it should take, as far as the sizes of modules show it.
    seconds: f64,
    /// What it measures.
    workloads: Vec<String>,
}

/// Prints the shards.
pub(super) fn matrix(options: &Matrix) -> Result<u8> {
    // The whole run, whatever the environment states.
    let whole = Run { shard: None, job: None, ..options.run.clone() };
    let plan = Session::new(&whole, run::profile(&whole))?.plan;
    let limit = whole.limits.of_process(RUN_TIME).time;
    let division = shard::divide(&plan, &Costs::anywhere(limit), options.shards)?;
    let part = |(number, seconds): (u32, &f64)| {
        let own = plan.workloads.iter().zip(&division.shards).filter(|(_, shard)| **shard == number);
        let shard = Shard::new(number, options.shards).context("failed to number the shards")?;
        let workloads = own.map(|(workload, _)| workload.name().to_string()).collect();
        Ok(Part { shard: shard.to_string(), seconds: (seconds * 10.0).round() / 10.0, workloads })
    };
    let include = (1..).zip(&division.seconds).map(part).collect::<Result<_>>()?;
    let document = Document { include };
    if whole.json.json {
        print_json(&document)?;
        return Ok(exit::OK);
    }
    let mut table = Texts::new(&["SHARD", "SECONDS", "WORKLOADS"]);
    for part in &document.include {
        table.row(&[part.shard.clone(), format!("{:.1}", part.seconds), part.workloads.join(", ")]);
    }
    print(&table.to_string());
    Ok(exit::OK)
}
