//! The store: a run is a folder with `run.json` and Parquet. Each process's records are a file of their own from
//! the moment that the process ends, so a run that is killed loses at most the process that it was in; a finished
//! run has one file.
//!
//! ```text
//! <results>/<run id>/run.json
//! <results>/<run id>/parts/000000.parquet    one per process, until the run is finished
//! <results>/<run id>/records.parquet         all of them, afterwards
//! ```
//!
//! A process that is in both places (killed while finishing) counts once.

mod files;
mod list;
mod seal;
mod table;

use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use files::Existing;
pub use list::{Listing, StoredRun, latest, list_runs};
use sha2::{Digest, Sha256};

use crate::{
    Error, Result, document,
    error::{Damage, cannot, chain},
    provenance,
    record::{Record, SCHEMA},
    run::Run,
};

/// The file that states what a run was.
pub const RUN: &str = "run.json";
/// The file with every row of a run that has ended.
pub const RECORDS: &str = "records.parquet";
/// The folder with the rows of single processes.
pub const PARTS: &str = "parts";

/// A run as read.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedRun {
    /// What the run was.
    pub run: Run,
    /// Every record that could be read, by process.
    pub records: Vec<Record>,
    /// What could not be read, as sentences that name the file.
    pub warnings: Vec<String>,
}

/// Writes a run.
#[derive(Debug)]
pub struct RunWriter {
    directory: PathBuf,
}

/// A run that can go on.
#[derive(Debug)]
pub struct Resumed {
    /// Appends to the run.
    pub writer: RunWriter,
    /// What the run is.
    pub run: Run,
    /// The processes whose records are there, by number.
    pub processes: Vec<Process>,
    /// What could not be read and was set aside, as sentences that name the file. Its processes are not in
    /// `processes` and can be measured again.
    pub warnings: Vec<String>,
}

/// A process that wrote records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Process {
    /// Its number.
    pub number: u32,
    /// Its round.
    pub round: u32,
    /// Its configuration.
    pub configuration: String,
    /// Its workload.
    pub workload: String,
}

impl RunWriter {
    /// A new run in the folder `directory`, in which no run must be yet.
    ///
    /// # Errors
    /// Where a run is there, or the folder cannot be made.
    pub fn create(directory: &Path, run: &Run) -> Result<RunWriter> {
        if let Some(parent) = directory.parent() {
            let remedy = "choose a results folder that can be written to";
            fs::create_dir_all(parent).map_err(cannot("make", parent, remedy))?;
        }
        let made = match fs::create_dir(directory) {
            // Killed before it was described: nothing was measured.
            Err(problem) if problem.kind() == ErrorKind::AlreadyExists && !directory.join(RUN).exists() => {
                Ok(())
            }
            made => made,
        };
        let remedy = "a run needs a folder of its own in a place that can be written to";
        made.map_err(cannot("make", directory, remedy))?;
        let writer = RunWriter { directory: directory.to_owned() };
        writer.update(run)?;
        Ok(writer)
    }

    /// Opens a run to go on with it. Files that cannot be read are set aside under a name that ends in `.damaged`.
    ///
    /// # Errors
    /// Where `directory` is no run of this version, or cannot be written to.
    pub fn resume(directory: &Path) -> Result<Resumed> {
        let Contents { run, records, damaged, warnings } = read(directory)?;
        for path in damaged {
            let aside = path.with_added_extension("damaged");
            fs::rename(&path, &aside).map_err(|source| Error::Aside { path, source })?;
        }
        let mut processes: Vec<Process> = records
            .iter()
            .map(|record| Process {
                number: record.process,
                round: record.round,
                configuration: record.configuration.clone(),
                workload: record.workload.clone(),
            })
            .collect();
        processes.dedup();
        Ok(Resumed { writer: RunWriter { directory: directory.to_owned() }, run, processes, warnings })
    }

    /// The run's folder.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Adds everything that one process measured. When this returns it is on the disk, whatever happens next.
    ///
    /// # Errors
    /// Where there are no records or they are of several processes, the process is there already, a value is not
    /// finite, or the disk does not take it.
    pub fn append(&self, process: &[Record]) -> Result<()> {
        let Some(first) = process.first() else {
            return Err(Error::NoRecords);
        };
        if process.iter().any(|record| record.process != first.process) {
            return Err(Error::OtherProcess(first.process));
        }
        let parts = self.directory.join(PARTS);
        fs::create_dir_all(&parts).map_err(cannot("make", &parts, "make the run's folder writable"))?;
        files::write(&parts, &part(first.process), &table::encode(process)?, Existing::Keep)
    }

