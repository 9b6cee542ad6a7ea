//! Combines stored runs: shards are joined into their run, and runs on other classes of machines are shown beside it.
//! Runs that do not belong together are refused with the reasons.

mod merge;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Error, Result,
    machine::Class,
    run::{Run, Shard},
    store::LoadedRun,
};

/// A run, and how the user named it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// A folder or a URL.
    pub name: String,
    /// The run.
    pub loaded: LoadedRun,
}

/// Runs that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// A run for each class of machines, in the order in which they were named. They are never compared with each other.
    pub groups: Vec<Group>,
    /// The shards that are not among them.
    pub missing: Vec<Missing>,
}

/// What was measured on machines of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The class.
    pub class: Class,
    /// One run: a whole one as it is, or shards joined. The id of a joined run is its job.
    pub loaded: LoadedRun,
}

/// A shard that is needed and not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// What it would record of itself.
    pub shard: Shard,
    /// The command of another shard of the same run.
    pub command: String,
    /// The run's seed.
    pub seed: u64,
}

/// Joins shards, and groups runs by their machines' classes.
///
/// # Errors
/// Where two are the same shard; where a shard is of another job, division, seed, module or profile than those beside it,
/// or has another worker than one of the same class; where one class has several whole runs; where a shard has rows of
/// another one's workloads.
pub fn join(runs: Vec<Named>) -> Result<Joined> {
    if runs.is_empty() {
        return Err(Error::NothingToJoin);
    }
    refuse_repeated(&runs)?;
    refuse_other_jobs(&runs)?;
    let missing = missing(&runs);
    let mut by_class: Vec<(Class, Vec<Named>)> = Vec::new();
    for run in runs {
        let class = Class::of(&run.loaded.run.environment);
        match by_class.iter_mut().find(|(known, _)| *known == class) {
            Some((_, group)) => group.push(run),
            None => by_class.push((class, vec![run])),
        }
    }
    let group = |(class, group)| Ok(Group { class, loaded: of_class(group)? });
    let groups = by_class.into_iter().map(group).collect::<Result<_>>()?;
    Ok(Joined { groups, missing })
}

/// The run that runs on machines of one class are together.
fn of_class(mut group: Vec<Named>) -> Result<LoadedRun> {
    if let [one] = group.as_slice()
        && one.loaded.run.shard.is_none()
    {
        return Ok(group.remove(0).loaded);
    }
    if let Some(whole) = group.iter().find(|one| one.loaded.run.shard.is_none()) {
        let other = group.iter().find(|one| one.name != whole.name).unwrap_or(whole);
        return Err(Error::WholeRun { whole: whole.name.clone(), other: other.name.clone() });
    }
    for pair in group.windows(2) {
        let [one, other] = pair else { continue };
        refuse(one, other, workers(&one.loaded.run, &other.loaded.run))?;
    }
    for one in &group {
        let shard = one.loaded.run.shard.as_ref();
        let own: BTreeSet<&str> = shard.map(Shard::own).into_iter().flatten().collect();
        if let Some(row) = one.loaded.records.iter().find(|row| !own.contains(row.workload.as_str())) {
            return Err(Error::OtherRows { shard: one.name.clone(), workload: row.workload.clone() });
        }
    }
    group.sort_by_key(|one| one.loaded.run.shard.as_ref().map(|shard| shard.number));
    let first = group.remove(0).loaded;
    Ok(merge::merge(first, group.into_iter().map(|one| one.loaded).collect()))
}

/// Refuses two shards of one number.
fn refuse_repeated(runs: &[Named]) -> Result<()> {
    let mut seen: BTreeMap<(&str, u32), &str> = BTreeMap::new();
    for run in runs {
        let Some(Shard { job, number, of, .. }) = &run.loaded.run.shard else { continue };
        if let Some(one) = seen.insert((job, *number), &run.name) {
            let (one, other, job) = (one.to_owned(), run.name.clone(), job.clone());
            return Err(Error::SameShard { one, other, number: *number, of: *of, job });
        }
    }
    Ok(())
}

