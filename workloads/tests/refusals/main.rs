//! Each thing that a manifest can claim wrongly is refused by name, with what to do, and costs its own workload only.

mod known_issues;
mod modules;

use std::{fs, path::Path};

use tempfile::TempDir;
use wasmark_adapter::host::sha256;
use wasmark_workloads::{Imports, ManifestError, Suite, Workload};

const KERNEL: &str = r#"(module
    (memory (export "memory") 1 2)
    (func (export "run") (param i32) (result i64) (i64.extend_i32_s (local.get 0))))"#;

const COMMAND: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (memory (export "memory") 1)
    (func (export "_start")))"#;

/// A suite of one workload, `one`, the folder for modules that it does not hold, and the result of loading it.
struct World {
    folder: TempDir,
    modules: TempDir,
}

impl World {
    fn new(wat: &str, manifest: &str) -> World {
        World::of_bytes(&wat::parse_str(wat).expect("a module"), manifest)
    }

    /// `SHA256` in the manifest stands for the module's.
    fn of_bytes(wasm: &[u8], manifest: &str) -> World {
        let folder = || tempfile::tempdir().expect("a folder");
        let world = World { folder: folder(), modules: folder() };
        fs::create_dir(world.one()).expect("a folder");
        fs::write(world.one().join("one.wasm"), wasm).expect("a file");
        let manifest = manifest.replace("SHA256", &sha256(wasm));
        fs::write(world.one().join("workload.toml"), manifest).expect("a file");
        world
    }

    fn one(&self) -> std::path::PathBuf {
        self.folder.path().join("one")
    }

    fn suite(&self) -> (Suite, Vec<ManifestError>) {
        Suite::load(self.folder.path(), Imports::Provided, self.modules.path()).expect("a suite")
    }

    fn load(&self) -> Result<Workload, ManifestError> {
        let (suite, mut errors) = self.suite();
        assert_eq!(suite.workloads.len() + errors.len(), 1);
        suite.workloads.into_iter().next().ok_or_else(|| errors.remove(0))
    }

    /// Expects a refusal that names the file and has all of the `parts`.
    fn refused(&self, line: Option<usize>, parts: &[&str]) {
        let error = self.load().expect_err("a refusal");
        assert_eq!(error.line, line, "{error}");
        assert_eq!(error.workload(), "one");
        let text = error.to_string();
        assert!(text.contains("one/workload.toml") && text.contains("failed to"), "{text}");
        for part in parts {
            assert!(text.contains(part), "{text:?} lacks {part:?}");
        }
    }
}

/// A kernel's manifest that is right for [`KERNEL`]. The tests count on its lines.
fn kernel() -> String {
    r#"name = "one"
about = "a test's"
kind = "kernel"
entry = "run"
wasm = "one.wasm"
sha256 = "SHA256"
language = "WAT"
source = "here"
toolchain = "wat"
command = "none"
licence = "MIT"
proposals = []
tags = ["quick"]
unit = "nothing"
verified_by = ["thought"]
units = { cold = 1, interpreter = 2, baseline = 3, optimizing = 3, aot = 3, native = 3 }
expected = { 1 = 1, 2 = 2, 3 = 3 }
why = "it refuses"
boundary = "none"
memory = "registers"
"#
    .to_string()
}

fn command() -> String {
    let end = r#"{ exit_code = 0, stdout_sha256 = "", stderr_sha256 = "" }"#;
    kernel().replace("kind = \"kernel\"", "kind = \"command\"").replace("\"run\"", "\"_start\"").replace(
        "expected = { 1 = 1, 2 = 2, 3 = 3 }",
        &format!("expected = {{ 1 = {end}, 2 = {end}, 3 = {end} }}"),
    ) + "args = [\"one\", \"-n{n}\"]\nenv = { KEY = \"value\" }\nstdin = \"in.txt\"\n\
           folders = [{ folder = \"data\", guest = \"/data\" }]\n"
}

fn command_world(manifest: &str) -> World {
    let world = World::new(COMMAND, manifest);
    fs::create_dir(world.one().join("data")).expect("a folder");
    fs::write(world.one().join("data/file"), "x").expect("a file");
    fs::write(world.one().join("in.txt"), "x").expect("a file");
    world
}

#[test]
fn what_is_right_loads() {
    let kernel = World::new(KERNEL, &kernel()).load().expect("a kernel");
    assert_eq!(*kernel.entry(), wasmark_adapter::Entry::Kernel("run".into()));
    assert_eq!(kernel.units(wasmark_adapter::Tier::Interpreter), 2);
    assert_eq!(kernel.invocation(2).expected, Some(wasmark_adapter::protocol::Expected::Checksum(2)));
    let world = command_world(&command());
    let command = world.load().expect("a command");
    let call = command.invocation(3);
    assert_eq!(call.args, ["one", "-n3"]);
    assert_eq!(call.env, [("KEY".to_string(), "value".to_string())]);
    assert!(call.stdin.expect("a file").path().ends_with("one/in.txt"));
    assert!(call.expected.is_some() && command.invocation(4).expected.is_none());
    assert_eq!(command.folders()[0].guest, "/data");
}

