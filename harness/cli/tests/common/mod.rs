//! What the tests of the command line share.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod guests;
pub mod python;
pub mod runs;
pub mod s3;

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A place of one's own: no runtimes but the mock, results and cache that go away.
pub struct World {
    pub folder: TempDir,
}

impl World {
    /// With the mock worker on PATH.
    pub fn with_mock() -> World {
        World::with_worker("wasmark-worker-mock", "mock_worker")
    }

    /// With a worker whose numbers are the same in every process, as the runtime `fixed`.
    pub fn with_fixed() -> World {
        World::with_worker("wasmark-worker-fixed", "fixed_worker")
    }

    fn with_worker(name: &str, built: &str) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let bin = folder.path().join("bin");
        std::fs::create_dir_all(&bin).expect("a folder");
        std::fs::create_dir_all(folder.path().join("runtimes")).expect("a folder");
        symlink(example(built), bin.join(name)).expect("a link");
        World { folder }
    }

    /// With the mock worker on PATH under a second name, by which it is the runtime `slow`.
    pub fn with_slow_mock() -> World {
        let world = World::with_mock();
        std::fs::copy(example("mock_worker"), world.path("bin/wasmark-worker-slow")).expect("a copy");
        world
    }

    /// The file of a module in the text format, in this place.
    pub fn module(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), guests::module(text)).expect("a file");
    }

    /// With this checkout's runtimes and the user's cache of workers.
    pub fn with_workers() -> World {
        World { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The run that began last.
    pub fn newest_run(&self) -> PathBuf {
        self.try_newest_run().expect("a run")
    }

    /// The run that began last, if any did.
    pub fn try_newest_run(&self) -> Option<PathBuf> {
        let runs = std::fs::read_dir(self.path("results")).ok()?;
        runs.flatten().map(|entry| entry.path()).max()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `wasmark` in this place.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasmark"));
        command.args(arguments).env("WASMARK_RESULTS", self.path("results")).current_dir(self.folder.path());
        // What a CI states of its own jobs is no shard of a test's runs.
        for name in ["CI_NODE_INDEX", "CI_NODE_TOTAL", "CI_PIPELINE_ID", "GITHUB_RUN_ID", "WASMARK_SHARDS"] {
            command.env_remove(name);
        }
        if self.path("runtimes").exists() {
            command
                .env("WASMARK_RUNTIMES", self.path("runtimes"))
                .env("WASMARK_CACHE", self.path("cache"))
                .env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()));
        }
        command
    }

    /// Runs `wasmark`, expects this exit code, and returns stdout and stderr.
    pub fn expect(&self, arguments: &[&str], code: i32) -> (String, String) {
        expect(self.program(arguments), code)
    }

    /// As [`World::expect`], with `--json`, and stdout parsed.
    pub fn json(&self, arguments: &[&str], code: i32) -> serde_json::Value {
        // The command may end in a module's own arguments.
        let (command, rest) = arguments.split_at(1);
        let (out, err) = self.expect(&[command, &["--json"], rest].concat(), code);
        serde_json::from_str(&out).unwrap_or_else(|problem| panic!("{problem}: {out}\n{err}"))
    }
}

/// Runs a program, expects this exit code, and returns stdout and stderr.
pub fn expect(mut program: Command, code: i32) -> (String, String) {
    let output = program.output().expect("wasmark starts");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{program:?}\n{out}\n{err}");
    (out, err)
}

/// A program that is sent signals. Its stderr is read all the while, or it would wait for that.
pub struct Signalled {
    child: std::process::Child,
    stderr: std::sync::mpsc::Receiver<String>,
    read: Vec<String>,
}

impl Signalled {
    pub fn start(mut command: Command) -> Signalled {
        let pipe = std::process::Stdio::piped;
        let mut child = command.stdout(pipe()).stderr(pipe()).spawn().expect("wasmark starts");
        let lines = BufReader::new(child.stderr.take().expect("stderr")).lines().map_while(Result::ok);
        let (sender, stderr) = std::sync::mpsc::channel();
        std::thread::spawn(move || lines.into_iter().try_for_each(|line| sender.send(line)));
        Signalled { child, stderr, read: Vec::new() }
    }

    /// Waits for a line that has this part.
    pub fn wait_for(&mut self, part: &str) {
        let wait = std::time::Duration::from_secs(60);
        loop {
            let line = self.stderr.recv_timeout(wait);
            let line = line.unwrap_or_else(|_| panic!("no line with {part:?} after {:?}", self.read));
            let found = line.contains(part);
            self.read.push(line);
            if found {
                return;
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits for the end: the exit code, stdout and stderr.
    pub fn end(mut self) -> (Option<i32>, String, String) {
        let output = self.child.wait_with_output().expect("it ends");
        self.read.extend(self.stderr.iter());
        (output.status.code(), text(&output.stdout), self.read.join("\n"))
    }
}

/// Why a verdict of `check` is of this kind.
pub fn reason<'a>(verdict: &'a serde_json::Value, kind: &str) -> &'a str {
    verdict[kind].as_str().unwrap_or_else(|| panic!("{verdict} is not {kind}"))
}

/// The row of this configuration in a list of the summary.
pub fn row<'a>(summary: &'a serde_json::Value, list: &str, id: &str) -> &'a serde_json::Value {
    let rows = summary[list].as_array().expect("rows");
    rows.iter().find(|row| row["configuration"] == id).unwrap_or_else(|| panic!("{id}: {summary}"))
}

/// The median of a cell that was measured.
pub fn median(cell: &serde_json::Value) -> f64 {
    cell["measured"]["median"].as_f64().unwrap_or_else(|| panic!("{cell}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An example that `cargo test` builds beside the program.
pub fn example(name: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_wasmark"));
    let worker = program.with_file_name("examples").join(name);
    assert!(worker.is_file(), "{} is built by `cargo test`", worker.display());
    worker
}
