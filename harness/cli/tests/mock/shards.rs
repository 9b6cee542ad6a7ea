//! A run in parts: which part, how parts are joined, and what is refused. With a worker whose numbers are the same everywhere.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::common::{World, expect};

/// A run that is measured whole, or in two or three shards.
const RUN: [&str; 9] =
    ["run", "--workloads", "noop,fib,sieve", "--metrics", "cold-start", "--rounds", "2", "--seed", "7"];

/// Measures one shard of the job `j`.
fn measure(world: &World, shard: &str) -> (PathBuf, String) {
    let (_, printed) = world.expect(&[&RUN[..], &["--shard", shard, "--job", "j"]].concat(), 0);
    (world.path(&format!("results/j-{}", shard.replace('/', "of"))), printed)
}

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a path")
}

/// Changes what a stored run records of itself.
fn edit(folder: &Path, change: impl FnOnce(&mut Value)) {
    let file = folder.join("run.json");
    let mut run: Value = serde_json::from_str(&fs::read_to_string(&file).expect("a run")).expect("JSON");
    change(&mut run);
    fs::write(&file, run.to_string()).expect("a file");
}

#[test]
fn shards_are_joined_and_a_missing_one_is_named_with_its_command() {
    let world = World::with_fixed();
    let (one, printed) = measure(&world, "1/2");
    assert!(
        printed.contains("shard 1/2 of j, from --shard; --shard none measures the whole run"),
        "{printed}"
    );

    let (_, printed) = world.expect(&["report", path(&one)], 4);
    let command = printed.split('`').nth(1).expect("a command");
    assert!(printed.contains("shard 2/2 of j is missing, which measures "), "{printed}");
    assert!(command.starts_with("wasmark run --shard 2/2 --job j --seed 7 --workloads "), "{command}");
    // As a shell reads it.
    let words = shlex::split(command).expect("words");
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    world.expect(&words, 0);

    let two = world.path("results/j-2of2");
    let joined = world.json(&["report", path(&one), path(&two)], 0);
    assert_eq!(joined["run"]["id"], "j");
    assert!(joined["run"]["finished"].is_string() && joined["run"]["shard"].is_null(), "{}", joined["run"]);
    // Its words, in the order of either shard.
    let words =
        |command: &str| -> BTreeSet<String> { shlex::split(command).expect("words").into_iter().collect() };
    let command = joined["run"]["command"].as_str().expect("a command");
    assert_eq!(words(command), words(&format!("wasmark {}", RUN.join(" "))));
    let names = |run: &Value| -> Vec<String> {
        let list = run["workloads"].as_array().expect("workloads").iter();
        list.map(|one| one["name"].as_str().expect("a name").to_string()).collect()
    };
    assert!(world.path("results/j.html").is_file());
    let whole = world.json(&[&RUN[..], &["--shard", "none"]].concat(), 0);
    assert_eq!(names(&joined["run"]), names(&whole["run"]));
    assert_eq!(joined["cold_start"], whole["cold_start"]);
    assert_eq!(joined["processes"], whole["processes"]);

    // The newest run is one of the shards, so all of them.
    let compared = world.json(&["compare", path(&two), path(&two)], 0);
    assert!(compared["comparisons"][0]["rows"].as_array().is_some_and(|rows| !rows.is_empty()));
    fs::remove_dir_all(world.newest_run()).ok();
}

#[test]
fn a_shard_that_is_measured_is_not_measured_again() {
    let world = World::with_fixed();
    let (one, _) = measure(&world, "1/2");
    let before = fs::read(one.join("records.parquet")).expect("records");
    let description = fs::read(one.join("run.json")).expect("a run");
    let (_, printed) = measure(&world, "1/2");
    assert!(printed.contains("is measured already; another --job is another run"), "{printed}");
    assert_eq!(fs::read(one.join("records.parquet")).expect("records"), before);
    assert_eq!(fs::read(one.join("run.json")).expect("a run"), description);
    let other = [&RUN[..7], &["--seed", "8", "--shard", "1/2", "--job", "j"]].concat();
    let (_, printed) = world.expect(&other, 2);
    assert!(printed.contains("failed to go on with ") && printed.contains("another --job"), "{printed}");
}

