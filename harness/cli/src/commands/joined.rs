//! The runs that a command line names, read and joined.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use wasmark_results::{
    join::{self, Group, Joined, Missing, Named},
    store::LoadedRun,
};
use wasmark_runner::{
    remote::{self, Place, Stored},
    shard,
};

/// Runs that belong together.
pub struct Runs {
    /// A run for each class of machines.
    pub groups: Vec<Group>,
    /// For each shard that is missing, a sentence with the command that measures it. They are among the runs' notes, too.
    pub missing: Vec<String>,
    /// Where a page of them belongs.
    pub page: PathBuf,
}

/// Reads the runs at these places, or here, and joins them. Of a place that holds runs, the newest one counts, with all
/// shards of its job. The command of a joined run is that of the whole.
///
/// # Errors
/// Where a place has no run, or the runs do not belong together.
pub fn read(places: &[Place]) -> Result<Runs> {
    let stored = match places {
        [] => remote::with_siblings(&Place::or_here(None)?)?,
        places => {
            let each = places.iter().map(remote::with_siblings).collect::<Result<Vec<_>, _>>()?;
            each.into_iter().flatten().collect()
        }
    };
    let page = page(&stored);
    let read = |stored: &Stored| Ok(Named { name: stored.name.clone(), loaded: stored.load()? });
    let Joined { mut groups, missing } = join::join(stored.iter().map(read).collect::<Result<_>>()?)?;
    let missing = missing.iter().map(sentence).collect::<Result<Vec<String>>>()?;
    let of_shard =
        |command: &str| stored.iter().any(|one| one.run.shard.is_some() && one.run.command == command);
    for Group { loaded, .. } in &mut groups {
        if of_shard(&loaded.run.command) {
            let words = shlex::split(&loaded.run.command).unwrap_or_default();
            loaded.run.command = shlex::try_join(shard::of_whole(&words).iter().map(String::as_str))?;
            loaded.run.notes.extend(missing.iter().cloned());
        }
    }
    Ok(Runs { groups, missing, page })
}

/// The one run at a place, or of shards there on machines of one class.
///
/// # Errors
/// As [`read`], and where there are several.
pub fn one(place: &Place) -> Result<LoadedRun> {
    let mut groups = read(std::slice::from_ref(place))?.groups;
    let first = groups.pop().with_context(|| format!("failed to find a run in {place}; name one"))?;
    if let Some(other) = groups.pop() {
        bail!(
            "failed to take {place} for one run: its shards were measured on machines of several classes ({}; {}); name shards of one class",
            other.class,
            first.class
        );
    }
    Ok(first.loaded)
}

/// What is missing, and the command that measures it.
fn sentence(missing: &Missing) -> Result<String> {
    let record = &missing.shard;
    let words = shlex::split(&missing.command).unwrap_or_default();
    let command = match shard::Shard::new(record.number, record.of) {
        Some(shard) => shard::of_shard(&words, shard, &record.job, missing.seed),
        None => words,
    };
    let command = shlex::try_join(command.iter().map(String::as_str))?;
    let workloads = record.own().collect::<Vec<_>>().join(", ");
    Ok(format!(
        "shard {}/{} of {} is missing, which measures {workloads}; `{command}` measures it",
        record.number, record.of, record.job
    ))
}

/// Beside the run, or beside the folders of shards; of runs in a store, here.
fn page(stored: &[Stored]) -> PathBuf {
    let folder = |stored: &Stored| stored.folder().map(PathBuf::from);
    let Some(first) = stored.first() else { return "report.html".into() };
    match (stored, &first.run.shard) {
        ([one], None) => match folder(one) {
            Some(folder) => folder.join("report.html"),
            None => format!("{}.html", file_name(&one.run.id)).into(),
        },
        (_, shard) => {
            let name = shard.as_ref().map_or(&first.run.id, |shard| &shard.job);
            folder(first).unwrap_or_default().with_file_name(format!("{}.html", file_name(name)))
        }
    }
}

/// A name that stays in its folder: what a stored run calls itself may be anything.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect()
}
