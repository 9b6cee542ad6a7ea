//! The kernels give what their manifests say, and commands see the host. What commands give is `wasmark check`'s.

use std::fs;

use wasmark_adapter::{
    Describe, EngineSpec, Entry, FailureKind, Host, Runtime, Source,
    protocol::{Invocation, Preopen},
};
use wasmark_native::{Native, Twin};

const SUITE: &str = "../../workloads/suite";

fn host() -> Host {
    host_of(&[], &[])
}

fn host_of(args: &[&str], preopens: &[Preopen]) -> Host {
    let args = args.iter().map(|arg| (*arg).to_owned()).collect();
    let invocation = Invocation { argument: 0, args, env: vec![], stdin: None, expected: None };
    Host::new(&invocation, preopens).expect("a host")
}

fn run() -> Entry {
    Entry::Kernel("run".to_owned())
}

/// The rows of a manifest's table of expected checksums.
fn expected(manifest: &str) -> Vec<(i32, i64)> {
    let table = manifest.split("[expected]\n").nth(1).expect("a table");
    let rows = table.lines().map_while(|line| line.split_once(" = "));
    rows.map(|(n, checksum)| (n.parse().expect("n"), checksum.parse().expect("a checksum"))).collect()
}

/// Whether a manifest is of a workload that has a native form: its source is one that build.rs finds.
fn has_twin(manifest: &str) -> bool {
    let folders = ["c", "c-programs", "cpp", "rust"].map(|folder| format!("source = \"guests/{folder}/"));
    let ours = manifest.lines().any(|line| folders.iter().any(|folder| line.starts_with(folder)));
    ours && !manifest.lines().any(|line| line.starts_with("variant = "))
}

#[test]
fn every_kernel_of_the_suite_gives_the_expected_checksums() {
    let mut found = 0;
    for (configuration, folder) in ["o2", "o2-host"].into_iter().flat_map(|configuration| {
        fs::read_dir(SUITE)
            .expect("the suite")
            .map(move |folder| (configuration, folder.expect("an entry").path()))
    }) {
        let native = Native::new(&EngineSpec::new(configuration, Source::Linked)).expect("the yardstick");
        let Ok(text) = fs::read_to_string(folder.join("workload.toml")) else { continue };
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
        let kernel = match native.linked(name) {
            Ok(kernel @ Twin::Kernel(_)) => kernel,
            Ok(Twin::Command(_)) => continue,
            Err(refused) => {
                assert_eq!(refused.kind, FailureKind::Unsupported, "{name}: {refused}");
                assert!(!has_twin(&text), "{name}: {refused}");
                continue;
            }
        };
        let kernel = native.prepare(kernel, &run()).expect("a kernel");
        let mut instance = native.instantiate(&kernel, &host()).expect("an instance");
        let rows = expected(&text);
        assert!(!rows.is_empty(), "{name}");
        for (n, checksum) in rows {
            assert_eq!(Native::call(&mut instance, n), Ok(checksum), "{configuration} {name}({n})");
        }
        found += 1;
    }
    assert!(found >= 48, "{found}");
}

