//! What `docs/fleet` shows: its manifests keep to their schemas, its commands are wasmark's, and shards as separate processes
//! with a store between them are the run that one machine measures.

use std::{fs, path::PathBuf, process::Stdio, thread::sleep, time::Duration};

use serde_json::Value;

use crate::common::{
    World, expect, python,
    s3::{S3, Serves},
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/fleet")
}

/// The verdict of a JSON schema on a manifest.
fn check(schema: &[&str], manifest: &PathBuf) -> Option<(bool, String)> {
    let mut command = python::program("check-jsonschema")?;
    let output = command.args(schema).arg(manifest).output().expect("check-jsonschema starts");
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn the_manifests_keep_to_their_schemas() {
    let job = format!("{}/tests/schemas/kubernetes-job.json", env!("CARGO_MANIFEST_DIR"));
    let kubernetes = ["--schemafile", &job];
    let manifests = [
        (kubernetes, "kubernetes.yaml"),
        (["--builtin-schema", "vendor.github-workflows"], "github.yml"),
        (["--builtin-schema", "vendor.gitlab-ci"], "gitlab.yml"),
    ];
    for (schema, name) in manifests {
        let Some((right, verdict)) = check(&schema, &folder().join(name)) else { return };
        assert!(right, "{name}: {verdict}");
    }
    // What the schema does not know is found.
    let wrong = tempfile::tempdir().expect("a folder");
    let file = wrong.path().join("job.yaml");
    let text = fs::read_to_string(folder().join("kubernetes.yaml")).expect("a manifest");
    fs::write(&file, text.replace("completions: 3", "completion: 3")).expect("a file");
    let Some((right, verdict)) = check(&kubernetes, &file) else { return };
    assert!(!right && verdict.contains("'completion' was unexpected"), "{verdict}");
}

/// The lines of a file in `docs/fleet` that start wasmark, as words.
fn commands(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder().join(name)).expect("a file");
    let after = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start_matches("run: ");
        let line = line.split_once("$(").map_or(line, |(_, command)| command);
        let command = line.strip_prefix("wasmark ")?;
        let end = command.find([';', '|', '>', '#']).unwrap_or(command.len());
        let plain =
            command[..end].replace("\"$STORE\"", "s3://b/x").replace("\"$WASMARK_STORE\"", "s3://b/x");
        shlex::split(&plain.replace("${{ inputs.shards }}", "3"))
    };
    text.lines().filter_map(after).collect()
}

#[test]
fn the_commands_in_them_are_wasmarks() {
    let mut seen = 0;
    for name in ["README.md", "slurm.sh", "github.yml", "gitlab.yml"] {
        let commands = commands(name);
        assert!(!commands.is_empty(), "{name}");
        for words in commands {
            use clap::Parser;
            let all = std::iter::once("wasmark".to_string()).chain(words.iter().cloned());
            let parsed = wasmark_cli::options::Options::try_parse_from(all);
            assert!(parsed.is_ok(), "{name}: {words:?}: {:?}", parsed.err().map(|error| error.to_string()));
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen} commands");
    let job = fs::read_to_string(folder().join("kubernetes.yaml")).expect("a manifest");
    let number = |key: &str| job.split(key).nth(1).and_then(|rest| rest.split_whitespace().next());
    assert_eq!(number("completions: "), number("parallelism: "));
    assert_eq!(number("completions: "), number("value: ").map(|value| value.trim_matches('"')));
    let status = std::process::Command::new("bash").arg("-n").arg(folder().join("slurm.sh")).status();
    assert!(status.expect("bash").success());
}

const RUN: [&str; 7] = ["run", "--seed", "7", "--workloads", "noop,fib,sieve,gemm", "--rounds", "2"];

#[test]
fn two_shards_one_of_them_killed_are_the_page_of_the_whole_run() {
    let Some(s3) = S3::start(Serves::Everyone) else { return };
    let machines = [World::with_fixed(), World::with_fixed()];
    // As of an indexed Job: the same command in each pod, and the index in its environment.
    let pod = |index: usize| {
        let run = [&RUN[..], &["--upload", "s3://bucket/runs"]].concat();
        let mut command = s3.program(&machines[index], &run);
        let index = index.to_string();
        command.env("JOB_COMPLETION_INDEX", index).env("WASMARK_SHARDS", "2").env("WASMARK_JOB", "nightly");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let mut children = [0, 1].map(|index| pod(index).spawn().expect("wasmark starts"));
    // The first one is killed once it has measured something, and before it has ended.
    let parts = machines[0].path("results/nightly-1of2/parts");
    let measured = || fs::read_dir(&parts).is_ok_and(|parts| parts.count() > 3);
    for _ in 0..6000 {
        if measured() || children[0].try_wait().expect("a child").is_some() {
            break;
        }
        sleep(Duration::from_millis(5));
    }
    assert!(measured(), "it measures");
    children[0].kill().expect("a child");
    children[0].wait().expect("a child");
    assert!(children[1].wait().expect("a child").success());
    expect(s3.program(&machines[0], &["report", "s3://bucket/runs"]), 4);
    assert!(pod(0).status().expect("wasmark starts").success());

    let reader = World::with_fixed();
    let report = ["report", "s3://bucket/runs", "--json", "--output", "joined.html"];
    let (out, _) = expect(s3.program(&reader, &report), 0);
    let joined: Value = serde_json::from_str(&out).expect("a summary");

    // What one machine measures, with the times of the joined run and what its machine's noise was.
    reader.expect(&RUN, 0);
    let file = reader.newest_run().join("run.json");
    let mut whole: Value = serde_json::from_str(&fs::read_to_string(&file).expect("a run")).expect("JSON");
    for key in ["id", "started", "finished"] {
        whole[key] = joined["run"][key].clone();
    }
    for key in ["load", "noise", "disturbance"] {
        whole["environment"][key] = joined["run"]["environment"][key].clone();
    }
    assert_eq!(whole, joined["run"]);
    fs::write(&file, whole.to_string()).expect("a file");
    let path = reader.newest_run();
    reader.expect(&["report", path.to_str().expect("a path"), "--output", "whole.html"], 0);
    let pages =
        ["joined.html", "whole.html"].map(|name| fs::read_to_string(reader.path(name)).expect("a page"));
    assert!(pages[0].contains("fixed/compiler") && pages[0].contains("gemm"));
    assert!(pages[0] == pages[1], "the pages differ");
}
