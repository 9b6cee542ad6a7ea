//! Bad input is refused in a sentence that states what to do, before anything is measured.

use crate::common::World;

#[test]
fn unknown_names_are_answered_with_near_ones() {
    let world = World::with_mock();
    for (arguments, part) in [
        (["check", "--runtimes", "mok"], "did you mean \"mock\"?"),
        (["check", "--runtimes", "mok@1.2.3"], "did you mean \"mock\"?"),
        (["check", "--runtimes", "mock@"], "write a whole one, as mock@1.2.3, or mock alone"),
        (["build", "--runtimes", "mock,mock@latest"], "failed to understand the version in \"mock@latest\""),
        (["build", "--runtimes", "mock+best"], "its worker is not built here; name it without '+'"),
        (["build", "--runtimes", "mock@1.2.3"], "no versions can be chosen for it; name it without '@'"),
        (["check", "--configurations", "mock@1.2.3/right"], "no versions can be chosen for it"),
        (["check", "--workloads", "nop"], "did you mean \"noop\"?"),
        (["check", "--configurations", "mock/rihgt"], "did you mean \"mock/right\"?"),
        (["run", "--metrics", "throughputs"], "did you mean \"throughput\"?"),
        (["check", "--tiers", "jit"], "known are interpreter, baseline, optimizing, aot, native, process"),
    ] {
        let (_, error) = world.expect(&arguments, 2);
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
}

#[test]
fn workloads_are_selected_by_name_tag_language_and_kind() {
    let world = World::with_mock();
    let names = |words: &str| -> Vec<String> {
        let listed = world.json(&["list", "--workloads", words], 0);
        let workloads = listed["workloads"].as_array().expect("a list");
        workloads.iter().map(|one| one["name"].as_str().expect("a name").to_string()).collect()
    };
    assert_eq!(names("kotlin"), ["ledger_kotlin", "nbody_kotlin", "sha256_kotlin"]);
    assert_eq!(names("c++,noop"), ["ledger_cpp", "nbody_cpp", "noop", "sha256_cpp"]);
    assert_eq!(names("javascript"), ["edge_router_js", "ledger_js"]);
    assert_eq!(names("compression"), ["zlib", "zstd"]);
    // A tag of others, too.
    assert_eq!(names("memory"), ["memory"]);
    let commands = names("command");
    assert!(commands.iter().any(|name| name == "sqlite") && commands.iter().all(|name| name != "fib"));
    let (_, error) = world.expect(&["list", "--workloads", "python"], 2);
    assert!(
        error.contains("ledger_python is unavailable") && error.contains("setup.sh --cpython"),
        "{error}"
    );
}

#[test]
fn a_configuration_is_found_by_a_name_that_it_had_before() {
    let world = World::with_mock();
    let check = ["check", "--workloads", "noop", "--configurations", "mock/proper"];
    assert_eq!(world.json(&check, 0)["verdicts"]["noop"]["mock/right"], "right");
}

#[test]
fn an_output_folder_that_cannot_be_written_is_reported_before_measuring() {
    let world = World::with_mock();
    std::fs::write(world.path("file"), "in the way").expect("a file");
    let arguments = ["run", "--workloads", "noop", "--configurations", "mock/right", "--output", "file/runs"];
    let (_, error) = world.expect(&arguments, 2);
    assert!(error.contains("file/runs"), "{error}");
}

#[test]
fn without_runtimes_the_message_has_a_remedy() {
    let world = World::with_mock();
    std::fs::remove_file(world.path("bin/wasmark-worker-mock")).expect("the link");
    let (_, error) = world.expect(&["check"], 2);
    assert!(error.contains("failed to find any runtime"), "{error}");
}

#[test]
fn there_is_no_run_to_report_or_to_resume() {
    let world = World::with_mock();
    for arguments in [["report"].as_slice(), &["run", "--resume"], &["report", "nowhere"]] {
        let (_, error) = world.expect(arguments, 2);
        assert!(error.contains("failed to"), "{arguments:?}: {error}");
    }
}

#[test]
fn a_bad_manifest_costs_its_workload_only() {
    let world = World::with_mock();
    let suite = world.path("suite");
    copy(&wasmark_workloads::default_suite_dir().join("noop"), &suite.join("noop"));
    copy(&wasmark_workloads::default_suite_dir().join("noop"), &suite.join("bad"));
    let module = suite.join("bad/noop.wasm");
    std::fs::write(&module, b"not wasm").expect("a file");
    let suite = suite.display().to_string();
    let document = world.json(&["check", "--configurations", "mock/right", "--suite", &suite], 2);
    assert_eq!(document["verdicts"]["noop"]["mock/right"], "right");
    let rejected = document["rejected"][0].as_str().expect("a reason");
    assert!(rejected.contains("bad"), "{rejected}");
}

#[test]
fn a_workload_without_its_module_is_reported_and_left_out() {
    let world = World::with_mock();
    let suite = world.path("suite");
    let noop = wasmark_workloads::default_suite_dir().join("noop");
    copy(&noop, &suite.join("noop"));
    copy(&noop, &suite.join("fetched"));
    let manifest = suite.join("fetched/workload.toml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest");
    let text =
        text.replace("\"noop\"", "\"fetched\"").replace("wasm = \"noop.wasm\"", "obtain = \"make it\"");
    std::fs::write(&manifest, text).expect("a file");
    let suite = suite.display().to_string();
    let reason = "its module is not here; get it with make it";
    let sentence = format!("fetched is unavailable: {reason}");

    let (out, _) = world.expect(&["list", "--suite", &suite], 0);
    assert!(out.contains(&sentence), "{out}");
    let document = world.json(&["list", "--suite", &suite], 0);
    assert_eq!(document["absent"]["fetched"], reason);
    for arguments in [["check", "--configurations"], ["run", "--configurations"]] {
        let arguments = [arguments.as_slice(), &["mock/right", "--suite", &suite]].concat();
        let (_, error) = world.expect(&arguments, 0);
        assert_eq!(error.matches(&sentence).count(), 1, "{error}");
        let (_, error) = world.expect(&[arguments.as_slice(), &["--workloads", "noop"]].concat(), 0);
        assert!(!error.contains("unavailable"), "{error}");
        let (_, error) = world.expect(&[arguments.as_slice(), &["--workloads", "noop,fetched"]].concat(), 2);
        assert!(
            error.contains("failed to use the workload \"fetched\"") && error.contains(reason),
            "{error}"
        );
    }
    // Fetched: beside the worker's own things in the cache.
    let modules = world.path("cache/modules");
    let module = std::fs::read(noop.join("noop.wasm")).expect("the module");
    std::fs::create_dir_all(&modules).expect("a folder");
    let name = format!("{}.wasm", wasmark_adapter::host::sha256(&module));
    std::fs::write(modules.join(name), module).expect("a file");
    let document = world.json(&["check", "--configurations", "mock/right", "--suite", &suite], 0);
    assert_eq!(document["verdicts"]["fetched"]["mock/right"], "right");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the workload") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

#[test]
fn a_module_is_inspected_without_running_it() {
    let world = World::with_mock();
    let write = |name: &str, bytes: &[u8]| std::fs::write(world.path(name), bytes).expect("a file");
    let text = r#"(module (import "env" "log" (func (param i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
        (memory 2 3) (func (export "_start") (drop (i32.extend8_s (i32.const 1)))))"#;
    write("own.wasm", &wat::parse_str(text).expect("a module"));
    let document = world.json(&["inspect", "own.wasm"], 0);
    assert_eq!(document["proposals"][0], "sign-extension");
    assert_eq!(document["missing"][0], "env.log: a function (i32) -> ()");
    let memory = serde_json::json!({"minimum": 2, "maximum": 3, "memory64": false, "shared": false});
    assert_eq!(document["memories"], serde_json::json!([memory]));
    assert!(document["kind"].as_str().is_some_and(|kind| kind.contains("command")));
    assert_eq!(document["configurations"]["mock/right"], "needs sign-extension");

    let text = r#"(module (import "env" "memory" (memory i64 1)) (memory 1 2 shared))"#;
    write("memories.wasm", &wat::parse_str(text).expect("a module"));
    let (out, _) = world.expect(&["inspect", "memories.wasm"], 0);
    assert!(out.contains("1 page, no maximum, 64-bit") && out.contains("1 to 2 pages, shared"), "{out}");

    write("text.wasm", b"(module)");
    write("component.wasm", b"\0asm\x0d\0\x01\0");
    for (name, part) in
        [("text.wasm", "four bytes"), ("component.wasm", "component"), ("none.wasm", "name a module")]
    {
        let (_, error) = world.expect(&["inspect", name], 2);
        assert!(error.contains(part) && error.contains("failed to"), "{error}");
    }
}
