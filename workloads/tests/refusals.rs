//! Each thing that a manifest can claim wrongly is refused by name, with what to do, and costs its own workload only.

use std::{fs, os::unix::fs::symlink, path::Path};

use tempfile::TempDir;
use wasmark_adapter::host::sha256;
use wasmark_workloads::{Imports, ManifestError, Refusal, Suite, Workload, inspect};

const KERNEL: &str = r#"(module
    (memory (export "memory") 1 2)
    (func (export "run") (param i32) (result i64) (i64.extend_i32_s (local.get 0))))"#;

const COMMAND: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (memory (export "memory") 1)
    (func (export "_start")))"#;

/// A suite of one workload, `one`, the folder for modules that it does not hold, and what loading it says.
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

    /// Expects a refusal that names the file and says all of the `parts`.
    fn refused(&self, line: Option<usize>, parts: &[&str]) {
        let error = self.load().expect_err("a refusal");
        assert_eq!(error.line, line, "{error}");
        assert_eq!(error.workload(), "one");
        let text = error.to_string();
        assert!(text.contains("one/workload.toml") && text.contains("failed to"), "{text}");
        for part in parts {
            assert!(text.contains(part), "{text:?} does not say {part:?}");
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
    assert!(call.stdin.expect("a file").ends_with("one/in.txt"));
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
fn known_issues_belong_to_workloads_and_explain_one_message() {
    let known = |workload: &str, id: &str, message: &str| {
        let world = World::new(KERNEL, &kernel());
        let issue = format!("workloads = [{workload:?}]\nconfigurations = [{id:?}]\nmessage = {message:?}");
        let file = world.folder.path().join("known_issues.toml");
        fs::write(file, format!("# Known.\n[[issue]]\n{issue}\ncause = \"a bug\"\n")).expect("a file");
        world.suite()
    };
    let (suite, errors) = known("one", "a/b", "crash");
    assert!(errors.is_empty(), "{errors:?}");
    let one = &suite.workloads[0];
    assert_eq!(one.known_issue("a/b").map(|issue| issue.cause.as_str()), Some("a bug"));
    assert_eq!(one.known_issue("a/c"), None);
    for (workload, id, message, part) in [
        ("one", "a/b", "", "without its message"),
        ("one", "a", "crash", "as runtime/name"),
        ("two", "a/b", "crash", "the workload \"two\""),
    ] {
        let (suite, errors) = known(workload, id, message);
        let text = errors[0].to_string();
        assert!(text.contains("known_issues.toml:2: failed to") && text.contains(part), "{text}");
        assert_eq!(suite.workloads.len(), 1, "the workload stays");
    }
}

#[test]
fn what_is_known_to_be_slow_has_no_message() {
    let slow = |keys: &str| {
        let world = World::new(KERNEL, &kernel());
        let file = world.folder.path().join("known_issues.toml");
        let text = format!("[[slow]]\nworkloads = [\"one\"]\nconfigurations = [\"a/b\"]\n{keys}\n");
        fs::write(file, text).expect("a file");
        world.suite()
    };
    let (suite, errors) = slow("cause = \"large\"");
    assert!(errors.is_empty(), "{errors:?}");
    let issue = suite.workloads[0].known_issue("a/b").expect("an issue");
    assert!(issue.explains_time_out() && !issue.explains_failure("large"));
    let (_, errors) = slow("cause = \"large\"\nmessage = \"crash\"");
    assert!(errors[0].to_string().contains("known_issues.toml:5"), "{errors:?}");
    let (_, errors) = slow("cause = \"\"");
    assert!(errors[0].to_string().contains("without its message or its cause"), "{errors:?}");
}

#[test]
fn another_module_than_the_one_that_was_checked() {
    World::new(KERNEL, &kernel().replace("SHA256", &"0".repeat(64)))
        .refused(Some(6), &["sha256", &sha256(&wat::parse_str(KERNEL).expect("a module")), "restore"]);
}

#[test]
fn modules_that_are_generated() {
    let generated = |table: &str| kernel().replace("wasm = \"one.wasm\"\n", "") + table;
    let shape = "[generate]\nfunctions = 3\ndata_bytes = 9\ntable_entries = 2\nseed = 7\n";
    let refusal = World::new(KERNEL, &generated(shape)).load().expect_err("another hash").to_string();
    let hash =
        refusal.split("its sha256 is ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a hash");
    let right = generated(shape).replace("SHA256", hash);
    let world = World::new(KERNEL, &right);
    let workload = world.load().expect("a module");
    assert!(workload.wasm_path().is_file() && workload.wasm_path().ends_with(format!("{hash}.wasm")));
    assert_eq!(workload.wasm_bytes(), fs::metadata(workload.wasm_path()).expect("the file").len());
    // The hash is the file's name, and must not lead anywhere else.
    World::new(KERNEL, &generated(shape).replace("SHA256", "../../one"))
        .refused(Some(5), &["64 hexadecimal"]);
    World::new(KERNEL, &generated("")).refused(Some(1), &["write one of"]);
    World::new(KERNEL, &(kernel() + shape)).refused(Some(6), &["keep one of"]);
    let none = shape.replace("functions = 3", "functions = 0");
    World::new(KERNEL, &generated(&none)).refused(Some(20), &["functions = 0", "write 1 to"]);
    World::new(KERNEL, &generated(&shape.replace("seed", "sed"))).refused(Some(24), &["unknown field `sed`"]);
}

#[test]
fn a_name_that_is_not_the_folders() {
    World::new(KERNEL, &kernel().replace("\"one\"", "\"two\"")).refused(Some(1), &["\"two\"", "\"one\""]);
}

#[test]
fn paths_that_leave_the_folder() {
    for path in ["../one.wasm", "/etc/passwd", "data/../../one.wasm"] {
        let manifest = kernel().replace("\"one.wasm\"", &format!("{path:?}"));
        World::new(KERNEL, &manifest).refused(Some(5), &[path, "leaves the manifest's folder"]);
    }
    let stdin = command().replace("\"in.txt\"", "\"../in.txt\"");
    command_world(&stdin).refused(Some(23), &["leaves the manifest's folder"]);
    let folder = command().replace("\"data\"", "\"..\"");
    command_world(&folder).refused(Some(24), &["leaves the manifest's folder"]);
    World::new(KERNEL, &kernel().replace("one.wasm", "two.wasm"))
        .refused(Some(5), &["two.wasm", "put the file there"]);
}

#[test]
fn symlinks_that_leave_the_folder() {
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret"), "x").expect("a file");
    let world = command_world(&command());
    fs::remove_file(world.one().join("in.txt")).expect("the file");
    symlink(outside.path().join("secret"), world.one().join("in.txt")).expect("a link");
    world.refused(Some(23), &["leaves the manifest's folder"]);
    let world = command_world(&command());
    symlink(outside.path().join("secret"), world.one().join("data/link")).expect("a link");
    world.refused(Some(24), &["data/link", "symbolic link"]);
}

#[test]
fn a_module_that_a_command_gets() {
    let obtain = "obtain = \"make it\"";
    let world = World::new(KERNEL, &kernel().replace("wasm = \"one.wasm\"", obtain));
    let wasm = world.one().join("one.wasm");
    let hash = sha256(&fs::read(&wasm).expect("the module"));
    let kept = world.modules.path().join(format!("{hash}.wasm"));
    let absent = |reason: &str| {
        let (suite, errors) = world.suite();
        assert!(suite.workloads.is_empty() && errors.is_empty(), "{errors:?}");
        let [one] = suite.absent.as_slice() else { panic!("{:?}", suite.absent) };
        assert_eq!((one.name.as_str(), one.tags.as_slice()), ("one", ["quick".to_string()].as_slice()));
        assert!(one.reason.contains(reason) && one.reason.contains("make it"), "{}", one.reason);
    };
    absent("its module is not here; get it with make it");
    fs::write(&kept, "half of it").expect("a file");
    absent("is damaged");
    fs::rename(&wasm, &kept).expect("the module");
    let workload = world.load().expect("a workload");
    assert_eq!((workload.sha256(), workload.wasm_path()), (hash.as_str(), kept.as_path()));

    let climbs = kernel().replace("wasm = \"one.wasm\"", obtain).replace("SHA256", "../one");
    World::new(KERNEL, &climbs).refused(Some(6), &["64 hexadecimal digits"]);
    World::new(KERNEL, &(kernel() + obtain))
        .refused(Some(6), &["keep one of wasm, module_of, [generate] and obtain"]);
    World::new(KERNEL, &kernel().replace("wasm = \"one.wasm\"", ""))
        .refused(Some(1), &["write one of wasm, module_of, [generate] and obtain"]);
}

#[test]
fn a_module_of_another_workload() {
    let world = World::new(KERNEL, &kernel());
    let two = world.folder.path().join("two");
    let hash = sha256(&fs::read(world.one().join("one.wasm")).expect("the module"));
    let write = |other: &str, hash: &str| {
        let manifest = kernel().replace("\"one\"", "\"two\"").replace("SHA256", hash);
        fs::create_dir_all(&two).expect("a folder");
        let manifest = manifest.replace("wasm = \"one.wasm\"", &format!("module_of = {other:?}"));
        fs::write(two.join("workload.toml"), manifest).expect("a file");
    };
    write("one", &hash);
    let (suite, errors) = world.suite();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(suite.workloads[0].wasm_path(), suite.workloads[1].wasm_path());
    for (other, hash, part) in [
        ("one", "0", "restore the module"),
        ("../one", hash.as_str(), "write the name of a workload"),
        ("..", &hash, "write the name of a workload"),
        ("three", &hash, "three/workload.toml"),
        ("two", &hash, "name the workload that has it"),
    ] {
        write(other, hash);
        let (suite, errors) = world.suite();
        assert_eq!(suite.workloads.len(), 1, "{other}");
        assert!(errors[0].to_string().contains(part), "{}", errors[0]);
    }
}

#[test]
fn bytes_that_are_no_core_module() {
    let whole = wat::parse_str(KERNEL).expect("a module");
    for end in [4, 7, 9, whole.len() / 2, whole.len() - 1] {
        let broken = &whole[..end];
        World::of_bytes(broken, &kernel()).refused(Some(5), &["breaks off", "build it again"]);
        assert_eq!(inspect(broken), Err(Refusal::Truncated(end)));
    }
    let component = wat::parse_str("(component)").expect("a component");
    World::of_bytes(&component, &kernel()).refused(Some(5), &["component", "wasm32-wasip1"]);
    World::of_bytes(b"#!/bin/sh", &kernel()).refused(Some(5), &["does not begin"]);
    World::of_bytes(b"", &kernel()).refused(Some(5), &["does not begin"]);
    World::new("(module (func (result i32)))", &kernel()).refused(Some(5), &["validate the module"]);
}

#[test]
fn entries_that_are_missing_or_of_another_type() {
    World::new(KERNEL, &kernel().replace("\"run\"", "\"runn\"")).refused(Some(4), &["did you mean \"run\"?"]);
    World::new(KERNEL, &kernel().replace("\"run\"", "\"main\"")).refused(Some(4), &["memory, run"]);
    World::new(KERNEL, &kernel().replace("\"run\"", "\"memory\"")).refused(Some(4), &["it is a memory"]);
    let other = KERNEL.replace("(result i64) (i64.extend_i32_s (local.get 0))", "");
    World::new(&other, &kernel()).refused(Some(4), &["a function (i32) -> ()", "(i32) -> (i64)"]);
    let private = KERNEL.replace("(export \"memory\")", "");
    World::new(&private, &kernel()).refused(Some(4), &["the kernel's memory"]);
    World::new(COMMAND, &command().replace("\"_start\"", "\"main\"")).refused(Some(4), &["\"_start\""]);
    World::new("(module)", &command()).refused(Some(4), &["find the export \"_start\""]);
}

#[test]
fn imports_that_nobody_provides() {
    let import = r#"(module (import "env" "print" (func))"#;
    World::new(&KERNEL.replace("(module", import), &kernel())
        .refused(Some(3), &["env.print", "imports nothing"]);
    World::new(&COMMAND.replace("(module", import), &command())
        .refused(Some(3), &["env.print", "preview 1 only"]);
}

#[test]
fn proposals_that_are_not_the_modules() {
    let extend = KERNEL.replace("(i64.extend_i32_s (local.get 0))", "(i64.extend32_s (i64.const 1))");
    World::new(&extend, &kernel()).refused(Some(12), &["needs [\"sign-extension\"]"]);
    let declares = |names: &str| kernel().replace("proposals = []", &format!("proposals = [{names}]"));
    World::new(&extend, &declares("\"sign-extension\"")).load().expect("what it needs");
    World::new(KERNEL, &declares("\"simd\"")).refused(Some(12), &["needs []"]);
    World::new(KERNEL, &declares("\"sign-extention\""))
        .refused(Some(12), &["did you mean \"sign-extension\"?"]);
    World::new(KERNEL, &declares("\"telepathy\"")).refused(Some(12), &["known are mutable-global"]);
}

#[test]
fn units_and_outputs_that_do_not_fit() {
    World::new(KERNEL, &kernel().replace("cold = 1", "cold = 0"))
        .refused(Some(16), &["units.cold", "at least 1"]);
    World::new(KERNEL, &kernel().replace(", 2 = 2", "")).refused(Some(17), &["2 units", "units.interpreter"]);
    let end = "2 = { exit_code = 0, stdout_sha256 = \"\", stderr_sha256 = \"\" }";
    World::new(KERNEL, &kernel().replace("2 = 2", end)).refused(Some(17), &["expected.2", "a number"]);
    World::new(KERNEL, &(kernel() + "stdin = \"one.wasm\"")).refused(Some(3), &["a kernel"]);
    let relative = command().replace("\"/data\"", "\"data\"");
    command_world(&relative).refused(Some(24), &["from the root"]);
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