/// Refuses shards of different jobs, and shards of one job that are not of one run. Only machines of another class may
/// measure another job.
fn refuse_other_jobs(runs: &[Named]) -> Result<()> {
    let shards: Vec<(&Named, &Shard)> =
        runs.iter().filter_map(|run| Some((run, run.loaded.run.shard.as_ref()?))).collect();
    for (position, (one, shard)) in shards.iter().enumerate() {
        for (other, its) in &shards[position + 1..] {
            let class = |named: &Named| Class::of(&named.loaded.run.environment);
            if shard.job == its.job || class(one) == class(other) {
                refuse(one, other, differences(&one.loaded.run, &other.loaded.run))?;
            }
        }
    }
    Ok(())
}

/// Refuses two runs for these reasons, where there are any.
fn refuse(one: &Named, other: &Named, reasons: Vec<String>) -> Result<()> {
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Error::OtherRun { one: one.name.clone(), other: other.name.clone(), reasons })
}

/// In what two shards differ that shards of one run have in common on every machine, as sentences without an end.
fn differences(one: &Run, other: &Run) -> Vec<String> {
    let (Some(shard), Some(its)) = (&one.shard, &other.shard) else { return Vec::new() };
    let mut all = Vec::new();
    let mut note = |what: &str, one: String, other: String| {
        if one != other {
            all.push(format!("{what} {one} and {other}"));
        }
    };
    note("seed", one.seed.to_string(), other.seed.to_string());
    note("profile", one.profile.clone(), other.profile.clone());
    note("rounds", one.rounds.to_string(), other.rounds.to_string());
    note("metrics", one.metrics.join(","), other.metrics.join(","));
    note("number of shards", shard.of.to_string(), its.of.to_string());
    let mut modules = false;
    for assigned in &shard.division {
        let same = its.division.iter().find(|another| another.workload == assigned.workload);
        if let Some(another) = same {
            let what = format!("module of {}", assigned.workload);
            let short = |sha256: &str| sha256.get(..12).unwrap_or(sha256).to_string();
            modules |= assigned.wasm_sha256 != another.wasm_sha256;
            note(&what, short(&assigned.wasm_sha256), short(&another.wasm_sha256));
        }
    }
    if shard.division != its.division && shard.of == its.of && !modules {
        all.push("other workloads, or another division of them".to_string());
    }
    if all.is_empty() && shard.job != its.job {
        all.push(format!("job {} and {}", shard.job, its.job));
    }
    all
}

/// In what the workers of two shards differ.
fn workers(one: &Run, other: &Run) -> Vec<String> {
    let of = |run: &Run| -> BTreeMap<String, String> {
        run.configurations.iter().map(|one| (one.id.clone(), one.worker.clone())).collect()
    };
    let (mine, its) = (of(one), of(other));
    let ids: BTreeSet<&String> = mine.keys().chain(its.keys()).collect();
    let mut all: Vec<String> = Vec::new();
    for id in ids {
        match (mine.get(id), its.get(id)) {
            (Some(key), Some(another)) if key != another => {
                all.push(format!("the worker of {id} has the key {key} and {another}"));
            }
            (Some(_), Some(_)) => {}
            _ => all.push(format!("only one of them has {id}")),
        }
    }
    if one.realtime != other.realtime {
        all.push("only one of them ran under SCHED_FIFO".to_string());
    }
    all
}

/// The shards that no run is, job by job.
fn missing(runs: &[Named]) -> Vec<Missing> {
    let mut by_job: BTreeMap<&str, Vec<(&Shard, &Run)>> = BTreeMap::new();
    for run in runs {
        if let Some(shard) = &run.loaded.run.shard {
            by_job.entry(&shard.job).or_default().push((shard, &run.loaded.run));
        }
    }
    let of_job = |shards: &Vec<(&Shard, &Run)>| -> Vec<Missing> {
        let there: BTreeSet<u32> = shards.iter().map(|(shard, _)| shard.number).collect();
        let Some((known, run)) = shards.first() else { return Vec::new() };
        let absent = (1..=known.of).filter(|number| !there.contains(number));
        let missing = |number| Missing {
            shard: Shard { number, ..(*known).clone() },
            command: run.command.clone(),
            seed: run.seed,
        };
        absent.map(missing).collect()
    };
    by_job.values().flat_map(of_job).collect()
}
