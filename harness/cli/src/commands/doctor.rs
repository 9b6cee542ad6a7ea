//! `wasmark doctor`: what is available, what is missing and how to get it, and how noisy this machine is.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use wasmark_reports::format::counted;
use wasmark_results::{
    run::{Environment, Realtime},
    summary::noise::{Noise, grade},
};
use wasmark_runner::{
    environment, exit,
    options::Json,
    paths,
    pinning::{self, Pinning},
    terminal::{print, print_json},
    workers::{Missing, Roster},
};

#[derive(Serialize)]
struct Document {
    environment: Environment,
    noise: Noise,
    realtime: bool,
    pinning: String,
    cache: String,
    runtimes: BTreeMap<String, Health>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Available { version: String, configurations: Vec<String> },
    Unavailable(String),
}

/// Looks at everything and changes nothing. Exits with 0 whatever it finds.
pub(super) fn doctor(options: &Json) -> Result<u8> {
    let roster = Roster::gather(&[], &[], Missing::Leave)?;
    let mut runtimes = BTreeMap::new();
    for (name, worker) in roster.workers {
        let configurations = worker.description.configurations.into_iter().map(|one| one.name).collect();
        let version = worker.description.version;
        runtimes.insert(name, Health::Available { version, configurations });
    }
    for (name, reason) in roster.unavailable {
        runtimes.insert(name, Health::Unavailable(reason));
    }
    let environment = environment::fingerprint();
    let noise = grade(&environment, Realtime::Off);
    let realtime = wasmark_runner::realtime::permitted();
    let cache = paths::cache()?.display().to_string();
    let (_, pinning) = Pinning::choose(pinning::Choice::Auto)?;
    let document = Document { environment, noise, realtime, pinning, cache, runtimes };
    if options.json {
        print_json(&document)?;
    } else {
        print(&text(&document));
    }
    Ok(exit::OK)
}

fn text(document: &Document) -> String {
    let Document { environment, noise, realtime, pinning, cache, runtimes } = document;
    let mut lines = Vec::new();
    for (name, health) in runtimes {
        lines.push(match health {
            Health::Available { version, configurations } => {
                format!("{name} {version}: available ({})", configurations.join(", "))
            }
            Health::Unavailable(reason) => format!("{name}: unavailable: {reason}"),
        });
    }
    let unknown = || "not visible".to_string();
    lines.push(String::new());
    lines.push(format!(
        "{}, {}, {} GiB",
        environment.cpu,
        counted(environment.cpus as usize, "CPU", "CPUs"),
        environment.memory_bytes >> 30
    ));
    lines.push(format!("{}, Linux {}, {}", environment.os, environment.kernel, environment.libc));
    lines.push(format!("governor: {}", environment.governor.clone().unwrap_or_else(unknown)));
    lines.push(format!(
        "hypervisor: {}",
        environment.virtualisation.clone().unwrap_or_else(|| "none seen".into())
    ));
    lines.push(format!("load: {:.2}", environment.load));
    lines.push(format!("noise: {}", noise.line()));
    lines.extend(noise.warning());
    lines.push(format!(
        "--realtime: {}",
        if *realtime { "permitted" } else { "refused; run as root, or raise RLIMIT_RTPRIO" }
    ));
    lines.push(format!("--pin: {pinning}"));
    lines.push(format!("cache: {cache}"));
    lines.join("\n")
}
