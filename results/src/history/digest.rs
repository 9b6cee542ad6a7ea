//! What the history needs of a run: a value for each cell, and what the run was. It is kept beside the run, so that no sample
//! of an old run is read again.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::settings::settings;
use crate::{
    Error, Result,
    machine::Class,
    record::metric,
    source::Source,
    store::{LoadedRun, identity, load},
    summary::{
        Unit,
        noise::{self, Grade},
        points::{self, Points},
    },
};

/// The form of the file; another one is made anew.
const FORM: u32 = 1;
/// The file's name in the run's folder.
const FILE: &str = "history.json";

/// The metrics that have a history: those of the page's main tables, and what compiling takes and gives.
pub const METRICS: [&str; 9] = {
    let [one, two, three, four, five, six, seven] = points::METRICS;
    [one, two, three, four, five, six, seven, metric::COMPILE, metric::ARTIFACT_SIZE]
};

/// A run in the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    form: u32,
    /// What it is of: [`identity`].
    of: String,
    /// What the run was.
    pub run: RunFacts,
    /// The run's configurations.
    pub configurations: Vec<Configuration>,
    /// The run's workloads.
    pub workloads: Vec<Workload>,
    /// What has a value.
    pub cells: Vec<Cell>,
}

/// What a run was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Its name.
    pub id: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended; absent in a run that was killed or is going on.
    pub finished: Option<String>,
    /// The command line.
    pub command: String,
    /// The machine.
    pub machine: Class,
    /// How noisy it was, in words.
    pub noise: String,
    /// What else can change a number, by names for people.
    pub settings: BTreeMap<String, String>,
}

/// A configuration of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// `runtime/name`.
    pub id: String,
    /// The tier's kind.
    pub tier: String,
    /// The engine's version.
    pub version: String,
    /// The key of the worker's build.
    pub worker: String,
}

/// A workload of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// Its name.
    pub name: String,
    /// The module's sha256.
    pub sha256: String,
}

/// The value of a cell in a run: the median over its processes with the exact interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(into = "Packed")]
pub struct Cell {
    /// The configuration's index in the run.
    pub configuration: u32,
    /// The workload's.
    pub workload: u32,
    /// One of [`METRICS`].
    pub metric: &'static str,
    /// What its processes ran from.
    pub source: Option<Source>,
    /// The median: nanoseconds or bytes, see [`unit`].
    pub median: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence that the interval has.
    pub coverage: f64,
    /// The number of processes.
    pub n: u32,
}

type Packed = (u32, u32, String, Option<Source>, [f64; 4], u32);

impl From<Cell> for Packed {
    fn from(cell: Cell) -> Packed {
        let numbers = [cell.median, cell.low, cell.high, cell.coverage];
        (cell.configuration, cell.workload, cell.metric.to_owned(), cell.source, numbers, cell.n)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Cell, D::Error> {
        let (configuration, workload, name, source, numbers, n) = Packed::deserialize(from)?;
        let metric = METRICS.into_iter().find(|one| *one == name);
        let metric = metric.ok_or_else(|| D::Error::custom("no metric of this version"))?;
        let [median, low, high, coverage] = numbers;
        Ok(Cell { configuration, workload, metric, source, median, low, high, coverage, n })
    }
}

/// The unit of a metric of [`METRICS`].
#[must_use]
pub fn unit(name: &str) -> Unit {
    match name {
        metric::THROUGHPUT => Unit::NanosecondsPerUnit,
        points::PRIVATE | metric::ARTIFACT_SIZE => Unit::Bytes,
        _ => Unit::Nanoseconds,
    }
}

impl Digest {
    /// Of a run, which is stored under this [`identity`].
    #[must_use]
    pub fn new(loaded: &LoadedRun, of: String) -> Digest {
        let run = &loaded.run;
        let configurations = run.configurations.iter().map(|one| Configuration {
            id: one.id.clone(),
            tier: one.tier.clone(),
            version: one.version.clone(),
            worker: one.worker.clone(),
        });
        let workloads = run
            .workloads
            .iter()
            .map(|one| Workload { name: one.name.clone(), sha256: one.wasm_sha256.clone() });
        let noise = noise::of_run(run).grade;
        Digest {
            form: FORM,
            of,
            run: RunFacts {
                id: run.id.clone(),
                started: run.started.clone(),
                finished: run.finished.clone(),
                command: run.command.clone(),
                machine: Class::of(&run.environment),
                noise: if noise == Grade::Unknown { "not known".into() } else { noise.name().into() },
                settings: settings(run),
            },
            configurations: configurations.collect(),
            workloads: workloads.collect(),
            cells: cells(loaded),
        }
    }

    /// Which [`identity`] it is of.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.of
    }

