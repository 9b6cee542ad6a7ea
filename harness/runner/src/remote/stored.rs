//! Runs by where they are. What a store has is read into the cache, under the hash of what it consists of.

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use tempfile::TempDir;
use wasmark_adapter::host::sha256;
use wasmark_results::{
    run::Run,
    store::{self as runs, LoadedRun, RUN},
};

use super::{
    Error, Marker, Place, Store, Url,
    marker::{FILES, File, GATE},
};
use crate::{
    Result,
    error::{chain, failed_to},
    paths,
};

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
            At::Folder(folder) => Ok(runs::load(folder)?),
            At::Store { store, parents, marker } => fetch(&self.name, store, parents, marker),
        }
    }
}

/// What was uploaded, as a folder in the cache that has its name in the store.
struct Copied {
    folder: PathBuf,
    /// Sentences that name files which are not as they were uploaded.
    damaged: Vec<String>,
    /// The folder of a damaged copy, which is not kept.
    _fresh: Option<TempDir>,
}

/// The run in a store.
fn fetch(name: &str, store: &Store, parents: &[String], marker: &Marker) -> Result<LoadedRun> {
    let Copied { folder, damaged, _fresh } = copy(name, store, parents, marker)?;
    let mut loaded = runs::load(&folder)?;
    named(&mut loaded.warnings, &folder, name);
    loaded.warnings.extend(damaged);
    Ok(loaded)
}

/// Copies the files of an upload into the cache, where they are not there from before.
fn copy(name: &str, store: &Store, parents: &[String], marker: &Marker) -> Result<Copied> {
    let cache = paths::cache()?.join("stored");
    let failed = failed_to("write", &cache, "set WASMARK_CACHE to a folder that can be written to");
    // The name is the store's, and may be one that leads elsewhere.
    let own = parents.last().map_or(store.url().last(), |own| Some(own.as_str()));
    let own = own.filter(|own| Path::new(own).file_name().is_some_and(|last| last == *own)).unwrap_or("run");
    let home = cache.join(&sha256(&marker.write()?)[..32]);
    let folder = home.join(own);
    if folder.is_dir() {
        return Ok(Copied { folder, damaged: Vec::new(), _fresh: None });
    }
    fs::create_dir_all(&home).map_err(failed)?;
    let fresh = tempfile::tempdir_in(&home).map_err(failed)?;
    // No other names: what a marker lists may lead anywhere.
    let expected: Vec<(&str, &File)> =
        FILES.into_iter().filter_map(|name| Some((name, marker.files.get(name)?))).collect();
    let paths: Vec<Vec<String>> =
        expected.iter().map(|(file, _)| [parents, &[(*file).to_string()]].concat()).collect();
    let mut damaged = Vec::new();
    for ((file, expected), content) in expected.into_iter().zip(store.read(&paths)?) {
        let again = "upload it again with `wasmark upload` from where it was measured";
        match content {
            Some(content) => {
                if File::of(&content) != *expected {
                    damaged.push(format!("{name}/{file} is not what was uploaded; {again}"));
                }
                fs::write(fresh.path().join(file), content).map_err(failed)?;
            }
            None => damaged.push(format!("{name}/{file} is not there; {again}")),
        }
    }
    if !damaged.is_empty() {
        return Ok(Copied { folder: fresh.path().to_path_buf(), damaged, _fresh: Some(fresh) });
    }
    // Where another process has put it there, it is the same.
    if fs::rename(fresh.path(), &folder).is_ok() {
        drop(fresh.keep());
    }
    Ok(Copied { folder, damaged, _fresh: None })
}

