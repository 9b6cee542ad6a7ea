//! Everything that a gate measures, as it arrives: one JSON document per line. A gate that is killed at any moment has all
//! lines but perhaps the last.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{Seek, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use wasmark_results::run::Environment;
use wasmark_runner::error::failed_to;

use crate::{
    Error, Result, arm::Arm, bench::Windows, counts::Counts, ended::Ended, error::unwritten, metric::Timed,
    ready::Ready, schedule::Stage,
};

/// The schema of the journal and of `gate.json`.
pub const SCHEMA: u32 = 1;
/// The journal's name in a gate's folder.
pub const FILE: &str = "journal.jsonl";

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "lines are written and read one by one")]
pub enum Line {
    /// The first.
    Gate(Header),
    /// A subject was looked at.
    Pilot {
        /// Its name.
        subject: String,
        /// What is known of it.
        ready: Result<Ready, Ended>,
    },
    /// The units that the budget has time for; their indices from here on are those among these.
    Kept(Vec<usize>),
    /// The units that get fresh pairs, with the metrics that were flagged. Written by versions that chose them at once;
    /// what has to be measured follows from the processes.
    Chosen(Vec<(usize, Vec<Timed>)>),
    /// A process ended.
    Process(Process),
    /// Something was counted.
    Counted {
        /// The subject's name.
        subject: String,
        /// Metric and numbers of base and candidate.
        counts: Counts,
    },
}

/// What the gate is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`SCHEMA`] when written.
    pub schema: u32,
    /// The gate's name, which is also its folder's.
    pub id: String,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// The command line that reproduces it.
    pub command: String,
    /// The seed of every random choice.
    pub seed: u64,
    /// The base, in words.
    pub base: String,
    /// The candidate, in words.
    pub candidate: String,
    /// Everything that decides what the sides do, by subject.
    pub identities: BTreeMap<String, [String; 2]>,
    /// The machine.
    pub environment: Environment,
}

/// What one process measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub number: u32,
    /// Its stage.
    pub stage: Stage,
    /// Its round.
    pub round: u32,
    /// The unit's index; none for the control kernel.
    pub unit: Option<usize>,
    /// Who it worked for.
    pub arm: Arm,
    /// CPU nanoseconds per unit of work of every window, warm-ups first; or why there are none.
    pub windows: Result<Windows, Ended>,
}

/// What was there before, of a gate that goes on.
#[derive(Default)]
pub struct Before {
    /// What subjects were found to be.
    pub pilots: BTreeMap<String, Result<Ready, Ended>>,
    /// What was counted.
    pub counts: BTreeMap<String, Counts>,
    /// What the budget had time for.
    pub kept: Option<Vec<usize>>,
    /// Processes.
    pub done: BTreeMap<u32, Process>,
}

impl Before {
    /// From the lines of a journal.
    #[must_use]
    pub fn of(lines: Vec<Line>) -> Before {
        let mut before = Before::default();
        for line in lines {
            match line {
                Line::Gate(_) | Line::Chosen(_) => {}
                Line::Pilot { subject, ready } => drop(before.pilots.insert(subject, ready)),
                Line::Counted { subject, counts } => drop(before.counts.insert(subject, counts)),
                Line::Kept(units) => before.kept = Some(units),
                Line::Process(process) => drop(before.done.insert(process.number, process)),
            }
        }
        before
    }
}

