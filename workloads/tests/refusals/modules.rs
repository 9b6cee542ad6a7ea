//! Where the module is, and what its bytes say.

use std::{fs, os::unix::fs::symlink};

use wasmark_adapter::host::sha256;
use wasmark_workloads::{Refusal, inspect};

use crate::{COMMAND, KERNEL, World, command, command_world, kernel};

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
        assert_eq!((one.name.as_str(), one.words.join(" ").as_str()), ("one", "quick wat kernel"));
        assert!(one.reason.contains(reason) && one.reason.contains("make it"), "{}", one.reason);
    };
    absent("its module is not here; get it with make it");
    fs::write(&kept, "half of it").expect("a file");
    absent("is damaged");
    fs::rename(&wasm, &kept).expect("the module");
    let workload = world.load().expect("a workload");
    assert_eq!((workload.sha256(), workload.wasm_path()), (hash.as_str(), kept.as_path()));

    // What was got is what was asked for, and no module.
    let nonsense = World::of_bytes(b"nonsense", &kernel().replace("wasm = \"one.wasm\"", obtain));
    let kept = nonsense.modules.path().join(format!("{}.wasm", sha256(b"nonsense")));
    fs::rename(nonsense.one().join("one.wasm"), kept).expect("the module");
    nonsense.refused(Some(5), &["does not begin"]);

    let climbs = kernel().replace("wasm = \"one.wasm\"", obtain).replace("SHA256", "../one");
    World::new(KERNEL, &climbs).refused(Some(6), &["64 hexadecimal digits"]);
    World::new(KERNEL, &(kernel() + obtain))
        .refused(Some(6), &["keep one of wasm, module_of, [generate], [floor] and obtain"]);
    World::new(KERNEL, &kernel().replace("wasm = \"one.wasm\"", ""))
        .refused(Some(1), &["write one of wasm, module_of, [generate], [floor] and obtain"]);
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
    // One build made the module of both.
    for (key, given, line) in [("toolchain", "wat", 9), ("command", "none", 10)] {
        write("one", &hash);
        let file = two.join("workload.toml");
        let manifest = fs::read_to_string(&file).expect("the manifest");
        let own = format!("{key} = {given:?}");
        fs::write(&file, manifest.replace(&own, &format!("{key} = \"another\""))).expect("a file");
        let (_, errors) = world.suite();
        let text = errors[0].to_string();
        assert!(
            text.contains(&format!("two/workload.toml:{line}: failed to have the module of \"one\"")),
            "{text}"
        );
        assert!(text.contains(&format!("write {given:?}")), "{text}");
    }
    // A file that is no module is reported for each workload that names it.
    fs::write(world.one().join("one.wasm"), "nonsense").expect("a file");
    write("one", &sha256(b"nonsense"));
    let (_, errors) = world.suite();
    assert!(
        errors[1].to_string().contains("two/workload.toml:5: failed to read the module"),
        "{}",
        errors[1]
    );
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
fn missing_imports() {
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
