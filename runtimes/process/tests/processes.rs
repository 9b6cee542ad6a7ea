//! Each configuration starts real processes that answer, keeps them apart and leaves none behind.

use std::{fs, path::PathBuf};

use wasmark_adapter::{
    Describe, EngineSpec, Entry, Failure, FailureKind, Host, Runtime, Source, Tier, protocol::Invocation,
};
use wasmark_process::{Child, Process, Program};

const MANIFEST: &str = include_str!("../../../workloads/suite/noop/workload.toml");

/// The system calls that may refuse fresh namespaces.
const REFUSABLE: [&str; 5] = ["clone", "mount", "pivot_root", "umount2", "execveat"];

fn host() -> Host {
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    Host::new(&invocation, &[]).expect("a host")
}

fn kernel() -> Entry {
    Entry::Kernel("run".to_owned())
}

/// A configuration and its program.
fn loaded(configuration: &str) -> (Process, Program) {
    let process = Process::new(&EngineSpec::new(configuration, Source::Linked)).expect("a configuration");
    let program = process.linked("noop").expect("the program");
    let program = process.prepare(program, &kernel()).expect("the program");
    (process, program)
}

fn start((process, program): &(Process, Program)) -> Result<Child, Failure> {
    process.instantiate(program, &host())
}

/// Where a process's files are.
fn proc(child: &Child, file: &str) -> PathBuf {
    format!("/proc/{}/{file}", child.pid()).into()
}

/// Every promise of an instance, for a configuration that starts, and so many at once.
fn keeps_its_promises(of: &(Process, Program), crowd: i32) {
    let (n, checksum) =
        MANIFEST.split("[expected]\n").nth(1).expect("a table").trim().split_once(" = ").expect("a row");
    let (n, checksum) = (n.parse().expect("n"), checksum.parse().expect("a checksum"));
    let mut first = start(of).expect("a process");
    let mut second = start(of).expect("a process");
    assert_ne!(first.pid(), second.pid());
    for _ in 0..3 {
        assert_eq!(Process::call(&mut first, n), Ok(checksum));
        assert_eq!(Process::call(&mut second, -50), Ok(-8));
    }
    let gone = proc(&first, "stat");
    drop(first);
    assert!(!gone.exists(), "it was waited for");
    assert_eq!(Process::call(&mut second, n), Ok(checksum), "the other one lives");

    let mut many: Vec<Child> = (0..crowd).map(|_| start(of).expect("a process")).collect();
    for (number, child) in (0..).zip(&mut many) {
        assert_eq!(Process::call(child, number), Ok(42 + i64::from(number)));
    }
}

#[test]
fn a_static_process_keeps_its_promises() {
    let of = loaded("static");
    keeps_its_promises(&of, 100);
    let maps = fs::read_to_string(proc(&start(&of).expect("a process"), "maps")).expect("its mappings");
    assert!(!maps.contains(".so"), "{maps}");
}

#[test]
fn a_dynamic_process_keeps_its_promises() {
    let of = loaded("dynamic");
    keeps_its_promises(&of, 100);
    let maps = fs::read_to_string(proc(&start(&of).expect("a process"), "maps")).expect("its mappings");
    assert!(maps.contains("libc."), "{maps}");
}

#[test]
fn a_process_of_node_keeps_its_promises() {
    let of = loaded("node");
    keeps_its_promises(&of, 4);
    assert!(of.0.resolved()["program"].starts_with("node v"), "{:?}", of.0.resolved());
}

#[test]
fn namespaces_are_its_own_or_refused_by_a_named_call() {
    let of = loaded("namespaces");
    let child = match start(&of) {
        Ok(child) => child,
        Err(refused) => {
            assert_eq!(refused.kind, FailureKind::Unsupported, "{refused}");
            assert!(REFUSABLE.iter().any(|call| refused.message.starts_with(call)), "{refused}");
            assert!(refused.message.contains("; allow user namespaces"), "{refused}");
            return;
        }
    };
    let namespaces = of.0.resolved()["namespaces"].clone();
    assert!(namespaces.contains("user") && namespaces.contains("net"), "{namespaces}");
    for name in namespaces.split(", ") {
        let own = fs::read_link(format!("/proc/self/ns/{name}")).expect("the test's");
        assert_ne!(fs::read_link(proc(&child, &format!("ns/{name}"))).expect("the process's"), own);
    }
    let root = fs::read_dir(proc(&child, "root/")).expect("its root");
    assert_eq!(root.count(), 0, "its root is empty");
    let mounts = fs::read_to_string(proc(&child, "mounts")).expect("its mounts");
    assert_eq!(mounts.lines().count(), 1, "nothing else is mounted: {mounts}");
    drop(child);
    keeps_its_promises(&of, 100);
}

