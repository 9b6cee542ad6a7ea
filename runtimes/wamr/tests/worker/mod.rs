//! Jobs for the worker that this package builds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use wasmark_adapter::{
    Failure, Result, Stub,
    protocol::{Event, Job, Precompile, Task, VERSION},
};

/// A file for this test alone.
pub fn scratch(name: &str) -> PathBuf {
    let test = std::thread::current().name().unwrap_or_default().replace("::", "-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wamr-{}-{test}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// Has another process compile `wasm` ahead of time into the file `to`.
pub fn precompile(configuration: &str, wasm: &[u8], stubs: &[Stub], to: &Path) -> Result<()> {
    let [module, job, events] = ["wasm", "job", "events"].map(|name| to.with_extension(name));
    fs::write(&module, wasm)?;
    let precompile = Precompile {
        configuration: configuration.to_owned(),
        wasm: module,
        artifact: to.to_owned(),
        stubs: stubs.to_vec(),
    };
    let line = serde_json::to_vec(&Job { protocol: VERSION, task: Task::Precompile(precompile) });
    fs::write(&job, line.expect("a job"))?;
    let worker = Command::new("sh")
        .args(["-c", r#"WASMARK_JOB_FD=3 WASMARK_EVENT_FD=4 exec "$0" 3<"$1" 4>"$2""#])
        .arg(env!("CARGO_BIN_EXE_wasmark-worker-wamr"))
        .args([job, events.clone()])
        .output()?;
    assert!(worker.status.success(), "the worker: {}", String::from_utf8_lossy(&worker.stderr));
    assert_eq!(worker.stdout, b"", "an adapter prints nothing");
    for line in fs::read_to_string(events)?.lines() {
        if let Event::Failed { failure, .. } = serde_json::from_str(line).map_err(Failure::engine)? {
            return Err(failure);
        }
    }
    Ok(())
}
