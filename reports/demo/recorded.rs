//! What a made-up run records of its machine, its configurations and its workloads.

use std::collections::BTreeMap;

use wasmark_results::{
    capabilities::{Capabilities, Conformity, Reached, Support},
    run::{ConfigurationRecord, Disturbance, Environment, Realtime, Run, WorkloadRecord},
};

use super::{Character, Work};

/// The run of these configurations and workloads.
pub fn run(characters: &[Character], works: &[Work]) -> Run {
    Run {
        schema: 1,
        id: "made-up".into(),
        shard: None,
        started: "2026-01-02T03:04:05Z".into(),
        finished: Some("2026-01-02T03:08:09Z".into()),
        wasmark: "0.1.0".into(),
        revision: Some("0123456789ab".into()),
        command: "wasmark run --profile quick --seed 42".into(),
        seed: 42,
        profile: "quick".into(),
        rounds: 7,
        metrics: Vec::new(),
        realtime: Realtime::Refused,
        environment: Environment {
            cpu: "A made-up CPU @ 2.50GHz".into(),
            cpus: 2,
            memory_bytes: 8 << 30,
            memory_limit: None,
            kernel: "6.18.0".into(),
            libc: "glibc 2.36".into(),
            os: "Debian GNU/Linux 12".into(),
            architecture: "x86_64".into(),
            governor: None,
            huge_pages: Some("madvise".into()),
            virtualisation: Some("KVM".into()),
            load: 0.42,
            noise: Some(0.023),
            pinning: None,
            toolchain: "1.95.0".into(),
            disturbance: Some(Disturbance {
                during: Some(0.031),
                after: Some(0.018),
                steal: Some(0.002),
                load: Some(1.3),
            }),
            max_map_count: Some(65_530),
            max_descriptors: Some(1024),
        },
        configurations: characters
            .iter()
            .map(|(id, tier, ..)| ConfigurationRecord {
                id: (*id).into(),
                runtime: id.split('/').next().unwrap().into(),
                version: "1.2.3".into(),
                licence: "Apache-2.0".into(),
                tier: (*tier).into(),
                about: "made up: with the settings that its documentation recommends".into(),
                distribution_build: id
                    .starts_with("wasmedge/")
                    .then(|| "made up: its library has C assertions".into()),
                settings: [("memory", "pooling, copy-on-write"), ("optimisation", "speed"), ("simd", "on")]
                    .map(|(setting, value)| (setting.to_owned(), value.to_owned()))
                    .into(),
                worker: "0123456789abcdef0123456789abcdef".into(),
                worker_bytes: 7_340_032,
                capabilities: Some(capabilities(tier)),
            })
            .collect(),
        workloads: works
            .iter()
            .map(|(name, unit, size, _)| WorkloadRecord {
                name: (*name).into(),
                about: "made up".into(),
                kind: if *size > 100.0 { "command" } else { "kernel" }.into(),
                language: if *size > 500.0 { "C" } else { "Rust" }.into(),
                program: None,
                variant: None,
                tags: tags(name),
                unit: (*unit).into(),
                wasm_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
                wasm_bytes: (size * 1024.0) as u64,
                stubs: Vec::new(),
                coverage: Default::default(),
            })
            .collect(),
        operations: Vec::new(),
        absent_languages: Vec::new(),
        unavailable: BTreeMap::from([(
            "wasmer".to_owned(),
            "its worker could not be built: no C compiler was found; install gcc, then run `wasmark doctor`"
                .to_owned(),
        )]),
        notes: Vec::new(),
    }
}

fn tags(name: &str) -> Vec<String> {
    let tags: &[&str] = match name {
        "size_functions_10" => &["size", "functions", "data", "table"],
        _ if name.starts_with("size_functions") => &["size", "functions"],
        _ if name.starts_with("size_data") => &["size", "data"],
        _ if name.starts_with("size_table") => &["size", "table"],
        _ => &["integer", "small"],
    };
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

/// What a made-up configuration of this tier kind can do.
fn capabilities(tier: &str) -> Capabilities {
    let interpreter = tier == "interpreter";
    let simd = if interpreter { Support::No("unknown opcode 0xfd".into()) } else { Support::Yes };
    let stack = Reached::Most { number: 31_000, reason: "call stack exhausted".into() };
    let proposals = [
        ("gc", Support::Crashes("the worker was ended by signal 11".into())),
        ("multi-value", Support::Yes),
        ("simd", simd),
    ];
    let limits = [
        ("stack_depth", stack),
        ("memory", Reached::AtLeast(4 << 30)),
        ("instances", Reached::Unknown("did not end within 30 s".into())),
    ];
    Capabilities {
        proposals: proposals.map(|(name, support)| (name.to_owned(), support)).into(),
        limits: limits.map(|(name, reached)| (name.to_owned(), reached)).into(),
        semantics: semantics(tier),
    }
}

/// What made-up cases of the specification's show of a configuration of this tier kind.
fn semantics(tier: &str) -> BTreeMap<String, Conformity> {
    let outcome = || "returned 7 instead of trap: memory out of bounds".to_owned();
    let load = match tier {
        "aot" => {
            Conformity::KnownIssue { outcome: outcome(), cause: "LLVM removes what nothing uses".into() }
        }
        "optimizing" => Conformity::Deviates(outcome()),
        _ => Conformity::Right,
    };
    let vector = match tier {
        "interpreter" => Conformity::Unsupported("needs simd".into()),
        _ => Conformity::Right,
    };
    let cases = [("dead-load", load), ("shift-count", Conformity::Right), ("unaligned-v128", vector)];
    cases.map(|(name, came)| (name.to_owned(), came)).into()
}
