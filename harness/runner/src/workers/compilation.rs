//! How far each worker's build is, on stderr: crates done of all, the time, and what cargo does now. A thread for each
//! shows it, so that a crate that takes minutes is seen to take them.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar};
use serde::Deserialize;
use wasmark_reports::{format::counted, printable};

/// How often a terminal's line is written anew.
const TICK: Duration = Duration::from_secs(1);
/// How often a line is printed where stderr is no terminal.
const LINE: Duration = Duration::from_secs(30);
/// How much of a log's end is looked at for its last line, in bytes.
const END: u64 = 4096;

/// The lines of all builds, one below the other.
static LINES: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// A build that waits for a processor or is under way. Shown until it is dropped.
#[derive(Debug)]
pub struct Compilation {
    shared: Arc<Shared>,
    watcher: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    label: String,
    /// What cargo writes to, and what a build script that takes long writes to.
    logs: [PathBuf; 2],
    bar: ProgressBar,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The packages that are compiled, by id.
    done: BTreeSet<String>,
    total: Option<usize>,
    /// When it began; none while it waits.
    start: Option<Instant>,
    ended: bool,
}

impl Compilation {
    /// The build of what is called `label`, which waits. Its cargo is going to write to the file `log`, and its build
    /// scripts to `progress`.
    #[must_use]
    pub fn wait(label: &str, log: &Path, progress: &Path) -> Compilation {
        let shared = Arc::new(Shared {
            label: label.to_string(),
            logs: [log.to_path_buf(), progress.to_path_buf()],
            bar: LINES.add(ProgressBar::new_spinner()),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let watched = Arc::clone(&shared);
        Compilation { shared, watcher: Some(std::thread::spawn(move || watched.watch())) }
    }

    /// It begins, and so many packages are to be compiled.
    pub fn begin(&self, packages: Option<usize>) {
        let mut state = self.shared.lock();
        state.total = packages;
        state.start = Some(Instant::now());
    }

    /// This package is compiled, now or before.
    pub fn done(&self, package_id: &str) {
        self.shared.lock().done.insert(package_id.to_string());
    }

    /// It ended well: prints how long it took.
    pub fn end(self) {
        let took = self.shared.lock().start.map_or(Duration::ZERO, |start| start.elapsed());
        let label = self.shared.label.clone();
        drop(self);
        LINES.suspend(|| eprintln!("built {label} in {} s", took.as_secs()));
    }
}

impl Drop for Compilation {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
        if let Some(watcher) = self.watcher.take() {
            watcher.join().ok();
        }
        self.shared.bar.finish_and_clear();
        LINES.remove(&self.shared.bar);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut printed: Option<Instant> = None;
        let mut state = self.lock();
        while !state.ended {
            let waited = self.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            let due = printed.is_none_or(|printed| printed.elapsed() >= LINE);
            if state.ended || (self.bar.is_hidden() && !due) {
                continue;
            }
            let line = match state.start {
                None => format!("building {}: waits for another build to end", self.label),
                Some(start) => {
                    let now = newest_line(&self.logs);
                    line(&self.label, state.done.len(), state.total, start.elapsed(), now.as_deref())
                }
            };
            if !self.bar.is_hidden() {
                self.bar.set_message(printable(&line));
                self.bar.tick();
            } else if state.start.is_some() {
                printed = Some(Instant::now());
                eprintln!("{line}");
            }
        }
    }
}

fn line(label: &str, done: usize, total: Option<usize>, took: Duration, now: Option<&str>) -> String {
    let crates = match total {
        // Where more crates were compiled than were counted, the total is raised to their number.
        Some(total) => format!("{done} of {}", counted(total.max(done), "crate", "crates")),
        None => counted(done, "crate", "crates"),
    };
    let now = now.map(|now| format!("; {now}")).unwrap_or_default();
    format!("building {label}: {crates}, {} s{now}", took.as_secs())
}

/// The last line of the file that was written last.
fn newest_line(logs: &[PathBuf]) -> Option<String> {
    let written = |log: &&PathBuf| log.metadata().and_then(|it| it.modified()).ok();
    last_line(logs.iter().filter(|log| written(log).is_some()).max_by_key(written)?)
}

/// The last line of a log, in which cargo names what it compiles or waits for.
fn last_line(log: &Path) -> Option<String> {
    let mut file = File::open(log).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(END))).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_string)
}

