//! What a person reads in a terminal: everything that was chosen, nothing that a terminal would obey, in lines that fit.

use crate::common::World;

/// A suite of modules without a native twin, all with noop's module and the work of it.
fn suite(world: &World, names: &[&str]) -> String {
    let noop = wasmark_workloads::default_suite_dir().join("noop");
    let manifest = std::fs::read_to_string(noop.join("workload.toml")).expect("the manifest");
    for name in names {
        let folder = world.path("suite").join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::copy(noop.join("noop.wasm"), folder.join("noop.wasm")).expect("a copy");
        let named = manifest.replace("\"noop\"", &format!("\"{name}\""));
        let works = named.replace(r#"["quick", "quick-serving", "start"]"#, r#"["quick"]"#);
        assert_ne!(works, named, "its tag is gone");
        std::fs::write(folder.join("workload.toml"), works).expect("a file");
    }
    world.path("suite").display().to_string()
}

const NAMES: [&str; 4] = ["first_one", "second_one", "third_one", "fourth_one"];

#[test]
fn without_a_reference_every_workload_has_its_time() {
    let world = World::with_mock();
    let suite = suite(&world, &NAMES);
    let chosen = ["run", "--suite", &suite, "--configurations", "mock/right", "--rounds", "2"];
    let (out, _) = world.expect(&[&chosen[..], &["--metrics", "throughput"]].concat(), 0);
    assert!(out.contains("Time per unit of work"), "{out}");
    assert!(NAMES.iter().all(|name| out.contains(name)), "{out}");
    for absent in ["not measured", "no reference", "fresh_instance", "private"] {
        assert!(!out.contains(absent), "{absent}: {out}");
    }
    let times = out.lines().filter(|line| NAMES.iter().any(|name| line.contains(name)));
    assert!(
        times.clone().count() == 4 && times.clone().all(|line| line.contains("ns") || line.contains("µs")),
        "{out}"
    );

    let (out, _) = world.expect(&chosen, 0);
    for name in NAMES {
        assert!(out.matches(name).count() >= 4, "its start and its time: {out}");
    }
    assert!(out.contains("fresh_instance") && out.contains("private"), "{out}");
    assert!(!out.contains("not measured"), "{out}");
}

#[test]
fn a_run_has_a_grade_of_its_noise() {
    let world = World::with_mock();
    let arguments = ["run", "--workloads", "noop", "--configurations", "mock/right", "--rounds", "2"];
    let summary = world.json(&arguments, 0);
    let disturbance = &summary["run"]["environment"]["disturbance"];
    assert!(disturbance["after"].as_f64().is_some_and(|after| after >= 0.0), "{disturbance}");
    assert!(disturbance["load"].as_f64().is_some(), "{disturbance}");
    let grade = summary["noise"]["grade"].as_str().expect("a grade");
    assert!(["quiet", "some", "noisy"].contains(&grade), "{grade}");
    let warned = summary["warnings"]
        .as_array()
        .expect("a list")
        .iter()
        .any(|one| one.as_str().is_some_and(|one| one.contains("measure again on a quiet machine")));
    assert_eq!(warned, grade == "noisy", "{summary}");
    assert!(summary["run"]["environment"]["max_map_count"].as_u64().is_some_and(|most| most > 0));
    let (out, _) = world.expect(&["report"], 0);
    assert!(out.contains("\nNoise: "), "{out}");
    let (markdown, _) = world.expect(&["report", "--markdown"], 0);
    assert!(markdown.contains("\nNoise: "), "{markdown}");
    let page = std::fs::read_to_string(world.newest_run().join("report.html")).expect("the page");
    assert!(page.contains("<dt>Noise</dt>"));
}

#[test]
fn what_fits_and_what_binds_first_is_in_the_table() {
    let world = World::with_mock();
    let arguments = [
        "run",
        "--workloads",
        "noop",
        "--configurations",
        "mock/right",
        "--rounds",
        "2",
        "--metrics",
        "memory",
    ];
    let summary = world.json(&arguments, 0);
    let row = &summary["density"][0];
    assert_eq!((&row["configuration"], &row["workload"]), (&"mock/right".into(), &"noop".into()));
    assert!(row["bounds"].is_array(), "{row}");
    let descriptors = &summary["memory"][0]["descriptors"]["measured"]["fit"]["fixed"]["median"];
    assert!(descriptors.as_f64().is_some_and(|count| count >= 3.0), "stdin, stdout, stderr: {descriptors}");
    let (out, _) = world.expect(&["report"], 0);
    assert!(!out.contains("fresh_instance"), "nothing but memory was chosen: {out}");
}

#[test]
fn a_list_folds_and_fits() {
    let world = World::with_mock();
    let (names, _) = world.expect(&["list"], 0);
    let (each, _) = world.expect(&["list", "--all"], 0);
    assert!(names.lines().count() < 70, "{} lines:\n{names}", names.lines().count());
    assert!(names.contains("right (default)") && names.contains("noop"), "{names}");
    assert!(names.contains("wasmark list --all") && !names.contains("a worker that crashes"), "{names}");
    assert!(
        each.contains("mock/crashes: interpreter, default") && each.contains("a worker that crashes"),
        "{each}"
    );
    assert!(each.contains("noop: kernel, C, "), "{each}");
    for line in names.lines().chain(each.lines()).filter(|line| !line.contains("is unavailable")) {
        assert!(line.chars().count() <= 140, "{line}");
    }
    let (some, _) = world.expect(&["list", "--workloads", "noop,fib", "--configurations", "mock/right"], 0);
    assert!(some.contains("mock/right: ") && !some.contains("mock/crashes"), "{some}");
    assert!(some.contains("fib: kernel") && !some.contains("sqlite"), "{some}");
}

#[test]
fn tables_fit_the_terminal_and_break_no_number() {
    let world = World::with_slow_mock();
    world.module("own.wasm", r#"(module (memory 1001) (func (export "f") (result i64) (i64.const 43)))"#);
    let chosen = ["--workloads", "noop,noop_no_memory", "--configurations", "mock/right,slow/right"];
    world.expect(&[&["run", "--rounds", "2"][..], &chosen].concat(), 0);
    let compare = ["compare", "mock/right", "slow/right"];
    let (compared, _) = world.expect(&compare, 0);
    let commands: [&[&str]; 5] = [
        &compare,
        &["inspect", "own.wasm"],
        &["list", "--profile", "--workloads", "noop,fib,json"],
        &["list", "--versions"],
        &[&["check"][..], &chosen].concat(),
    ];
    for command in commands {
        for columns in [60, 80, 120] {
            let output =
                world.program(command).env("COLUMNS", columns.to_string()).output().expect("wasmark");
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            // Sentences beneath a table are the terminal's to break, and a sha256 is one word.
            let fits = |line: &str| {
                let prose =
                    line.ends_with(['.', '\n']) || line.contains("is unavailable: ") || line.contains(": ");
                line.chars().count() <= columns || prose || line.split(' ').any(|word| word.len() >= 64)
            };
            let long: Vec<&str> = out.lines().filter(|line| !fits(line)).collect();
            assert!(!out.is_empty() && long.is_empty(), "{columns} columns, {command:?}: {long:#?}\n{out}");
        }
    }
    let numbers = |text: &str| -> Vec<String> {
        let words = text.split_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_digit()));
        let mut words: Vec<String> = words.map(str::to_string).collect();
        words.sort();
        words
    };
    let narrow = world.program(&compare).env("COLUMNS", "60").output().expect("wasmark");
    assert_eq!(numbers(&String::from_utf8_lossy(&narrow.stdout)), numbers(&compared));
}

