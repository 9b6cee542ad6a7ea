//! Counts in a file that is committed: what needs no second measurement, because the same work counts the same in any hour.
//! Most counts depend on the machine's kind; a number of another kind is not comparable.

use std::path::Path;

use serde::{Deserialize, Serialize};
use wasmark_results::run::Environment;
use wasmark_runner::error::failed_to;

use crate::{
    Error, Result, counts::Counts, ended::Ended, error::unwritten, metric::Counted, subjects::Subject,
};

/// The schema that this version writes.
const SCHEMA: u32 = 1;

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// [`SCHEMA`] when written.
    pub schema: u32,
    /// By cell and machine, in order.
    #[serde(default, rename = "cell")]
    pub cells: Vec<Cell>,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Configuration, workload, metric.
    pub name: String,
    /// The kind of machine; none where the number is the same everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The number.
    pub value: f64,
}

impl Baseline {
    /// The file's; an empty one where it is not there.
    ///
    /// # Errors
    /// Where it cannot be understood.
    pub fn read(path: &Path) -> Result<Baseline> {
        let text = match std::fs::read_to_string(path) {
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Baseline { schema: SCHEMA, cells: vec![] });
            }
            text => text.map_err(failed_to("read", path, ""))?,
        };
        let path = path.to_path_buf();
        match toml::from_str::<Baseline>(&text) {
            Ok(baseline) if baseline.schema <= SCHEMA => Ok(baseline),
            Ok(Baseline { schema, .. }) => Err(Error::NewerBaseline { path, schema }),
            Err(source) => Err(Error::Toml { path, source }),
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self).map_err(unwritten("TOML"))?;
        let head = "# Counts that `wasmark gate --baseline` compares with. Written by --write-baseline; review the difference.\n";
        let written = std::fs::write(path, format!("{head}{text}"));
        Ok(written.map_err(failed_to("write", path, "name another file"))?)
    }

    /// The number of this kind of machine.
    ///
    /// # Errors
    /// Why there is none to compare with.
    fn number(&self, subject: &Subject, metric: Counted, environment: &Environment) -> Result<f64, Ended> {
        let name = name(subject, metric);
        let machine = machine(metric, environment);
        let mut of_cell = self.cells.iter().filter(|cell| cell.name == name).peekable();
        let Some(first) = of_cell.peek().map(|cell| cell.machine.as_deref().unwrap_or("any")) else {
            return Err(Ended::Unsupported("not in the baseline; --write-baseline adds it".to_string()));
        };
        of_cell
            .find(|cell| cell.machine == machine)
            .map(|cell| cell.value)
            .ok_or_else(|| Ended::Unsupported(format!("not comparable: other machine ({first})")))
    }

    /// What the file has of other kinds of machines only: counting it, which takes minutes under valgrind, would
    /// compare nothing.
    #[must_use]
    pub fn foreign(&self, subject: &Subject, asked: &[Counted], environment: &Environment) -> Counts {
        let known = |metric: &Counted| self.cells.iter().any(|cell| cell.name == name(subject, *metric));
        let asked = asked.iter().copied().filter(known);
        let reason = |metric| Some((metric, Err(self.number(subject, metric, environment).err()?)));
        asked.filter_map(reason).collect()
    }

    /// The counts with the file's numbers for the base's.
    #[must_use]
    pub fn against(&self, subject: &Subject, counts: &Counts, environment: &Environment) -> Counts {
        let one = |(metric, numbers): &(Counted, Result<[f64; 2], Ended>)| {
            let base = || self.number(subject, *metric, environment);
            (*metric, numbers.clone().and_then(|[_, candidate]| Ok([base()?, candidate])))
        };
        counts.iter().map(one).collect()
    }

    /// Takes the candidate's numbers for this kind of machine.
    pub fn update(&mut self, subject: &Subject, counts: &Counts, environment: &Environment) {
        for (metric, numbers) in counts {
            if let Ok([_, value]) = numbers {
                let cell = Cell {
                    name: name(subject, *metric),
                    machine: machine(*metric, environment),
                    value: *value,
                };
                self.cells.retain(|known| (&known.name, &known.machine) != (&cell.name, &cell.machine));
                self.cells.push(cell);
            }
        }
        self.cells.sort_by(|one, other| (&one.name, &one.machine).cmp(&(&other.name, &other.machine)));
    }
}

fn name(subject: &Subject, metric: Counted) -> String {
    format!("{} {}", subject.name(), metric.name())
}

/// What a number depends on besides both sides: code is made for a CPU, and memory is the kernel's.
fn machine(metric: Counted, environment: &Environment) -> Option<String> {
    let Environment { architecture, cpu, kernel, libc, .. } = environment;
    match metric {
        Counted::WasmSize | Counted::LoadedSize | Counted::CustomSize => None,
        Counted::ArtifactSize | Counted::Code | Counted::Instructions => {
            Some(format!("{architecture}, {cpu}"))
        }
        Counted::WorkerSize
        | Counted::PerInstancePrivate
        | Counted::InstantiateFaults
        | Counted::Allocations => Some(format!("{architecture}, {cpu}, kernel {kernel}, {libc}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_this_kind_of_machine_are_compared_and_others_are_not() {
        let subject = Subject {
            configuration: "wasmtime/on-demand".into(),
            workload: "fib".into(),
            arms: [(0, 0); 3],
            copied: false,
            source: wasmark_adapter::Source::Wasm,
            identity: [String::new(), String::new()],
        };
        let here = wasmark_runner::environment::fingerprint();
        let there = Environment { cpu: "another".into(), ..here.clone() };
        let counts = |value: f64| {
            vec![(Counted::ArtifactSize, Ok([value, value])), (Counted::WasmSize, Ok([7.0, 7.0]))]
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("baseline.toml");
        let mut baseline = Baseline::read(&path).expect("an empty one");
        assert!(baseline.against(&subject, &counts(1.0), &here).iter().all(|(_, numbers)| numbers.is_err()));
        baseline.update(&subject, &counts(100.0), &here);
        baseline.write(&path).expect("written");
        let baseline = Baseline::read(&path).expect("a baseline");
        assert_eq!(baseline.against(&subject, &counts(101.0), &here)[0].1, Ok([100.0, 101.0]));
        let foreign = baseline.against(&subject, &counts(101.0), &there);
        assert!(matches!(&foreign[0].1, Err(Ended::Unsupported(reason)) if reason.contains("other machine")));
        assert_eq!(foreign[1].1, Ok([7.0, 7.0]));
        // What is nowhere in the file is counted; what it has of another machine needs no counting.
        let asked = [Counted::ArtifactSize, Counted::WasmSize, Counted::Instructions];
        assert_eq!(baseline.foreign(&subject, &asked, &here), vec![]);
        assert_eq!(baseline.foreign(&subject, &asked, &there), foreign[..1]);
        std::fs::write(&path, "schema = 1\nvalues = []\n").expect("a write");
        assert!(Baseline::read(&path).is_err());
    }
}
