//! The reasons for missing values, gathered so that each is read once: what one configuration reports of many workloads
//! and metrics is one entry. Nothing is left out.

use wasmark_results::summary::{Status, Summary};

/// One reason that one configuration gave, and for what.
pub struct Reason<'a> {
    /// `runtime/configuration`.
    pub configuration: &'a str,
    /// What kind of absence it is.
    pub status: Status,
    /// The reason.
    pub reason: &'a str,
    /// The metrics, in the run's order.
    pub metrics: Vec<&'a str>,
    /// The workloads, in the run's order.
    pub workloads: Vec<&'a str>,
}

impl Reason<'_> {
    /// The workloads' names, or how many they are where that is all of them.
    pub fn of_workloads(&self, summary: &Summary) -> String {
        match self.workloads.len() {
            all if all > 1 && all == summary.run.workloads.len() => format!("all {all} workloads"),
            _ => self.workloads.join(", "),
        }
    }
}

/// Every problem of the run in exactly one entry; what went wrong comes before what is only unsupported.
pub fn gather(summary: &Summary) -> Vec<Reason<'_>> {
    let mut reasons: Vec<Reason<'_>> = Vec::new();
    for problem in &summary.problems.list {
        let (configuration, status) = (problem.configuration.as_str(), problem.status);
        let reason = problem.reason.as_str();
        let same = |known: &Reason<'_>| {
            (known.configuration, known.status, known.reason) == (configuration, status, reason)
        };
        let index = reasons.iter().position(same).unwrap_or_else(|| {
            reasons.push(Reason { configuration, status, reason, metrics: vec![], workloads: vec![] });
            reasons.len() - 1
        });
        let known = &mut reasons[index];
        for (list, name) in [(&mut known.metrics, &problem.metric), (&mut known.workloads, &problem.workload)]
        {
            if !list.contains(&name.as_str()) {
                list.push(name);
            }
        }
    }
    reasons.sort_by_key(|one| one.status == Status::Unsupported);
    reasons
}