/// A journal that can be written.
pub struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// A new one in a folder that is made.
    ///
    /// # Errors
    /// Where the folder is there already or cannot be made.
    pub fn create(folder: &Path, header: Header) -> Result<Journal> {
        let failed = failed_to("write", folder, "choose another --output or free some space");
        std::fs::create_dir_all(folder.parent().unwrap_or(folder)).map_err(failed)?;
        std::fs::create_dir(folder).map_err(failed)?;
        let path = folder.join(FILE);
        let file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(failed)?;
        let mut journal = Journal { file, path };
        journal.write(&Line::Gate(header))?;
        Ok(journal)
    }

    /// One that is there, with its lines. What a kill left of the last line is cut off.
    ///
    /// # Errors
    /// Where it cannot be read, or is no journal of this version.
    pub fn resume(folder: &Path) -> Result<(Journal, Header, Vec<Line>)> {
        let path = folder.join(FILE);
        let (header, lines, sound) = read(&path)?;
        let opened = OpenOptions::new().read(true).append(true).open(&path);
        let mut file = opened.map_err(failed_to("open", &path, "make it writable"))?;
        file.set_len(sound)
            .and_then(|()| file.seek(std::io::SeekFrom::End(0)))
            .map_err(failed_to("write", &path, ""))?;
        Ok((Journal { file, path }, header, lines))
    }

    /// Adds a line. When this returns it is with the system, whatever becomes of this process.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn write(&mut self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line).map_err(unwritten("a line of the journal"))?;
        text.push(b'\n');
        let failed = |source| Error::WriteJournal { path: self.path.clone(), source };
        self.file.write_all(&text).map_err(failed)
    }
}

/// The header, the lines after it, and how many bytes of the file are whole lines.
///
/// # Errors
/// As [`Journal::resume`].
pub fn read(path: &Path) -> Result<(Header, Vec<Line>, u64)> {
    let bytes = std::fs::read(path).map_err(failed_to("read", path, "name a gate's folder"))?;
    let path = path.to_path_buf();
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    let mut lines = Vec::new();
    for (number, line) in
        bytes[..whole].split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty())
    {
        match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(source) => return Err(Error::Damaged { path, line: number + 1, source }),
        }
    }
    let mut lines = lines.into_iter();
    match lines.next() {
        Some(Line::Gate(Header { schema, .. })) if schema > SCHEMA => {
            Err(Error::NewerJournal { path, schema, known: SCHEMA })
        }
        Some(Line::Gate(header)) => Ok((header, lines.collect(), whole as u64)),
        _ => Err(Error::NoJournal(path)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::metric::Timed;

    pub fn header() -> Header {
        Header {
            schema: SCHEMA,
            id: "one".into(),
            started: "2026-01-01T00:00:00Z".into(),
            command: "wasmark gate".into(),
            seed: 7,
            base: "a".into(),
            candidate: "b".into(),
            identities: BTreeMap::new(),
            environment: wasmark_runner::environment::fingerprint(),
        }
    }

    fn process(number: u32) -> Line {
        let windows = Ok(Windows::from([(Timed::Throughput, vec![1.5; 14])]));
        Line::Process(Process {
            number,
            stage: Stage::Screen,
            round: 0,
            unit: Some(0),
            arm: Arm::Base,
            windows,
        })
    }

    #[test]
    fn what_was_killed_in_the_middle_of_a_line_goes_on_after_the_line_before() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("gate");
        let mut journal = Journal::create(&folder, header()).expect("a journal");
        journal.write(&process(0)).expect("a line");
        drop(journal);
        let path = folder.join(FILE);
        let whole = std::fs::read(&path).expect("bytes");
        std::fs::write(&path, [&whole[..], b"{\"process\":{\"num"].concat()).expect("a write");
        let (mut journal, again, lines) = Journal::resume(&folder).expect("a journal");
        assert_eq!((again.seed, lines), (7, vec![process(0)]));
        journal.write(&process(1)).expect("a line");
        assert_eq!(read(&path).expect("lines").1, [process(0), process(1)]);
    }

    #[test]
    fn damage_and_newer_schemas_are_reported() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join(FILE);
        let problem = read(&path).expect_err("no file").to_string();
        assert!(problem.contains("name a gate's folder"), "{problem}");
        std::fs::write(&path, "{}\n").expect("a write");
        assert!(read(&path).expect_err("damage").to_string().contains("line 1 is damaged"));
        let newer = Line::Gate(Header { schema: SCHEMA + 1, ..header() });
        std::fs::write(&path, format!("{}\n", serde_json::to_string(&newer).expect("json")))
            .expect("a write");
        assert!(read(&path).expect_err("newer").to_string().contains("use a newer wasmark"));
    }
}