/// All runs of a place, oldest first: the one that it is, or those that it holds. What cannot be read is in the second list, as
/// sentences; an upload that did not end is no run.
///
/// # Errors
/// Where the place cannot be read, or is one run that cannot be.
pub fn all(place: &Place) -> Result<(Vec<Stored>, Vec<String>)> {
    let (mut found, warnings) = match place {
        Place::Folder(folder) if folder.join(RUN).is_file() => (vec![Stored::in_folder(folder)?], Vec::new()),
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

/// Copies in the cache of what is under a URL.
#[derive(Debug, Default)]
pub struct Copies {
    /// The folders of the runs and gates, each with its name in the store.
    pub folders: Vec<(String, PathBuf)>,
    /// Sentences about what cannot be read.
    pub warnings: Vec<String>,
}

impl Copies {
    /// Has sentences about the copies name what they are copies of.
    pub fn name(&self, sentences: &mut [String]) {
        self.folders.iter().for_each(|(name, folder)| named(sentences, folder, name));
    }
}

/// Has sentences about a copy name what it is a copy of.
fn named(sentences: &mut [String], copy: &Path, name: &str) {
    let copy = copy.display().to_string();
    sentences.iter_mut().for_each(|sentence| *sentence = sentence.replace(&copy, name));
}

/// Copies all runs and gates under a URL into the cache, where they are not there from before.
///
/// # Errors
/// Where the store cannot be reached, or the cache not be written.
pub fn copies(url: &Url) -> Result<Copies> {
    let store = Store::open(url)?;
    let (uploads, mut warnings) = uploads(&store)?;
    let mut folders = Vec::new();
    for upload in uploads {
        match Marker::read(&upload.marker) {
            Ok(marker) => {
                let copied = copy(&upload.name, &store, &upload.parents, &marker)?;
                if copied.damaged.is_empty() {
                    folders.push((upload.name, copied.folder));
                }
                warnings.extend(copied.damaged);
            }
            Err(problem) => {
                warnings.push(format!("{}/{}: {}", upload.name, Marker::NAME, chain(&problem)));
            }
        }
    }
    Ok(Copies { folders, warnings })
}

/// An upload that ended.
struct Ended {
    /// Its URL.
    name: String,
    parents: Vec<String>,
    marker: Vec<u8>,
    /// `run.json`, where it is there.
    description: Option<Vec<u8>>,
}

/// What is in a store: the upload that the URL is, or those that lie under it. The second list has sentences about uploads
/// that did not end.
fn uploads(store: &Store) -> Result<(Vec<Ended>, Vec<String>)> {
    let files = [Marker::NAME, RUN];
    let own = store.read(&files.map(|name| vec![name.to_string()]))?;
    if let Ok([Some(marker), description]) = <[_; 2]>::try_from(own) {
        let name = store.url().to_string();
        return Ok((vec![Ended { name, parents: Vec::new(), marker, description }], Vec::new()));
    }
    let folders = store.folders()?;
    let paths: Vec<Vec<String>> =
        folders.iter().flat_map(|folder| files.map(|name| vec![folder.clone(), name.to_string()])).collect();
    let mut contents = store.read(&paths)?.into_iter();
    let (mut ended, mut warnings) = (Vec::new(), Vec::new());
    for folder in folders {
        let name = format!("{}/{folder}", store.url());
        match [contents.next().flatten(), contents.next().flatten()] {
            [Some(marker), description] => {
                ended.push(Ended { name, parents: vec![folder], marker, description })
            }
            [None, Some(_)] => warnings.push(format!(
                "{name} is left out: its upload did not end; repeat it with `wasmark upload` where it was measured"
            )),
            _ => {}
        }
    }
    Ok((ended, warnings))
}

fn in_store(store: Store) -> Result<(Vec<Stored>, Vec<String>)> {
    let store = Rc::new(store);
    let (uploads, mut warnings) = uploads(&store)?;
    let one = uploads.iter().any(|upload| upload.parents.is_empty());
    let mut found = Vec::new();
    for upload in uploads {
        match described(&store, upload) {
            Ok(stored) => found.extend(stored),
            Err(problem) if one => return Err(problem),
            Err(problem) => warnings.push(chain(&problem)),
        }
    }
    Ok((found, warnings))
}

/// The run that an upload is; none of a gate.
fn described(store: &Rc<Store>, upload: Ended) -> Result<Option<Stored>> {
    let Ended { name, parents, marker, description } = upload;
    let marker = Marker::read(&marker)
        .map_err(|source| Error::Marker { file: format!("{name}/{}", Marker::NAME), source })?;
    if marker.files.contains_key(GATE) {
        return Ok(None);
    }
    let description = description.ok_or_else(|| Error::Missing(format!("{name}/{RUN}")))?;
    let description = String::from_utf8_lossy(&description).into_owned();
    let run = runs::parse_run(&description, &format!("{name}/{RUN}"))?;
    Ok(Some(Stored { name, run, at: At::Store { store: Rc::clone(store), parents, marker } }))
}

/// The run that a place is; else the newest one that it holds, with all shards of its job.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub fn with_siblings(place: &Place) -> Result<Vec<Stored>> {
    let (mut found, warnings) = all(place)?;
    warnings.iter().for_each(|warning| eprintln!("{warning}"));
    let Some(newest) = found.pop() else { return Err(Error::NoRun(place.to_string()).into()) };
    let job = |stored: &Stored| stored.run.shard.as_ref().map(|shard| shard.job.clone());
    let Some(own) = job(&newest) else { return Ok(vec![newest]) };
    found.retain(|stored| job(stored).as_ref() == Some(&own));
    found.push(newest);
    Ok(found)
}