#[test]
fn unknown_missing_and_mistyped_keys() {
    World::new(KERNEL, &kernel().replace("tags =", "tag ="))
        .refused(Some(13), &["unknown field `tag`", "`tags`"]);
    World::new(KERNEL, &kernel().replace("cold = 1,", "")).refused(Some(16), &["missing field `cold`"]);
    World::new(KERNEL, &kernel().replace("1 = 1,", "1 = \"1\","))
        .refused(Some(17), &["a checksum, or a table"]);
    World::new(KERNEL, "name = ").refused(Some(1), &[]);
    let typo = command().replace("guest = ", "gest = ");
    command_world(&typo).refused(Some(24), &["unknown field `gest`"]);
}

#[test]
fn keys_that_say_why_and_how_are_not_left_out() {
    for (key, line) in [("why", 18), ("boundary", 19), ("memory", 20)] {
        let keys = kernel();
        let begins = |line: &&str| line.starts_with(&format!("{key} = "));
        let without: Vec<&str> = keys.lines().filter(|line| !begins(line)).collect();
        World::new(KERNEL, &without.join("\n")).refused(Some(1), &["missing field", key]);
        let own = keys.lines().find(begins).expect("the key");
        World::new(KERNEL, &keys.replace(own, &format!("{key} = 7")))
            .refused(Some(line), &["understand the manifest"]);
    }
    World::new(KERNEL, &kernel().replace("\"registers\"", "\"cards\""))
        .refused(Some(20), &["unknown variant `cards`", "`registers`"]);
}

#[test]
fn empty_keys() {
    for (key, given, line) in [
        ("about", "\"a test's\"", 2),
        ("language", "\"WAT\"", 7),
        ("source", "\"here\"", 8),
        ("toolchain", "\"wat\"", 9),
        ("command", "\"none\"", 10),
        ("licence", "\"MIT\"", 11),
        ("tags", "[\"quick\"]", 13),
        ("unit", "\"nothing\"", 14),
        ("verified_by", "[\"thought\"]", 15),
        ("why", "\"it refuses\"", 18),
    ] {
        let nothings = if given.starts_with('[') { ["[]", "[\" \"]"] } else { ["\"\"", "\" \""] };
        for nothing in nothings {
            let manifest = kernel().replace(&format!("{key} = {given}"), &format!("{key} = {nothing}"));
            World::new(KERNEL, &manifest).refused(Some(line), &[&format!("an empty `{key}`"), "write"]);
        }
    }
}

#[test]
fn a_name_that_is_not_the_folders() {
    World::new(KERNEL, &kernel().replace("\"one\"", "\"two\"")).refused(Some(1), &["\"two\"", "\"one\""]);
}

#[test]
fn units_and_outputs_that_do_not_fit() {
    World::new(KERNEL, &kernel().replace("cold = 1", "cold = 0"))
        .refused(Some(16), &["units.cold", "at least 1"]);
    World::new(KERNEL, &kernel().replace(", 2 = 2", "")).refused(Some(17), &["2 units", "units.interpreter"]);
    let end = "2 = { exit_code = 0, stdout_sha256 = \"\", stderr_sha256 = \"\" }";
    World::new(KERNEL, &kernel().replace("2 = 2", end)).refused(Some(17), &["expected.2", "a number"]);
    for output in ["many = 7", "01 = 1", "4 = 4", "-1 = 1"] {
        let key = output.split(' ').next().expect("a key");
        let more = kernel().replace("3 = 3 }", &format!("3 = 3, {output} }}"));
        World::new(KERNEL, &more).refused(Some(17), &[&format!("expected.{key}"), "remove it"]);
    }
    World::new(KERNEL, &(kernel() + "stdin = \"one.wasm\"")).refused(Some(3), &["a kernel"]);
    let relative = command().replace("\"/data\"", "\"data\"");
    command_world(&relative).refused(Some(24), &["from the root"]);
}

#[test]
fn a_command_without_an_amount_of_work() {
    let fixed = command().replace("-n{n}", "-n3");
    command_world(&fixed).refused(Some(21), &["{n}", "number of units"]);
    command_world(&command().replace("args = [\"one\", \"-n{n}\"]\n", "")).refused(Some(3), &["{n}"]);
    command_world(&fixed.replace("\"quick\"", "\"start\"")).load().expect("no work to tell it of");
}

#[test]
fn a_bad_manifest_costs_its_own_workload_only() {
    let world = World::new(KERNEL, &kernel());
    let two = world.folder.path().join("two");
    fs::create_dir(&two).expect("a folder");
    fs::write(two.join("workload.toml"), "nonsense").expect("a file");
    let (suite, errors) = world.suite();
    assert_eq!(suite.workloads[0].name(), "one");
    assert_eq!(errors[0].workload(), "two");
    let nowhere = Path::new("nowhere");
    let error = Suite::load(nowhere, Imports::Provided, nowhere).expect_err("no folder").to_string();
    assert!(error.contains("nowhere") && error.contains("WASMARK_WORKLOADS"), "{error}");
}