/// What matters here of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    resolve: Resolve,
}
#[derive(Deserialize)]
struct Resolve {
    root: Option<String>,
    nodes: Vec<Node>,
}
#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}
#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}
#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

/// The number of packages that a build of the root package compiles, from the output of `cargo metadata`: what it
/// needs, but for its tests.
#[must_use]
pub fn packages(metadata: &[u8]) -> Option<usize> {
    let Metadata { resolve } = serde_json::from_slice(metadata).ok()?;
    let mut found = BTreeSet::new();
    let mut next = vec![resolve.root.as_deref()?];
    while let Some(id) = next.pop() {
        if found.insert(id) {
            let node = resolve.nodes.iter().find(|node| node.id == id);
            let built = |one: &&Dependency| one.dep_kinds.iter().any(|of| of.kind.as_deref() != Some("dev"));
            let needs = node.into_iter().flat_map(|node| node.deps.iter().filter(built));
            next.extend(needs.map(|one| one.pkg.as_str()));
        }
    }
    Some(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_share_the_time_and_what_cargo_does() {
        let took = Duration::from_secs(340);
        let compiling = Some("Compiling wasmtime v47.0.4");
        assert_eq!(
            line("wasmtime@47.0.4", 213, Some(240), took, compiling),
            "building wasmtime@47.0.4: 213 of 240 crates, 340 s; Compiling wasmtime v47.0.4"
        );
        assert_eq!(line("a", 2, Some(1), took, None), "building a: 2 of 2 crates, 340 s");
        assert_eq!(line("a", 2, None, took, None), "building a: 2 crates, 340 s");
    }

    #[test]
    fn what_cargo_does_is_the_last_line_of_its_log() {
        let log = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(last_line(log.path()), None);
        let much = "   Compiling x v1.0.0\n".repeat(1000);
        let blocking = "    Blocking waiting for file lock on build directory\n\n";
        std::fs::write(log.path(), format!("{much}{blocking}")).expect("a file");
        let last = last_line(log.path());
        assert_eq!(last.as_deref(), Some("Blocking waiting for file lock on build directory"));
        assert_eq!(last_line(Path::new("/nowhere")), None);
        let newer = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(newer.path(), "compiling kernel 2 of 9\n").expect("a file");
        let old = std::time::SystemTime::now() - Duration::from_secs(5);
        File::options()
            .append(true)
            .open(log.path())
            .and_then(|file| file.set_modified(old))
            .expect("a time");
        let logs = [log.path().to_path_buf(), newer.path().to_path_buf()];
        assert_eq!(newest_line(&logs).as_deref(), Some("compiling kernel 2 of 9"));
        drop(newer);
        assert_eq!(newest_line(&logs).as_deref(), Some("Blocking waiting for file lock on build directory"));
    }

    #[test]
    fn what_is_compiled_is_what_is_needed_but_for_tests() {
        let node = |id: &str, deps: &[(&str, Option<&str>)]| {
            let deps = deps.iter().map(|(pkg, kind)| {
                serde_json::json!({ "name": pkg, "pkg": pkg, "dep_kinds": [{ "kind": kind, "target": null }] })
            });
            serde_json::json!({ "id": id, "deps": deps.collect::<Vec<_>>() })
        };
        let nodes = [
            node("worker", &[("engine", None), ("cc", Some("build")), ("proptest", Some("dev"))]),
            node("engine", &[("memchr", None), ("memchr", Some("dev"))]),
            node("memchr", &[]),
            node("cc", &[("memchr", None)]),
            node("proptest", &[("rand", None)]),
            node("rand", &[]),
        ];
        let metadata = serde_json::json!({ "resolve": { "root": "worker", "nodes": nodes } });
        assert_eq!(packages(metadata.to_string().as_bytes()), Some(4));
        assert_eq!(packages(b"no JSON"), None);
    }
}
