//! Shards that are killed with SIGKILL at random moments, while they measure, gather and upload, and begun again: together
//! they are what one whole run is, every row once. The seed of the moments is printed; `WASMARK_KILL_SEED` repeats them.

use std::{
    fs,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wasmark_results::{
    join::{self, Named},
    record::Record,
    store,
};

use crate::common::{
    World, expect,
    s3::{S3, Serves},
};

/// Where the shards go.
const URL: &str = "s3://bucket/runs";

/// The command of a shard of the job.
fn shard(s3: &S3, world: &World, job: &str, shard: &str) -> Command {
    let run = ["run", "--workloads", "noop,fib,sieve", "--rounds", "2", "--seed", "7", "--upload", URL];
    s3.program(world, &[&run[..], &["--job", job, "--shard", shard]].concat())
}

/// Runs the command for this time and kills it, unless it has ended. Whether it was killed.
fn kill(mut command: Command, after: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("wasmark starts");
    let end = Instant::now() + after;
    while Instant::now() < end {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("a child");
    child.wait().expect("a child");
    true
}

/// The rows of the job as `report` reads them from the store: from the copies that it leaves in its cache.
fn rows(s3: &S3, world: &World, job: &str) -> Vec<Record> {
    fs::remove_dir_all(world.path("cache/stored")).ok();
    expect(s3.program(world, &["report", &format!("{URL}/{job}-1of2"), &format!("{URL}/{job}-2of2")]), 0);
    // Each lies under its own name in a folder of its own.
    let folders = fs::read_dir(world.path("cache/stored")).expect("copies").flatten();
    let copies = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("a folder").flatten());
    let named = copies.map(|copy| Named {
        name: copy.path().display().to_string(),
        loaded: store::load(&copy.path()).expect("a run"),
    });
    let mut joined = join::join(named.collect()).expect("one run");
    assert!(joined.missing.is_empty() && joined.groups.len() == 1);
    let loaded = joined.groups.remove(0).loaded;
    assert!(loaded.run.finished.is_some() && loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    loaded.records
}

/// Kills so many sharded runs, each at a moment of its own, and compares what they are in the end with one that was not.
fn killed(times: u32) {
    let Some(s3) = S3::start(Serves::Everyone) else { return };
    let world = World::with_fixed();
    let seed = std::env::var("WASMARK_KILL_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(rand::random);
    eprintln!("WASMARK_KILL_SEED={seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // The first run learns what the configurations can do; the second takes as long as the others would.
    let mut whole = Duration::ZERO;
    for job in ["first", "whole"] {
        let start = Instant::now();
        expect(shard(&s3, &world, job, "1/2"), 0);
        whole = start.elapsed();
        expect(shard(&s3, &world, job, "2/2"), 0);
    }
    let expected = rows(&s3, &world, "whole");
    let once: std::collections::BTreeSet<_> = expected
        .iter()
        .map(|row| (row.process, &row.configuration, &row.workload, &row.metric, row.index))
        .collect();
    assert_eq!(once.len(), expected.len(), "every row is there once");
    let mut interrupted = 0;
    for number in 0..times {
        let job = format!("killed-{number}");
        for part in ["1/2", "2/2"] {
            let after = whole.mul_f64(random.random_range(0.0..1.1));
            interrupted += u32::from(kill(shard(&s3, &world, &job, part), after));
            expect(shard(&s3, &world, &job, part), 0);
        }
        let found = rows(&s3, &world, &job);
        assert!(found == expected, "seed {seed}, {job}: {} rows of {}", found.len(), expected.len());
    }
    eprintln!("{interrupted} of {} shards were killed, each at a moment of its {whole:?}", 2 * times);
    assert!(interrupted >= times, "most moments are before the end");
}

#[test]
fn shards_that_are_killed_and_begun_again_are_the_run() {
    killed(3);
}

/// Minutes: `cargo test --release --workspace --test killed -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn shards_that_are_killed_at_fifty_moments_are_the_run() {
    killed(25);
}
