//! A run in a control group with a memory limit, as in a container: the limit is recorded, and named where the kernel ends a
//! worker for it. Needs the right to make a control group of version 1, or of version 2 with the memory controller.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::common::{World, expect};

const MIB: u64 = 1 << 20;
/// More than wasmark and a worker need at rest.
const LIMIT: u64 = 300 * MIB;

/// A control group that goes away.
struct Group(PathBuf);

impl Group {
    /// A group of this test with the limit; `None` where none can be made.
    fn new() -> Option<Group> {
        let name = format!("wasmark-test-{}", std::process::id());
        let made = |parent: &str, limit: &str| {
            let folder = Path::new("/sys/fs/cgroup").join(parent).join(&name);
            fs::create_dir(&folder).ok()?;
            let group = Group(folder);
            fs::write(group.0.join(limit), LIMIT.to_string()).ok()?;
            Some(group)
        };
        made("memory", "memory.limit_in_bytes").or_else(|| made("", "memory.max"))
    }

    /// The program, started in the group.
    fn holds(&self, program: &Command) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "echo $$ >\"$0\" && exec \"$@\""]).arg(self.0.join("cgroup.procs"));
        command.arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = program.get_current_dir() {
            command.current_dir(folder);
        }
        command
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn a_limit_is_recorded_and_named_where_it_ends_a_worker() {
    let Some(group) = Group::new() else {
        eprintln!("not tried: this system lets the test make no control group with a memory limit");
        return;
    };
    let world = World::with_mock();
    let run = |options: &[&str], code| {
        let density = ["run", "--json", "--workloads", "noop", "--metrics", "density", "--rounds", "1"];
        let arguments = [&density[..], &["--configurations", "mock/costs"], options].concat();
        let (out, err) = expect(group.holds(&world.program(&arguments)), code);
        let summary: serde_json::Value =
            serde_json::from_str(&out).unwrap_or_else(|problem| panic!("{problem}: {err}"));
        assert_eq!(summary["run"]["environment"]["memory_limit"].as_u64(), Some(LIMIT), "{summary}");
        summary["live"].clone()
    };
    // A worker may have half of it by default, and ends before that.
    let rows = run(&["--budget", "1GiB"], 0);
    assert_eq!(rows[0]["endings"], serde_json::json!(["worker"]), "{rows}");
    let rows = run(&["--budget", "1GiB", "--memory-limit", "4096"], 4);
    let reason = rows[0]["instances"]["failed"].as_str().expect("a reason");
    assert!(reason.contains("SIGKILL") && reason.contains("300 MiB"), "{reason}");
}
