//! Runs in an object store, behind a real server of S3's protocol, and under `file://`. Whatever the store does, a run that
//! was measured stays, and a line has the command for later.

use std::{fs, path::Path};

use serde_json::Value;

use crate::common::{
    World, expect,
    s3::{S3, Serves, of_store},
};

const RUN: [&str; 9] =
    ["run", "--workloads", "noop,fib", "--metrics", "cold-start", "--rounds", "2", "--seed", "7"];

/// The newest run's name.
fn name(world: &World) -> String {
    world.newest_run().file_name().expect("a name").to_string_lossy().into_owned()
}

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|problem| panic!("{problem}: {out}"))
}

#[test]
fn a_run_goes_into_a_store_and_every_command_reads_it_there() {
    let Some(s3) = S3::start(Serves::Everyone) else { return };
    let world = World::with_fixed();
    let (_, printed) = expect(s3.program(&world, &[&RUN[..], &["--upload", "s3://bucket/runs"]].concat()), 0);
    assert!(printed.contains("uploaded to s3://bucket/runs"), "{printed}");
    let name = name(&world);
    let folder = world.newest_run();
    for file in ["run.json", "records.parquet"] {
        let stored = s3.get(&format!("/bucket/runs/{name}/{file}"));
        assert_eq!(stored, fs::read(folder.join(file)).expect("a file"), "{file} is as it is here");
    }

    let elsewhere = World::with_fixed();
    let url = format!("s3://bucket/runs/{name}");
    let summaries = ["s3://bucket/runs", &url].map(|url| {
        let (out, _) = expect(s3.program(&elsewhere, &["report", "--json", url]), 0);
        assert!(elsewhere.path(&format!("{name}.html")).is_file());
        json(&out)
    });
    let here = world.json(&["report"], 0);
    assert!(summaries.iter().all(|there| *there == here));
    let (out, _) = expect(s3.program(&elsewhere, &["compare", "--json", &url, "s3://bucket/runs"]), 0);
    assert!(json(&out)["comparisons"][0]["rows"].as_array().is_some_and(|rows| !rows.is_empty()));

    let (out, _) = expect(s3.program(&elsewhere, &["list", "--json", "--runs", "s3://bucket/runs"]), 0);
    assert_eq!(
        (&json(&out)["runs"][0]["name"], json(&out)["warnings"].as_array().map(Vec::len)),
        (&url.as_str().into(), Some(0))
    );
    let (out, _) = expect(s3.program(&elsewhere, &["list", "--runs", "s3://bucket/runs"]), 0);
    assert!(out.contains(&url) && out.contains("MACHINE"), "{out}");

    let (out, _) = expect(s3.program(&elsewhere, &["history", "--json", "s3://bucket/runs"]), 0);
    assert_eq!(json(&out)["runs"][0]["id"], name.as_str());
    expect(s3.program(&elsewhere, &["site", "s3://bucket/runs"]), 0);
    assert_eq!(fs::read_dir(elsewhere.path("site/runs")).expect("a folder").count(), 1);

    // It can be repeated, and the name of another run is not taken from it.
    let upload = ["upload", folder.to_str().expect("a path"), "s3://bucket/runs"];
    let (_, printed) = expect(s3.program(&world, &upload), 0);
    assert!(printed.contains("s3://bucket/runs has it already"), "{printed}");
    let file = folder.join("run.json");
    let mut other = json(&fs::read_to_string(&file).expect("a run"));
    other["started"] = "2020-01-01T00:00:00Z".into();
    fs::write(&file, other.to_string()).expect("a file");
    let (_, printed) = expect(s3.program(&world, &upload), 7);
    assert!(printed.contains("is another run, begun at "), "{printed}");
}