    /// Writes what the run is anew.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn update(&self, run: &Run) -> Result<()> {
        let mut text = serde_json::to_string_pretty(run).map_err(Error::Json)?;
        text.push('\n');
        files::write(&self.directory, RUN, text.as_bytes(), Existing::Replace)
    }

    /// Gathers all processes in one file. Parts that cannot be read stay where they are.
    ///
    /// # Errors
    /// Where the disk does not take it, or an earlier `records.parquet` cannot be read; then nothing has changed.
    pub fn finish(self) -> Result<()> {
        let Contents { records, damaged, .. } = read(&self.directory)?;
        let whole = self.directory.join(RECORDS);
        if damaged.contains(&whole) {
            return Err(Error::Finish(whole));
        }
        // Gathered before, and killed or begun again since: the file stays as it is.
        if !whole.exists() || !parts(&self.directory)?.is_empty() {
            files::write(&self.directory, RECORDS, &table::encode(&records)?, Existing::Replace)?;
        }
        // From here on the parts are copies. Killed in between, some stay, and are counted once all the same.
        for path in parts(&self.directory)? {
            if !damaged.contains(&path) {
                fs::remove_file(&path).map_err(cannot("remove", &path, "remove it by hand"))?;
            }
        }
        if damaged.is_empty() {
            let parts = self.directory.join(PARTS);
            if parts.exists() {
                fs::remove_dir_all(&parts).map_err(cannot("remove", &parts, "remove it by hand"))?;
            }
        }
        Ok(())
    }
}

/// Stores a whole run in the folder `directory`, which must not be there yet.
///
/// # Errors
/// As [`RunWriter::create`]; and where a value is not finite.
pub fn write(directory: &Path, run: &Run, records: &[Record]) -> Result<()> {
    RunWriter::create(directory, run)?;
    files::write(directory, RECORDS, &table::encode(records)?, Existing::Keep)
}

/// Reads a run, finished or not.
///
/// # Errors
/// Where `directory` is no run, or of a newer version. Damaged files of records are warnings. Rows that were stored
/// without their process's source have it where the process's phases show it.
pub fn load(directory: &Path) -> Result<LoadedRun> {
    let Contents { run, mut records, warnings, .. } = read(directory)?;
    provenance::derive(&mut records);
    Ok(LoadedRun { run, records, warnings })
}

/// A name of a run's content, which changes whenever that does: a sha256 of `run.json` and of the checksums that its
/// Parquet files carry. Of these, only the ends are read. A run that was damaged without changing its size keeps its name.
///
/// # Errors
/// Where a file cannot be read or is cut off.
pub fn identity(directory: &Path) -> Result<String> {
    let path = directory.join(RUN);
    let described = fs::read(&path).map_err(cannot("read", &path, "give the folder of a run"))?;
    let mut hash = Sha256::new_with_prefix(described);
    let whole = directory.join(RECORDS);
    for path in whole.exists().then_some(whole).into_iter().chain(parts(directory)?) {
        let seal = seal::read(&path).map_err(|source| Error::Records { path, source })?;
        hash.update(seal);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

struct Contents {
    run: Run,
    records: Vec<Record>,
    damaged: Vec<PathBuf>,
    warnings: Vec<String>,
}

fn read(directory: &Path) -> Result<Contents> {
    let mut contents =
        Contents { run: read_run(directory)?, records: vec![], damaged: vec![], warnings: vec![] };
    let whole = directory.join(RECORDS);
    let mut known = BTreeSet::new();
    for path in whole.exists().then_some(whole).into_iter().chain(parts(directory)?) {
        match fs::read(&path).map_err(Damage::from).and_then(table::decode) {
            Ok(mut records) => {
                records.retain(|record| !known.contains(&record.process));
                known.extend(records.iter().map(|record| record.process));
                contents.records.extend(records);
            }
            Err(error) => {
                contents.warnings.push(format!(
                    "{} cannot be read and is left out ({}); resume the run to measure it again",
                    path.display(),
                    chain(&error)
                ));
                contents.damaged.push(path);
            }
        }
    }
    if contents.run.finished.is_some() && known.is_empty() && contents.damaged.is_empty() {
        contents.warnings.push(format!(
            "{} is not there, though the run was finished; restore it, or resume the run to measure it again",
            directory.join(RECORDS).display()
        ));
    }
    contents.records.sort_by_key(|record| record.process);
    Ok(contents)
}

/// `run.json` of the run in `directory`.
///
/// # Errors
/// Where `directory` is no run, or of a newer version.
pub fn read_run(directory: &Path) -> Result<Run> {
    let path = directory.join(RUN);
    let text = fs::read_to_string(&path).map_err(cannot("read", &path, "give the folder of a run"))?;
    parse_run(&text, &path.display().to_string())
}

/// The run that this text describes, which is the content of the file or object `name`.
///
/// # Errors
/// Where it is no run's description, or of a newer version.
pub fn parse_run(text: &str, name: &str) -> Result<Run> {
    document::read(text.as_bytes(), name, "not a run's description", SCHEMA)
}

/// The files of parts, in order.
fn parts(directory: &Path) -> Result<Vec<PathBuf>> {
    let directory = directory.join(PARTS);
    if !directory.exists() {
        return Ok(vec![]);
    }
    let failed = cannot("list", &directory, "make it readable");
    let mut paths = Vec::new();
    for entry in fs::read_dir(&directory).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn part(process: u32) -> String {
    format!("{process:06}.parquet")
}

#[cfg(test)]
mod tests;
