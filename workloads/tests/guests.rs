//! `guests/build.sh` on a language of the test's own: what it compares, and what it refuses.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// Workloads with one language, whose compiler copies `compiled` and whose one manifest names it.
struct World(TempDir);

impl World {
    fn new() -> World {
        let world = World(tempfile::tempdir().expect("a folder"));
        for folder in ["guests/words", "suite/one"] {
            fs::create_dir_all(world.0.path().join(folder)).expect("a folder");
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/build.sh");
        fs::copy(script, world.0.path().join("guests/build.sh")).expect("the script");
        world.compiler(
            "mkdir -p \"$1/one\"; printf compiled >\"$1/one/one.wasm\"; echo 'words 2' >\"$1/TOOLCHAIN\"",
        );
        world.write("suite/one/one.wasm", "compiled");
        world.write("suite/one/workload.toml", "name = \"one\"\ntoolchain = \"words 2\"\n");
        world
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.path().join(file), text).expect("a file");
    }

    fn compiler(&self, commands: &str) {
        let file = "guests/words/build.sh";
        self.write(file, &format!("#!/usr/bin/env bash\nset -e\n{commands}\n"));
        fs::set_permissions(self.0.path().join(file), fs::Permissions::from_mode(0o755)).expect("the script");
    }

    /// Runs it, and expects the exit code and all of the `parts` in its output.
    fn builds(&self, arguments: &[&str], code: i32, parts: &[&str]) {
        let script = self.0.path().join("guests/build.sh");
        let Output { status, stdout, stderr } =
            Command::new("bash").arg(script).args(arguments).output().expect("bash");
        let output = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert_eq!(status.code(), Some(code), "{output}");
        for part in parts {
            assert!(output.contains(part), "{output:?} lacks {part:?}");
        }
    }
}

#[test]
fn what_is_the_same_again_is_identical_and_what_is_not_is_named() {
    let world = World::new();
    world.builds(
        &["--check"],
        0,
        &["one/one.wasm", "identical", "1 of the 1 modules in the suite", "CPython"],
    );
    world.write("suite/one/one.wasm", "another");
    world.builds(&["--check", "words"], 1, &["one/one.wasm", "DIFFERENT", "failed to reproduce"]);
    world.builds(&[], 0, &["one/one.wasm"]);
    world.builds(&["--check"], 0, &["identical"]);
}

#[test]
fn another_toolchain_than_the_manifests_is_refused_at_its_line() {
    let world = World::new();
    world.write("suite/one/workload.toml", "name = \"one\"\ntoolchain = \"words 1\"\n");
    world.write("suite/one/one.wasm", "by words 1");
    let refusal = ["suite/one/workload.toml:2: failed to", "is \"words 2\"", "install"];
    world.builds(&["--check"], 1, &refusal);
    world.builds(&[], 1, &[&refusal[..], &["one is left as it is"]].concat());
    let module = fs::read_to_string(world.0.path().join("suite/one/one.wasm")).expect("the module");
    assert_eq!(module, "by words 1");
    // A workload that has no manifest yet is being added.
    fs::remove_file(world.0.path().join("suite/one/workload.toml")).expect("the manifest");
    world.builds(&[], 0, &["one/one.wasm"]);
}

#[test]
fn a_language_that_cannot_be_built_here_is_named() {
    let world = World::new();
    world.compiler("echo 'words are dear: buy some' >&2; exit 3");
    world.builds(&[], 0, &["buy some", "want of a toolchain (why is above): words"]);
    world.builds(&["words"], 3, &["buy some"]);
    // Nothing is different where nothing was looked at.
    let nothing =
        ["buy some", "0 of the 1 modules in the suite", "not rebuilt: words", "failed to compare any"];
    world.builds(&["--check"], 3, &nothing);
    world.compiler("exit 9");
    world.builds(&[], 1, &[]);
    world.builds(&["wrods"], 2, &["usage", "words/build.sh"]);
}
