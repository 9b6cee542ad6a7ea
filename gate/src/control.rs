//! The control kernel: native code that no engine has touched, in worker processes of its own. Where it is slower than
//! itself, the machine is to blame.

use wasmark_adapter::{Source, Tier};
use wasmark_runner::{
    options::Selection,
    plan::{Item, Kind, Plan, Target},
    profile::Usual,
    select,
    workers::{Missing, Roster},
};

use crate::{Error, Result};

/// The workload whose native twin it is.
const WORKLOAD: &str = "fib";

/// Adds the control kernel to the plan; its worker is built where it is not yet.
///
/// # Errors
/// Where it cannot be had.
pub fn add(plan: &mut Plan) -> Result<Item> {
    let roster = Roster::gather(&["native".to_string()], &[], Missing::BuildQuick)?;
    let native = roster.configurations().find(|(_, _, configuration)| configuration.tier == Tier::Native);
    let (_, worker, configuration) =
        native.ok_or_else(|| Error::NoControl(roster.unavailable.values().cloned().collect()))?;
    let selection = Selection { workloads: vec![WORKLOAD.to_string()], ..Selection::default() };
    let (workloads, ..) = select::of_suite(&selection, Usual::All).map_err(Error::Control)?;
    plan.targets.push(Target {
        id: "control:native".to_string(),
        program: worker.built.program.clone(),
        layouts: Vec::new(),
        configuration: configuration.clone(),
    });
    plan.workloads.extend(workloads);
    let (target, workload) = (plan.targets.len() - 1, plan.workloads.len() - 1);
    Ok(Item { target, workload, kind: Kind::Full(Source::Linked) })
}