#[test]
fn threads_start_processes_beside_each_other() {
    let (process, program) = loaded("static");
    let shared = process.share(&program).expect("what threads share");
    let serve = &|number| {
        let of = Process::join(&shared, &kernel()).expect("a program of the thread's own");
        for _ in 0..50 {
            let mut child = start(&of).expect("a process");
            assert_eq!(Process::call(&mut child, number), Ok(42 + i64::from(number)));
        }
        let mut child = start(&of).expect("a process");
        for _ in 0..1000 {
            assert_eq!(Process::call(&mut child, number), Ok(42 + i64::from(number)));
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|number| drop(scope.spawn(move || serve(number)))));
}

#[test]
fn a_process_that_died_is_a_failure_and_no_answer() {
    let mut child = start(&loaded("static")).expect("a process");
    let killed = std::process::Command::new("kill").args(["-9", &child.pid().to_string()]).status();
    assert!(killed.expect("kill").success());
    let failure = Process::call(&mut child, 1).expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::Engine, "{failure}");
}

#[test]
fn what_is_no_start_is_unsupported_for_one_reason() {
    let (process, _) = loaded("static");
    let program = || process.linked("noop").expect("the program");
    let reasons = [
        process.linked("fib").err(),
        process.compile(&mut b"\0asm".to_vec()).err(),
        process.prepare(program(), &Entry::Command).err(),
        Process::new(&EngineSpec::new("static", Source::Wasm)).err(),
    ];
    for reason in reasons {
        assert_eq!(reason, Some(Failure::unsupported("measures the start of a process only")));
    }
    let refused = Process::new(&EngineSpec::new("bare", Source::Linked)).err().expect("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    assert!(refused.message.ends_with("choose static, dynamic, namespaces, node"), "{refused}");
    let refused = process.prepare(program(), &Entry::Kernel("walk".to_owned()));
    assert_eq!(refused.err().expect("a failure").kind, FailureKind::Export);
}

#[test]
fn what_has_to_be_shipped_is_the_program_and_its_libraries() {
    let bytes = |configuration: &str| -> u64 {
        let needs = loaded(configuration).0.needs();
        needs.iter().filter_map(|path| Some(fs::metadata(path).ok()?.len())).sum()
    };
    let names = |configuration: &str| -> Vec<String> {
        let needs = loaded(configuration).0.needs();
        needs.iter().map(|path| path.file_name().expect("a file").to_string_lossy().into_owned()).collect()
    };
    assert!(names("static").iter().all(|name| name == "wasmark-process-static"));
    assert!(names("dynamic").iter().any(|name| name.starts_with("libc.so")));
    // node's program, or its libraries, are tens of megabytes; the script and the module are there as well.
    assert!(bytes("node") > 20_000_000, "{:?}", names("node"));
    for name in ["node", "wasmark-process-node.js", "wasmark-process-noop.wasm"] {
        assert!(names("node").iter().any(|file| file == name), "{name} in {:?}", names("node"));
    }
}

#[test]
fn reports_what_is_started_and_how() {
    let description = Process::describe();
    assert!(description.version.starts_with(|c: char| c.is_ascii_digit()), "{}", description.version);
    let mut sizes = Vec::new();
    for configuration in description.configurations {
        assert_eq!(configuration.tier, Tier::Process);
        let settings =
            Process::new(&EngineSpec::new(&configuration.name, Source::Linked)).expect("one").resolved();
        sizes.push(settings["program_bytes"].parse::<u64>().expect("a size"));
        for setting in ["answer", "kernel", "namespaces", "program", "program_libraries", "spawn"] {
            assert!(!settings[setting].is_empty(), "{setting}");
        }
    }
    assert!(sizes[0] < 4096, "{} bytes of a program that does next to nothing", sizes[0]);
    assert!(sizes[0] < sizes[1]);
}
