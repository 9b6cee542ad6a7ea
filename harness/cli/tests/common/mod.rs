//! What the tests of the command line share.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod guests;

use std::{
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
        let folder = tempfile::tempdir().expect("a temporary folder");
        let bin = folder.path().join("bin");
        std::fs::create_dir_all(&bin).expect("a folder");
        std::fs::create_dir_all(folder.path().join("runtimes")).expect("a folder");
        symlink(mock_worker(), bin.join("wasmark-worker-mock")).expect("a link");
        World { folder }
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
        let output = self.program(arguments).output().expect("wasmark starts");
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
        (out, err)
    }

    /// As [`World::expect`], with `--json`, and stdout parsed.
    pub fn json(&self, arguments: &[&str], code: i32) -> serde_json::Value {
        // The command may end in a module's own arguments.
        let (command, rest) = arguments.split_at(1);
        let (out, err) = self.expect(&[command, &["--json"], rest].concat(), code);
        serde_json::from_str(&out).unwrap_or_else(|problem| panic!("{problem}: {out}\n{err}"))
    }
}

/// Why a verdict of `check` is of this kind.
pub fn reason<'a>(verdict: &'a serde_json::Value, kind: &str) -> &'a str {
    verdict[kind].as_str().unwrap_or_else(|| panic!("{verdict} is not {kind}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The example that `cargo test` builds beside the program.
fn mock_worker() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_wasmark"));
    let worker = program.with_file_name("examples").join("mock_worker");
    assert!(worker.is_file(), "{} is built by `cargo test`", worker.display());
    worker
}