#[test]
fn an_upload_that_did_not_end_is_no_run_and_a_damaged_one_is_named() {
    let Some(s3) = S3::start(Serves::Everyone) else { return };
    let world = World::with_fixed();
    world.expect(&RUN, 0);
    let (name, folder) = (name(&world), world.newest_run());
    let stored = |file: &str| fs::read(folder.join(file)).expect("a file");
    s3.put(&format!("/bucket/half/{name}/run.json"), &stored("run.json"));
    s3.put(&format!("/bucket/half/{name}/records.parquet"), &stored("records.parquet"));
    let (_, printed) = expect(s3.program(&world, &["report", "s3://bucket/half"]), 2);
    assert!(
        printed.contains(&format!("s3://bucket/half/{name} is left out: its upload did not end")),
        "{printed}"
    );
    assert!(printed.contains("failed to find a run in s3://bucket/half"), "{printed}");
    let upload = ["upload", folder.to_str().expect("a path"), "s3://bucket/half"];
    expect(s3.program(&world, &upload), 0);
    expect(s3.program(&world, &["report", "s3://bucket/half"]), 0);

    let records = stored("records.parquet");
    s3.put(&format!("/bucket/half/{name}/records.parquet"), &records[..records.len() / 2]);
    let elsewhere = World::with_fixed();
    let (out, _) = expect(s3.program(&elsewhere, &["report", "--json", "s3://bucket/half"]), 6);
    let damaged = json(&out)["damaged"].to_string();
    assert!(damaged.contains(&format!("s3://bucket/half/{name}/records.parquet")), "{damaged}");
    assert!(damaged.contains("upload it again"), "{damaged}");
    // What was damaged is not kept.
    s3.put(&format!("/bucket/half/{name}/records.parquet"), &records);
    expect(s3.program(&elsewhere, &["report", "--json", "s3://bucket/half"]), 0);

    let mut newer = json(&String::from_utf8_lossy(&stored("run.json")));
    newer["schema"] = 99.into();
    s3.put(&format!("/bucket/half/{name}/run.json"), newer.to_string().as_bytes());
    let url = format!("s3://bucket/half/{name}");
    let (_, printed) = expect(s3.program(&elsewhere, &["report", &url]), 2);
    assert!(printed.contains(&format!("{url}/run.json: it has schema 99")), "{printed}");
}

/// The upload to this store fails, nothing is lost, and the command that is printed works once there is a store.
fn keeps_the_run(endpoint: &str, reason: &str) {
    let world = World::with_fixed();
    let mut run = world.program(&[&RUN[..], &["--upload", "s3://bucket/runs", "--shard", "1/2"]].concat());
    run.envs(of_store(endpoint));
    let (_, printed) = expect(run, 7);
    assert!(printed.contains(reason), "{printed}");
    assert!(printed.contains("the run is measured all the same"), "{printed}");
    let folder = world.newest_run();
    assert!(folder.join("records.parquet").is_file());
    let line = format!("upload it later with `wasmark upload {} s3://bucket/runs`", folder.display());
    assert!(printed.contains(&line), "{printed}");

    let to = format!("file://{}", world.path("store").display());
    let (_, printed) = world.expect(&["upload", folder.to_str().expect("a path"), &to], 0);
    assert!(printed.contains("uploaded to file://"), "{printed}");
    let (_, printed) = world.expect(&["report", &to], 4);
    assert!(printed.contains("shard 2/2 of run-"), "{printed}");
}

#[test]
fn an_unreachable_store_loses_nothing() {
    // Nothing listens on the port of tcpmux.
    keeps_the_run("http://127.0.0.1:1", "failed to reach s3://bucket/runs (");
}

#[test]
fn a_store_without_permission_loses_nothing() {
    let Some(s3) = S3::start(Serves::Known) else { return };
    keeps_the_run(&s3.endpoint(), "failed to use s3://bucket/runs: the store refuses it (");
}

#[test]
fn a_shard_that_is_in_the_store_is_not_measured_again() {
    let world = World::with_fixed();
    let store = format!("file://{}", world.path("store").display());
    let shard = [&RUN[..], &["--upload", &store, "--shard", "1/2", "--job", "j"]].concat();
    world.expect(&shard, 0);
    // On another machine, as of a container that is started again.
    fs::remove_dir_all(world.path("results")).expect("a folder");
    let (out, printed) = world.expect(&shard, 0);
    assert!(printed.contains("/j-1of2 is measured already; another --job is another run"), "{printed}");
    assert!(out.contains("fixed/interpreter"), "{out}");
    assert!(!Path::new(&world.path("results")).exists());
    let other = [&RUN[..7], &["--seed", "8", "--upload", &store, "--shard", "1/2", "--job", "j"]].concat();
    let (_, printed) = world.expect(&other, 2);
    assert!(printed.contains("failed to go on with file://"), "{printed}");
}

#[test]
fn what_cannot_be_uploaded_is_refused() {
    let world = World::with_fixed();
    world.expect(&["upload", "nothing", "file:///tmp"], 2);
    let url = format!("file://{}", world.path("nothing").display());
    let (_, printed) = world.expect(&["report", &url], 2);
    assert!(printed.contains("failed to find a run in file://"), "{printed}");
}