#[test]
fn no_escape_sequence_reaches_the_terminal() {
    let world = World::with_mock();
    let name = "\\1b[31mred\\1b]0;title\\07\\e2\\80\\ae\\c2\\9b2J";
    let text =
        format!(r#"(module (import "env" "{name}" (func)) (func (export "{name}")) (func (export "b")))"#);
    std::fs::write(world.path("own.wasm"), wat::parse_str(text).expect("a module")).expect("a file");
    let clean = |text: &str| {
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(bad), "{text:?}");
    };
    let (out, _) = world.expect(&["inspect", "own.wasm"], 0);
    clean(&out);
    assert!(out.contains("␛[31mred"), "{out}");
    // JSON escapes it and keeps it.
    let document = world.json(&["inspect", "own.wasm"], 0);
    let export = document["exports"][0].as_str().expect("an export");
    assert!(export.contains("\u{1b}[31mred\u{1b}]0;title\u{7}\u{202e}\u{9b}2J"), "{export:?}");
    let (raw, _) = world.expect(&["inspect", "--json", "own.wasm"], 0);
    clean(&raw);
    for command in ["run", "check"] {
        let (out, error) = world.expect(&[command, "own.wasm", "--invoke", "a"], 2);
        clean(&out);
        clean(&error);
        assert!(error.contains("failed to"), "{error}");
    }
}