#[test]
fn a_command_is_a_program_that_sees_the_host() {
    for configuration in ["o2", "o2-host"] {
        let native = Native::new(&EngineSpec::new(configuration, Source::Linked)).expect("the yardstick");
        let run = |workload: &str, host: &Host| {
            let program = native.linked(workload).expect("a program");
            let program = native.prepare(program, &Entry::Command).expect("a program");
            Native::call(&mut native.instantiate(&program, host).expect("an instance"), 0)
        };
        let mut hello = host_of(&["hello", "2"], &[]);
        assert_eq!(run("hello", &hello), Ok(0));
        assert_eq!(hello.excerpt(), "stdout: Hello, world!\nHello, world!\n\n");
        // Both get the folder's path; what is wrong with it, they report themselves.
        let nowhere = Preopen { host: "/nowhere".into(), guest: "/data".to_owned() };
        for workload in ["wordfreq", "sqlite"] {
            let mut host = host_of(&[workload, "1"], std::slice::from_ref(&nowhere));
            assert_eq!(run(workload, &host), Ok(1), "{workload}");
            assert!(host.excerpt().contains("failed to"), "{workload}: {}", host.excerpt());
        }
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let native = Native::new(&EngineSpec::new("o2", Source::Linked)).expect("the yardstick");
    assert_eq!(native.linked("ledger_go").expect_err("a failure").kind, FailureKind::Unsupported);
    assert_eq!(native.compile(&mut b"\0asm".to_vec()).expect_err("a failure").kind, FailureKind::Unsupported);
    for (configuration, source) in [("o2", Source::Wasm), ("o2", Source::Artifact), ("o9", Source::Linked)] {
        let refused = Native::new(&EngineSpec::new(configuration, source)).err().expect("a failure");
        assert_eq!(refused.kind, FailureKind::Unsupported, "{configuration}");
    }
    let noop = || native.linked("noop").expect("a kernel");
    let refused = native.prepare(noop(), &Entry::Kernel("walk".to_owned()));
    assert_eq!(refused.expect_err("a failure").kind, FailureKind::Export);
    let refused = native.prepare(noop(), &Entry::Command);
    assert_eq!(refused.expect_err("a failure").kind, FailureKind::Unsupported);
}

#[test]
fn reports_how_it_was_compiled() {
    let native = Native::new(&EngineSpec::new("o2", Source::Linked)).expect("the yardstick");
    let settings = native.resolved();
    assert!(settings["rust_compiler"].starts_with("rustc 1."));
    assert_eq!(settings["c_compiler"], Native::describe().version);
}

#[test]
fn threads_have_kernels_of_their_own() {
    // Sorts in memory of its library's.
    let manifest = fs::read_to_string(format!("{SUITE}/quicksort/workload.toml")).expect("a manifest");
    let rows = expected(&manifest);
    for configuration in ["o2", "o2-host"] {
        let native = Native::new(&EngineSpec::new(configuration, Source::Linked)).expect("the yardstick");
        let kernel = native.linked("quicksort").expect("a kernel");
        let shared = native.share(&kernel).expect("what threads share");
        let serve = || {
            let (native, kernel) = Native::join(&shared, &run()).expect("a kernel of the thread's own");
            for _ in 0..50 {
                let mut instance = native.instantiate(&kernel, &host()).expect("an instance");
                for (n, checksum) in rows.iter().filter(|(n, _)| *n < 10) {
                    assert_eq!(Native::call(&mut instance, *n), Ok(*checksum), "{configuration}({n})");
                }
            }
        };
        std::thread::scope(|scope| (0..4).map(|_| scope.spawn(serve)).for_each(drop));
        assert_eq!(mapped_copies(), 0, "a thread's copy goes with it");
    }
}

#[test]
fn threads_run_the_same_command() {
    let native = Native::new(&EngineSpec::new("o2", Source::Linked)).expect("the yardstick");
    let shared = native.share(&native.linked("hello").expect("a program")).expect("what threads share");
    let serve = || {
        let (native, program) = Native::join(&shared, &Entry::Command).expect("the program");
        let mut host = host_of(&["hello", "2"], &[]);
        let mut instance = native.instantiate(&program, &host).expect("an instance");
        assert_eq!(Native::call(&mut instance, 0), Ok(0));
        assert_eq!(host.excerpt(), "stdout: Hello, world!\nHello, world!\n\n");
    };
    std::thread::scope(|scope| (0..4).map(|_| scope.spawn(serve)).for_each(drop));
}

/// How many mappings of threads' copies this process has.
fn mapped_copies() -> usize {
    let maps = fs::read_to_string("/proc/self/maps").expect("the mappings");
    maps.lines().filter(|line| line.contains("wasmark-native-") && line.ends_with(" (deleted)")).count()
}