    /// The one that is kept beside a run, where it is of what the run is now.
    pub fn kept(folder: &Path, of: &str) -> Option<Digest> {
        let text = fs::read(folder.join(FILE)).ok()?;
        let digest: Digest = serde_json::from_slice(&text).ok()?;
        let fits = |cell: &Cell| {
            (cell.configuration as usize) < digest.configurations.len()
                && (cell.workload as usize) < digest.workloads.len()
        };
        (digest.form == FORM && digest.of == of && digest.cells.iter().all(fits)).then_some(digest)
    }

    /// Keeps it beside the run, if that has ended. Where the folder cannot be written to, the next history makes it again.
    pub fn keep(&self, folder: &Path) {
        if self.run.finished.is_none() {
            return;
        }
        let attempt = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec(self)?)?;
            // No sync: one that a loss of power cuts off is no JSON, and is made again.
            file.persist(folder.join(FILE))?;
            Ok(())
        };
        // It is a copy of what the run has; without it, the history is the same and takes longer.
        let _ = attempt();
    }
}

fn cells(loaded: &LoadedRun) -> Vec<Cell> {
    let place = |points: &Points| {
        let run = &loaded.run;
        let configuration = run.configurations.iter().position(|one| one.id == points.configuration)?;
        let workload = run.workloads.iter().position(|one| one.name == points.workload)?;
        Some((configuration as u32, workload as u32))
    };
    let cell = |points: Points| {
        let (configuration, workload) = place(&points)?;
        let one = &points.estimate;
        Some(Cell {
            configuration,
            workload,
            metric: points.metric,
            source: one.source,
            median: one.median,
            low: one.low,
            high: one.high,
            coverage: one.coverage,
            n: one.n,
        })
    };
    points::points_of(loaded, &METRICS).into_iter().filter_map(cell).collect()
}

/// The digest of the stored run in `folder`: the one that is kept, else a new one, which is then kept where the run has ended.
///
/// # Errors
/// As [`crate::store::load`]; and where a file of the run is damaged, each named in a sentence of its own.
pub fn of_stored(folder: &Path) -> Result<Digest> {
    let of = identity(folder).ok();
    if let Some(kept) = of.as_deref().and_then(|of| Digest::kept(folder, of)) {
        return Ok(kept);
    }
    let loaded = load(folder)?;
    if !loaded.warnings.is_empty() {
        return Err(Error::Damaged(loaded.warnings));
    }
    let digest = Digest::new(&loaded, of.unwrap_or_default());
    digest.keep(folder);
    Ok(digest)
}

/// Keeps the digest of a run that has ended and was just read from `folder`, so that no history reads its samples again. Of a
/// damaged run, it keeps none.
pub fn keep(folder: &Path, loaded: &LoadedRun) {
    if let (Ok(of), []) = (identity(folder), loaded.warnings.as_slice()) {
        Digest::new(loaded, of).keep(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{example, store};

    #[test]
    fn a_digest_is_kept_and_made_again_where_it_does_not_fit() {
        let results = tempfile::tempdir().expect("a folder");
        let folder = results.path().join("one");
        let mut run = example::run();
        run.finished = Some(run.started.clone());
        let records = [example::measured(1, "wasmtime/pooled", "noop", metric::COMPILE, 7.0)];
        store::write(&folder, &run, &records).expect("stored");
        let digest = of_stored(&folder).expect("a run");
        assert_eq!(
            (digest.cells.len(), digest.cells[0].median, digest.cells[0].metric),
            (1, 7.0, metric::COMPILE)
        );
        let of = identity(&folder).expect("whole");
        assert_eq!(Digest::kept(&folder, &of), Some(digest.clone()));
        assert_eq!(Digest::kept(&folder, "another"), None);

        let text = fs::read_to_string(folder.join(FILE)).expect("kept");
        let damaged = [
            text[..text.len() / 2].to_owned(),
            text.replace("\"form\":1", "\"form\":2"),
            text.replace("[[0,0,\"compile\"", "[[9,0,\"compile\""),
            text.replace("\"compile\"", "\"unheard of\""),
        ];
        for other in damaged {
            assert_ne!(other, text);
            fs::write(folder.join(FILE), other).expect("a file");
            assert_eq!(Digest::kept(&folder, &of), None);
            assert_eq!(of_stored(&folder).expect("a run"), digest, "made again");
        }
    }

    #[test]
    fn a_run_that_goes_on_keeps_none() {
        let results = tempfile::tempdir().expect("a folder");
        let folder = results.path().join("one");
        store::write(&folder, &example::run(), &[]).expect("stored");
        of_stored(&folder).expect("a run");
        assert!(!folder.join(FILE).exists());
    }
}
