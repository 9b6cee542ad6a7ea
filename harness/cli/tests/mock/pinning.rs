//! Where workers run: on one CPU, where they use one and the machine has another for wasmark.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use wasmark_adapter::protocol::{Job, Precompile, Task, VERSION};
use wasmark_runner::{
    pinning::{Choice, Pinning},
    placement::Placement,
    process::{self, End, Launch, Limits},
    realtime::Scheduling,
};

use crate::common::World;

const RUN: [&str; 5] = ["run", "--workloads", "noop", "--rounds", "1"];

/// What `run.json` of the newest run contains.
fn stored(world: &World) -> Value {
    let text = std::fs::read_to_string(world.newest_run().join("run.json")).expect("a run");
    serde_json::from_str(&text).expect("JSON")
}

/// The CPUs that a configuration's workers were allowed.
fn allowed(run: &Value, id: &str) -> String {
    let configurations = run["configurations"].as_array().expect("configurations");
    let one = configurations.iter().find(|one| one["id"] == id).expect("the configuration");
    one["settings"]["cpus_allowed"].as_str().expect("a setting").to_owned()
}

/// The CPUs that this test may use.
fn own() -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
    let line = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    line.expect("a list").trim().to_owned()
}

fn several() -> bool {
    own().contains(['-', ','])
}

#[test]
fn what_uses_one_cpu_gets_one_and_what_uses_more_is_left_alone() {
    let world = World::with_mock();
    let both = ["--configurations", "mock/right,mock/spins", "--metrics", "cold-start"];
    world.expect(&[&RUN[..], &both].concat(), 0);
    let run = stored(&world);
    let place = run["environment"]["pinning"].as_str().expect("recorded");
    assert_eq!(allowed(&run, "mock/spins"), own());
    if !several() {
        assert_eq!((allowed(&run, "mock/right"), place), (own(), "not pinned: there is one CPU"));
        return;
    }
    let last = own().rsplit(['-', ',']).next().expect("a CPU").to_owned();
    assert_eq!(allowed(&run, "mock/right"), last);
    assert!(place.starts_with(&format!("workers on CPU {last}, wasmark on ")), "{place}");

    world.expect(&[&RUN[..], &both, &["--pin", "none"]].concat(), 0);
    let run = stored(&world);
    assert_eq!(run["environment"]["pinning"], "not pinned: --pin none");
    assert_eq!(allowed(&run, "mock/right"), own());
}

#[test]
fn a_set_of_one_cpu_is_shared_and_one_that_is_not_in_the_set_is_refused() {
    let world = World::with_mock();
    let first = own().split(['-', ',']).next().expect("a CPU").to_owned();
    let wasmark = world.program(&[&RUN[..], &["--configurations", "mock/right"]].concat());
    let mut confined = Command::new("taskset");
    confined.args(["-c", &first]).arg(wasmark.get_program()).args(wasmark.get_args());
    confined.current_dir(world.folder.path());
    for (name, value) in wasmark.get_envs() {
        match value {
            Some(value) => confined.env(name, value),
            None => confined.env_remove(name),
        };
    }
    let output = confined.output().expect("taskset");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let run = stored(&world);
    assert_eq!(run["environment"]["pinning"], "not pinned: there is one CPU");
    assert_eq!(allowed(&run, "mock/right"), first);

    let (_, error) =
        world.expect(&[&RUN[..], &["--configurations", "mock/right", "--pin", "1023"]].concat(), 2);
    assert!(error.contains("wasmark may use"), "{error}");
    let (_, error) = world.expect(&[&RUN[..], &["--pin", "everywhere"]].concat(), 2);
    assert!(error.contains("auto, none, or the number"), "{error}");
}

#[test]
fn a_pinned_worker_that_never_waits_runs_into_its_time_limit() {
    let world = World::with_mock();
    std::fs::write(world.path("module"), "").expect("a file");
    let task = Task::Precompile(Precompile {
        configuration: "whirls".into(),
        wasm: world.path("module"),
        artifact: world.path("artifact"),
        stubs: Vec::new(),
    });
    let limits = Limits { time: Duration::from_secs(1), resident: 1 << 30 };
    let (pinning, _) = Pinning::choose(Choice::Auto).expect("a choice");
    let launch = Launch {
        placement: Placement::default(),
        scheduling: Scheduling::Fifo,
        pinning,
        patience: process::PATIENCE,
    };
    let (worker, start) = (world.path("bin/wasmark-worker-mock"), Instant::now());
    let conversation = process::converse(&worker, &Job { protocol: VERSION, task }, limits, launch);
    assert_eq!(conversation.expect("a process").end, End::TimedOut(limits.time));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
