//! Runs by where they are. What a store has is read into the cache, under the hash of what it consists of.

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::{Context, Result, anyhow, bail};
use wasmark_adapter::host::sha256;
use wasmark_results::{
    run::Run,
    store::{self as runs, LoadedRun},
};

use super::{
    Marker, Place, Store,
    marker::{FILES, File},
};
use crate::paths;

/// A run that can be read.
#[derive(Debug)]
pub struct Stored {
    /// Its folder or its URL.
    pub name: String,
    /// What it is.
    pub run: Run,
    at: At,
}

#[derive(Debug)]
enum At {
    Folder(PathBuf),
    Store { store: Rc<Store>, parents: Vec<String>, marker: Marker },
}

impl Stored {
    /// The run in a folder.
    ///
    /// # Errors
    /// Where it is none, or of a newer version.
    pub fn in_folder(folder: &Path) -> Result<Stored> {
        let run = runs::read_run(folder)?;
        Ok(Stored { name: folder.display().to_string(), run, at: At::Folder(folder.to_path_buf()) })
    }

    /// Its folder, where it is in one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.at {
            At::Folder(folder) => Some(folder),
            At::Store { .. } => None,
        }
    }

    /// Reads it, from a store into the cache first.
    ///
    /// # Errors
    /// Where a store cannot be reached, or the cache not be written. Damaged files are warnings of the run.
    pub fn load(&self) -> Result<LoadedRun> {
        match &self.at {
            At::Folder(folder) => runs::load(folder),
            At::Store { store, parents, marker } => fetch(&self.name, (store, parents), marker),
        }
    }
}

/// The files of a run in a store, read from the cache where they were read before.
fn fetch(name: &str, (store, parents): (&Store, &[String]), marker: &Marker) -> Result<LoadedRun> {
    let cache = paths::cache()?.join("stored");
    let failed = || {
        format!("failed to write {}; set WASMARK_CACHE to a folder that can be written to", cache.display())
    };
    let kept = cache.join(&sha256(&marker.write()?)[..32]);
    if kept.is_dir() {
        return Ok(named(runs::load(&kept)?, &kept, name));
    }
    fs::create_dir_all(&cache).with_context(failed)?;
    let fresh = tempfile::tempdir_in(&cache).with_context(failed)?;
    // No other names: what a marker lists may lead anywhere.
    let expected: Vec<(&str, &File)> =
        FILES.into_iter().filter_map(|name| Some((name, marker.files.get(name)?))).collect();
    let paths: Vec<Vec<String>> =
        expected.iter().map(|(file, _)| [parents, &[(*file).to_string()]].concat()).collect();
    let mut damaged = Vec::new();
    for ((file, expected), content) in expected.into_iter().zip(store.read(&paths)?) {
        let again = "upload the run again with `wasmark upload` from where it was measured";
        match content {
            Some(content) => {
                if File::of(&content) != *expected {
                    damaged.push(format!("{name}/{file} is not what was uploaded; {again}"));
                }
                fs::write(fresh.path().join(file), content).with_context(failed)?;
            }
            None => damaged.push(format!("{name}/{file} is not there; {again}")),
        }
    }
    let mut loaded = named(runs::load(fresh.path())?, fresh.path(), name);
    if damaged.is_empty() {
        // Where another process has put it there, it is the same.
        if fs::rename(fresh.path(), &kept).is_ok() {
            drop(fresh.keep());
        }
    }
    loaded.warnings.extend(damaged);
    Ok(loaded)
}

/// The run with its own name in its warnings, and not that of the copy.
fn named(mut loaded: LoadedRun, copy: &Path, name: &str) -> LoadedRun {
    let copy = copy.display().to_string();
    loaded.warnings.iter_mut().for_each(|warning| *warning = warning.replace(&copy, name));
    loaded
}

/// All runs of a place, oldest first: the one that it is, or those that it holds. What cannot be read is in the second list, as
/// sentences; an upload that did not end is no run.
///
/// # Errors
/// Where the place cannot be read, or is one run that cannot be.
pub fn all(place: &Place) -> Result<(Vec<Stored>, Vec<String>)> {
    let (mut found, warnings) = match place {
        Place::Folder(folder) if folder.join("run.json").is_file() => {
            (vec![Stored::in_folder(folder)?], Vec::new())
        }
        Place::Folder(folder) => {
            let listing = runs::list_runs(folder)?;
            let stored = |one: runs::StoredRun| Stored {
                name: one.directory.display().to_string(),
                run: one.run,
                at: At::Folder(one.directory),
            };
            (listing.runs.into_iter().map(stored).collect(), listing.warnings)
        }
        Place::Url(url) => in_store(Store::open(url)?)?,
    };
    found.sort_by(|one, other| (&one.run.started, &one.run.id).cmp(&(&other.run.started, &other.run.id)));
    Ok((found, warnings))
}

fn in_store(store: Store) -> Result<(Vec<Stored>, Vec<String>)> {
    let store = Rc::new(store);
    let own = [Marker::NAME, "run.json"].map(|name| vec![name.to_string()]);
    if let [Some(marker), description] = store.read(&own)?.as_slice() {
        let name = store.url().to_string();
        return Ok((
            vec![described((&store, Vec::new()), name, marker, description.as_deref())?],
            Vec::new(),
        ));
    }
    let folders = store.folders()?;
    let paths: Vec<Vec<String>> = folders
        .iter()
        .flat_map(|folder| [Marker::NAME, "run.json"].map(|name| vec![folder.clone(), name.to_string()]))
        .collect();
    let (mut found, mut warnings) = (Vec::new(), Vec::new());
    for (folder, files) in folders.into_iter().zip(store.read(&paths)?.chunks(2)) {
        let name = format!("{}/{folder}", store.url());
        match files {
            [Some(marker), description] => {
                match described((&store, vec![folder]), name, marker, description.as_deref()) {
                    Ok(stored) => found.push(stored),
                    Err(problem) => warnings.push(format!("{problem:#}")),
                }
            }
            [None, Some(_)] => warnings.push(format!(
                "{name} is left out: its upload did not end; repeat it with `wasmark upload` where it was measured"
            )),
            _ => {}
        }
    }
    Ok((found, warnings))
}

fn described(
    (store, parents): (&Rc<Store>, Vec<String>),
    name: String,
    marker: &[u8],
    description: Option<&[u8]>,
) -> Result<Stored> {
    let marker = Marker::read(marker).with_context(|| format!("failed to read {name}/{}", Marker::NAME))?;
    let missing = || anyhow!("failed to read {name}/run.json: it is not there; upload the run again");
    let description = String::from_utf8_lossy(description.ok_or_else(missing)?);
    let run = runs::parse_run(&description, &format!("{name}/run.json"))?;
    Ok(Stored { name, run, at: At::Store { store: Rc::clone(store), parents, marker } })
}

/// The run that a place is; else the newest one that it holds, with all shards of its job.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub fn with_siblings(place: &Place) -> Result<Vec<Stored>> {
    let (mut found, warnings) = all(place)?;
    warnings.iter().for_each(|warning| eprintln!("{warning}"));
    let Some(newest) = found.pop() else { bail!(none(place)) };
    let job = |stored: &Stored| stored.run.shard.as_ref().map(|shard| shard.job.clone());
    let Some(own) = job(&newest) else { return Ok(vec![newest]) };
    found.retain(|stored| job(stored).as_ref() == Some(&own));
    found.push(newest);
    Ok(found)
}

fn none(place: &Place) -> String {
    format!(
        "failed to find a run in {place}: there is none; `wasmark run` makes one, and `wasmark upload` copies it"
    )
}
