//! The suite that is committed holds what it promises.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use wasmark_adapter::{Tier, host::sha256, protocol::Expected};
use wasmark_workloads::{Imports, Suite, Workload, languages::absent, module::Item};

/// Loaded once: validating SQLite takes a debug build seconds.
static SUITE: LazyLock<Suite> = LazyLock::new(|| {
    let modules = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (suite, errors) = Suite::load(&folder(), Imports::Provided, modules).expect("the suite");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    suite
});

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite")
}

/// What is in a folder.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path())
}

fn tagged(workload: &Workload, tag: &str) -> bool {
    workload.tags().iter().any(|one| one == tag)
}

#[test]
fn it_is_as_large_as_it_promises() {
    let written = || SUITE.workloads.iter().filter(|workload| !tagged(workload, "size"));
    assert!(written().count() >= 40, "{}", written().count());
    // An interpreter's language is not what its module was compiled from.
    let compiled = written().filter(|workload| !tagged(workload, "interpreter"));
    let languages: BTreeSet<&str> = compiled.map(Workload::language).collect();
    assert!(languages.len() >= 9, "{languages:?}");
    let commands = written().filter(|workload| workload.command()).count();
    assert!(commands >= 2, "{commands}");
    let quick = written().filter(|workload| tagged(workload, "quick")).count();
    assert!((6..=10).contains(&quick), "{quick}");
}

#[test]
fn its_modules_can_be_committed() {
    let folders = files(&folder()).filter(|path| path.is_dir());
    let modules =
        folders.flat_map(|folder| files(&folder)).filter(|path| path.extension() == Some("wasm".as_ref()));
    let bytes: u64 = modules.map(|module| module.metadata().expect("a file").len()).sum();
    assert!(bytes < 10_000_000, "{bytes} bytes: have one that is large obtained, as ledger_python's");
}

#[test]
fn every_call_has_its_right_output_and_its_input() {
    for workload in &SUITE.workloads {
        let units = Tier::ALL.map(|tier| workload.units(tier)).into_iter().chain([workload.cold_units()]);
        for n in units {
            let call = workload.invocation(n);
            assert!(call.expected.is_some(), "{} {n}", workload.name());
            assert!(!workload.command() || call.args.contains(&n.to_string()), "{} {n}", workload.name());
        }
        for folder in workload.folders() {
            assert!(folder.host.is_dir(), "{}", workload.name());
        }
    }
}

/// As text, those too whose modules this machine lacks.
fn manifests() -> Vec<(PathBuf, String)> {
    let manifest = |folder: PathBuf| {
        let text = fs::read_to_string(folder.join("workload.toml")).ok()?;
        Some((folder, text))
    };
    files(&folder()).filter_map(manifest).collect()
}

#[test]
fn outputs_are_what_several_agree_on() {
    for (folder, manifest) in manifests() {
        let manifest: toml::Table = manifest.parse().expect("a manifest");
        let witnesses = manifest["verified_by"].as_array().expect("a list");
        assert!(witnesses.len() >= 2, "{}: the output needs a second witness", folder.display());
    }
}

#[test]
fn the_readme_has_their_number() {
    let readme = fs::read_to_string(folder().join("../README.md")).expect("a README");
    let count = format!("\n{} of them, each with a checked output", manifests().len());
    assert!(readme.contains(&count), "workloads/README.md: {count:?}");
}

#[test]
fn memory_is_modest_and_kernels_bound_what_they_may_take() {
    for workload in &SUITE.workloads {
        let Some(Item::Memory { initial, maximum, .. }) = workload.module().export("memory") else {
            assert_eq!(workload.name(), "noop_no_memory", "it exports no memory");
            continue;
        };
        assert!(*initial <= 64, "{}: {initial} pages", workload.name());
        assert!(workload.command() || maximum.is_some_and(|pages| pages <= 64), "{}", workload.name());
    }
}

/// sha256 of what it prints after `n` units: a command prints the checksum that a kernel returns, in decimal and on a
/// line of its own.
fn printed(workload: &Workload, n: i32) -> String {
    match &workload.expected()[&n] {
        Expected::Checksum(checksum) => sha256(format!("{checksum}\n").as_bytes()),
        Expected::Command { exit_code: Some(0), stdout_sha256: Some(stdout), .. } => stdout.clone(),
        other => panic!("{}: {other:?} after {n} units is no form of a program", workload.name()),
    }
}

#[test]
fn the_forms_of_a_program_agree() {
    let mut forms: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
    for workload in &SUITE.workloads {
        if let Some(program) = workload.program() {
            forms.entry(program).or_default().push(workload);
        }
    }
    assert!(["ledger", "nbody", "sha256"].iter().all(|program| forms.contains_key(program)));
    for (program, forms) in forms {
        for form in &forms {
            let mut compared = 0;
            for other in forms.iter().filter(|other| other.name() != form.name()) {
                for &n in form.expected().keys().filter(|n| other.expected().contains_key(n)) {
                    let [a, b] = [form, other].map(|form| printed(form, n));
                    assert_eq!(a, b, "{program}: {} and {} after {n} units", form.name(), other.name());
                    compared += 1;
                }
            }
            assert!(compared > 0, "{program}: no other form expects any of the units of {}", form.name());
        }
    }
}

#[test]
fn other_forms_of_a_program_are_tagged_as_such() {
    for workload in &SUITE.workloads {
        assert_eq!(workload.variant().is_some(), tagged(workload, "variant"), "{}", workload.name());
    }
}

#[test]
fn no_language_is_both_there_and_absent() {
    let absent = absent(&folder()).expect("the languages");
    assert!(!absent.is_empty());
    for one in absent {
        assert!(SUITE.workloads.iter().all(|workload| workload.language() != one.name), "{}", one.name);
    }
}

#[test]
fn every_workload_has_its_profile() {
    for workload in &SUITE.workloads {
        let profile = workload.profile().unwrap_or_else(|error| panic!("{error}"));
        let profile = profile.unwrap_or_else(|| panic!("{}: run `make profiles`", workload.name()));
        let counted: f64 = profile.module.mix.values().sum();
        assert!((counted - 100.0).abs() < 0.2, "{}: {counted} %", workload.name());
        assert_eq!(profile.host.is_some(), workload.command(), "{}", workload.name());
    }
}
