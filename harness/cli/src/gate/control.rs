//! The control kernel: native code that no engine has touched, in worker processes of its own. Where it is slower than
//! itself, the machine is to blame.

use wasmark_adapter::{Source, Tier};

use crate::{
    options::{Runtimes, Selection},
    plan::{Item, Kind, Plan},
    select,
    workers::Missing,
};

/// The workload whose native twin it is.
const WORKLOAD: &str = "fib";

/// Adds the control kernel to the plan; none where the native worker is not built, with what to do about it.
///
/// # Errors
/// As a sentence, where there is none.
pub fn add(plan: &mut Plan) -> Result<Item, String> {
    let selection = Selection {
        runtimes: Runtimes { runtimes: vec!["native".into()] },
        workloads: vec![WORKLOAD.into()],
        ..Selection::default()
    };
    let missing =
        |why: &str| format!("there is no control kernel: {why}; run `wasmark build --runtimes native`");
    let own = crate::options::Own::default();
    let found = select::select(&selection, &own, None, Missing::Leave)
        .map_err(|problem| missing(&format!("{problem:#}")))?;
    let native = found.targets.into_iter().find(|target| target.configuration.tier == Tier::Native);
    match (native, found.workloads.into_iter().next()) {
        (Some(mut target), Some(workload)) => {
            target.id = format!("control:{}", target.id);
            plan.targets.push(target);
            plan.workloads.push(workload);
            let (target, workload) = (plan.targets.len() - 1, plan.workloads.len() - 1);
            Ok(Item { target, workload, kind: Kind::Full(Source::Linked) })
        }
        _ => Err(missing("the native worker is not there")),
    }
}
