//! A worker without an engine and without a clock, for the tests of shards: what it reports of a configuration and a job is
//! the same in every process, on every machine. Installed nowhere.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Write},
};

use serde_json::{Value, json};
use wasmark_adapter::protocol::{EVENT_FD, JOB_FD};

fn main() {
    let path = |variable: &str| format!("/proc/self/fd/{}", env::var(variable).expect("wasmark starts it"));
    let mut line = String::new();
    BufReader::new(File::open(path(JOB_FD)).expect("a pipe")).read_line(&mut line).expect("a job");
    let events = OpenOptions::new().write(true).open(path(EVENT_FD)).expect("a pipe");
    let job: Value = serde_json::from_str(&line).expect("a job");
    Worker { events }.answer(&job);
}

struct Worker {
    events: File,
}

impl Worker {
    fn tell(&mut self, event: Value) {
        writeln!(self.events, "{event}").expect("a reader");
    }

    fn answer(&mut self, job: &Value) {
        let (protocol, task) = (&job["protocol"], &job["task"]);
        self.tell(json!({ "event": "hello", "protocol": protocol, "main_ns": 0, "realtime": false }));
        if task == "describe" {
            self.describe();
        } else if task["precompile"].is_object() {
            self.precompile(&task["precompile"]);
        } else {
            self.measure(&task["measure"]);
        }
        self.tell(json!({ "event": "done" }));
    }

    fn describe(&mut self) {
        let configuration = |name: &str, tier: &str, starts_from: &[&str]| {
            json!({
                "name": name, "tier": tier, "about": "the same numbers everywhere", "starts_from": starts_from,
                "proposals": [], "wasi": false, "purposes": ["default"], "licence": null,
            })
        };
        let configurations = [
            configuration("interpreter", "interpreter", &["wasm"]),
            configuration("compiler", "aot", &["wasm", "artifact"]),
        ];
        self.tell(json!({
            "event": "description", "runtime": "fixed", "version": "1", "licence": "MIT OR Apache-2.0",
            "configurations": configurations,
        }));
    }

    fn precompile(&mut self, job: &Value) {
        let artifact = job["artifact"].as_str().expect("a path");
        fs::write(artifact, vec![0; 1000]).expect("a folder for artifacts");
        for phase in ["engine", "compile", "save"] {
            self.phase(phase, job);
        }
    }

    fn measure(&mut self, job: &Value) {
        let code = if job["code"]["artifact"].is_string() { "load" } else { "compile" };
        for phase in ["engine", code, "prepare", "instantiate", "first_call"] {
            self.phase(phase, job);
        }
        self.tell(json!({ "event": "first_output" }));
        let mut output = job["cold"]["expected"].clone();
        output["event"] = json!("output");
        self.tell(output);
        self.phase("second_call", job);
        self.tell(json!({ "event": "code", "bytes": 4096 }));
        for step in job["steps"].as_array().into_iter().flatten() {
            self.step(step, job);
        }
        self.tell(json!({ "event": "resolved", "numbers": "fixed" }));
    }

    fn phase(&mut self, phase: &str, job: &Value) {
        let ns = number(phase, job);
        self.tell(json!({ "event": "phase", "phase": phase, "wall_ns": ns, "cpu_ns": ns / 2, "minor_faults": ns % 7 }));
    }

    fn step(&mut self, step: &Value, job: &Value) {
        let Some((name, of)) = step.as_object().and_then(|step| step.iter().next()) else { return };
        if name == "memory" {
            for instances in of["instances"].as_array().into_iter().flatten() {
                let bytes = instances.as_u64().unwrap_or(0) * number(name, job) + (1 << 20);
                self.tell(json!({
                    "event": "memory", "instances": instances, "state": of["state"], "anonymous_pss": bytes,
                    "private_dirty": bytes, "reserved": 2 * bytes, "page_tables": 4096, "maps": 100,
                }));
            }
            return;
        }
        let ns = number(name, job);
        let units = of["units"].as_u64().unwrap_or(1);
        self.tell(json!({
            "event": "samples", "metric": name, "units": units, "warmups": 0,
            "wall_ns": [ns, ns, ns], "cpu_ns": [ns / 2, ns / 2, ns / 2],
        }));
    }
}

/// A number between a thousand and a million that depends on the configuration, the right output, and what is measured
/// (FNV-1a).
fn number(of: &str, job: &Value) -> u64 {
    let text = format!("{of} {} {}", job["configuration"], job["cold"]["expected"]);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    1_000 + hash % 999_000
}
