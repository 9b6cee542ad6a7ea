//! Stored runs that were never measured: of one configuration or several, with values that a test or benchmark chooses.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wasmark_results::{
    record::{Outcome, Record, metric},
    run::Run,
    source::Source,
    store,
};

/// A run to store.
pub struct Planted {
    pub id: String,
    pub started: String,
    pub version: String,
    pub cpu: String,
    pub workloads: Vec<String>,
    pub configurations: Vec<String>,
}

impl Planted {
    /// Run number `number`, one a day, on the machine of class `cpu`.
    pub fn number(number: u32, cpu: &str) -> Planted {
        let (month, day) = (number / 28 + 1, number % 28 + 1);
        Planted {
            id: format!("run-{number:05}"),
            started: format!("{}-{:02}-{day:02}T03:00:00Z", 2000 + month / 12, month % 12 + 1),
            version: "1.0.0".into(),
            cpu: cpu.into(),
            workloads: vec!["fib".into()],
            configurations: vec!["wasmtime/pooling".into()],
        }
    }

    pub fn document(&self) -> Value {
        let configuration = |id: &String| {
            json!({
                "id": id, "runtime": id.split('/').next(), "version": self.version, "licence": "MIT", "tier": "optimizing",
                "about": "planted", "settings": {}, "worker": format!("worker of {}", self.version), "worker_bytes": 1_000_000,
            })
        };
        let workload = |name: &String| {
            json!({
                "name": name, "about": "planted", "kind": "kernel", "language": "C", "tags": [], "unit": "a unit",
                "wasm_sha256": "abcdef", "wasm_bytes": 100,
            })
        };
        json!({
            "schema": 1, "id": self.id, "started": self.started, "finished": self.started, "wasmark": "0.1.0", "revision": null,
            "command": "wasmark run", "seed": 1, "profile": "quick", "rounds": 3, "realtime": "off",
            "environment": {
                "cpu": self.cpu, "cpus": 2, "memory_bytes": 16_000_000_000_u64, "kernel": "6.1", "libc": "glibc 2.36",
                "os": "Debian 12", "architecture": "x86_64", "governor": null, "huge_pages": null, "virtualisation": null,
                "load": 0.1, "noise": 0.01, "toolchain": "1.95.0",
            },
            "configurations": self.configurations.iter().map(configuration).collect::<Vec<Value>>(),
            "workloads": self.workloads.iter().map(workload).collect::<Vec<Value>>(),
            "unavailable": {},
        })
    }

    /// The rows of a run of three processes for each cell, with `samples` values each; `value` gives those of a cell, by its
    /// configuration, workload and process.
    pub fn records(&self, samples: u32, value: impl Fn(usize, usize, u32) -> f64) -> Vec<Record> {
        let mut records = Vec::new();
        let mut process = 0;
        for (c, configuration) in self.configurations.iter().enumerate() {
            for (w, workload) in self.workloads.iter().enumerate() {
                for round in 0..3 {
                    process += 1;
                    let row = |metric: &str, index: u32, units: u64, value: f64| Record {
                        process,
                        round,
                        configuration: configuration.clone(),
                        workload: workload.clone(),
                        metric: metric.into(),
                        index,
                        warmup: false,
                        units,
                        instances: None,
                        source: Some(Source::Wasm),
                        outcome: Outcome::Measured { value, cpu_ns: Some(value) },
                    };
                    let level = value(c, w, process);
                    records.push(row(metric::ENGINE, 0, 1, 1000.0 * level));
                    records.push(row(metric::COMPILE, 0, 1, 500_000.0));
                    records.push(row(metric::INSTANTIATE, 0, 1, 2000.0));
                    records.push(row(metric::FIRST_CALL, 0, 1, 3000.0));
                    let of_sample = |at: u32| 10.0 * 250.0 * level * (1.0 + f64::from(at % 7) * 1e-4);
                    records.extend((0..samples).map(|at| row(metric::THROUGHPUT, at, 10, of_sample(at))));
                }
            }
        }
        records
    }

    /// Stores the run in a folder of its name, which it returns.
    pub fn store(&self, runs: &Path, samples: u32, value: impl Fn(usize, usize, u32) -> f64) -> PathBuf {
        let run: Run = serde_json::from_value(self.document()).expect("a run");
        let folder = runs.join(&self.id);
        store::write(&folder, &run, &self.records(samples, value)).expect("stored");
        folder
    }
}

/// Noise of about one per cent, the same for the same numbers.
pub fn noise(number: u32, other: u32) -> f64 {
    let turned = f64::from(number * 7919 + other * 104_729 + 1).sin() * 43_758.545;
    1.0 + (turned - turned.floor() - 0.5) * 0.03
}