#[test]
fn what_does_not_belong_together_is_refused_by_name() {
    let world = World::with_fixed();
    let (one, _) = measure(&world, "1/2");
    let (two, _) = measure(&world, "2/2");
    let copy = world.path("results/copy");
    fs::create_dir(&copy).expect("a folder");
    for name in ["run.json", "records.parquet"] {
        fs::copy(one.join(name), copy.join(name)).expect("a copy");
    }
    let refused = |arguments: &[&str]| world.expect(&[&["report"], arguments].concat(), 2).1;
    let text = refused(&[path(&one), path(&copy)]);
    assert!(
        text.contains(path(&copy)) && text.contains("both are shard 1/2 of j; leave one of them out"),
        "{text}"
    );

    edit(&copy, |run| {
        run["shard"]["number"] = 2.into();
        run["seed"] = 8.into();
    });
    let text = refused(&[path(&one), path(&copy)]);
    assert!(text.contains("no parts of one run (seed 7 and 8)"), "{text}");
    edit(&copy, |run| {
        run["seed"] = 7.into();
        run["configurations"][0]["worker"] = "another".into();
    });
    let text = refused(&[path(&one), path(&copy)]);
    assert!(text.contains("the worker of fixed/interpreter has the key "), "{text}");
    edit(&copy, |run| {
        run["configurations"][0]["worker"] = "x".into();
        run["shard"]["division"][0]["wasm_sha256"] = "0".repeat(64).into();
    });
    let text = refused(&[path(&one), path(&copy)]);
    assert!(text.contains("(module of "), "{text}");
    edit(&copy, |run| run["schema"] = 99.into());
    let text = refused(&[path(&one), path(&copy)]);
    assert!(text.contains("it has schema 99") && text.contains("use a newer wasmark"), "{text}");

    // Machines of another class are shown beside these, and compared with none of them.
    edit(&two, |run| run["environment"]["cpu"] = "<b>another CPU</b>".into());
    let (out, _) = world.expect(&["report", path(&one), path(&two)], 0);
    let classes: Vec<&str> = out.lines().filter(|line| line.starts_with("machines of class ")).collect();
    assert_eq!(classes.len(), 2, "{out}");
    assert!(classes[1].contains("<b>another CPU</b>"), "{out}");
    let page = fs::read_to_string(world.path("results/j-2.html")).expect("a page");
    assert!(page.contains("another CPU") && !page.contains("<b>another CPU</b>"));
    let json = world.json(&["report", path(&one), path(&two)], 0);
    assert_eq!(json["classes"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_truncated_file_is_damage_of_the_joined_run() {
    let world = World::with_fixed();
    let (one, _) = measure(&world, "1/2");
    let (two, _) = measure(&world, "2/2");
    let records = two.join("records.parquet");
    let whole = fs::read(&records).expect("records");
    fs::write(&records, &whole[..whole.len() / 2]).expect("a file");
    let (_, printed) = world.expect(&["report", path(&one), path(&two)], 6);
    assert!(!printed.contains("is missing, which measures"), "{printed}");
    let joined = world.json(&["report", path(&one), path(&two)], 6);
    let damaged = joined["damaged"][0].as_str().expect("damage");
    assert!(damaged.contains(path(&records)), "{damaged}");
    // The same command measures what was lost.
    measure(&world, "2/2");
    world.expect(&["report", path(&one), path(&two)], 0);
}

/// `wasmark run` with these variables of a scheduler.
fn scheduled(world: &World, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = world.program(&[&RUN[..], arguments].concat());
    command.envs(variables.iter().copied());
    command
}

#[test]
fn a_scheduler_states_the_shard_and_one_line_shows_it() {
    let world = World::with_fixed();
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "2"),
        ("SLURM_ARRAY_TASK_MIN", "1"),
        ("SLURM_ARRAY_TASK_MAX", "3"),
        ("SLURM_ARRAY_TASK_COUNT", "3"),
        ("SLURM_ARRAY_JOB_ID", "17"),
    ];
    let (_, printed) = expect(scheduled(&world, &slurm, &[]), 0);
    let line = "shard 2/3 of slurm-17, from SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT; ";
    assert!(printed.contains(line), "{printed}");
    assert!(world.path("results/slurm-17-2of3").is_dir());
    // The command goes on anywhere: it has the shard, whatever the environment will state.
    let run = fs::read_to_string(world.path("results/slurm-17-2of3/run.json")).expect("a run");
    assert!(run.contains("wasmark run --shard 2/3 --job slurm-17 --seed 7 "), "{run}");

    let (_, printed) = expect(scheduled(&world, &slurm, &["--shard", "none"]), 0);
    assert!(!printed.contains("shard "), "{printed}");
    let gitlab = [("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "3"), ("WASMARK_JOB", "../x")];
    let (_, printed) = expect(scheduled(&world, &gitlab, &[]), 2);
    assert!(
        printed.contains("failed to read WASMARK_JOB") && printed.contains("no name of a job"),
        "{printed}"
    );
    let both = [&slurm[..], &gitlab[..2]].concat();
    let (_, printed) = expect(scheduled(&world, &both, &[]), 2);
    assert!(printed.contains("both state one; set WASMARK_SHARD or give --shard"), "{printed}");
}

#[test]
fn one_command_is_one_run_on_every_machine() {
    let [one, other] = [World::with_fixed(), World::with_fixed()];
    let run = &RUN[..7];
    one.expect(&[run, &["--shard", "1/2"]].concat(), 0);
    other.expect(&[run, &["--shard=2/2", "--output", "elsewhere"]].concat(), 0);
    let moved = fs::read_dir(other.path("elsewhere")).expect("a run").flatten().next().expect("a run").path();
    world_joins(&one, &moved);
}

fn world_joins(world: &World, other: &Path) {
    let mine = world.newest_run();
    let joined = world.json(&["report", path(&mine), path(other)], 0);
    assert!(joined["run"]["id"].as_str().is_some_and(|id| id.starts_with("run-")), "{}", joined["run"]["id"]);
}

#[test]
fn what_is_no_shard_or_no_name_is_refused() {
    let world = World::with_fixed();
    for shard in ["0/3", "4/3", "x/y", "3", "-1/2", ""] {
        let (_, text) = world.expect(&["run", &format!("--shard={shard}")], 2);
        assert!(
            text.contains("shard") && (text.contains("give i/n") || text.contains("give one from")),
            "{text}"
        );
    }
    for job in ["a/b", "..", "../x", "<script>", ""] {
        let (_, text) = world.expect(&["run", "--shard", "1/2", "--job", job], 2);
        assert!(text.contains("no name of a job"), "{text}");
    }
    let (_, text) = world.expect(&["run", "--job", "j", "--shard", "none"], 2);
    assert!(text.contains("give --shard i/n too"), "{text}");
    let (_, text) = world.expect(&[&RUN[..], &["--shard", "1/4"]].concat(), 2);
    assert!(
        text.contains("failed to divide the run into 4 shards") && text.contains("at most 3 shards"),
        "{text}"
    );
    let (_, text) = world.expect(&["run", "--output", "s3://bucket/x"], 2);
    assert!(text.contains("--upload URL copies them"), "{text}");
    for url in ["http://x/y", "s3://", "bucket/x", "s3://key:secret@bucket/x"] {
        world.expect(&["run", "--upload", url], 2);
    }
    assert!(world.try_newest_run().is_none());
}

#[test]
fn the_matrix_has_every_workload_in_one_shard() {
    let world = World::with_fixed();
    let matrix = ["matrix", "--shards", "2", "--workloads", "noop,fib,sieve,json"];
    let document = world.json(&matrix, 0);
    let parts = document["include"].as_array().expect("a matrix");
    let shards: Vec<&str> = parts.iter().filter_map(|part| part["shard"].as_str()).collect();
    assert_eq!(shards, ["1/2", "2/2"]);
    let mut names: Vec<&str> = parts
        .iter()
        .filter_map(|part| part["workloads"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["fib", "json", "noop", "sieve"]);
    assert!(parts.iter().all(|part| part["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0)));
    let (out, _) = world.expect(&matrix, 0);
    assert!(out.contains("SHARD") && out.contains("2/2"), "{out}");
    world.expect(&["matrix", "--shards", "0"], 2);
}
