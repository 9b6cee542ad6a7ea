//! The machine: what a result has to say of it, and how noisy it is right now.

use std::{fs, process::Command, time::Instant};

use wasmark_results::run::Environment;

/// Reads what the system says of itself.
#[must_use]
pub fn fingerprint() -> Environment {
    let cpuinfo = read("/proc/cpuinfo").unwrap_or_default();
    let os = read("/etc/os-release").unwrap_or_default();
    let field = |text: &str, key: &str, separator: char| {
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(separator)?.1.trim().trim_matches('"').to_string())
    };
    let hypervisor = cpuinfo.lines().any(|line| line.starts_with("flags") && line.contains(" hypervisor"));
    Environment {
        cpu: field(&cpuinfo, "model name", ':').unwrap_or_else(|| "unknown".into()),
        cpus: std::thread::available_parallelism().map_or(1, |cpus| cpus.get() as u32),
        memory_bytes: memory_bytes(),
        kernel: read("/proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".into()),
        libc: output("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_else(|| "unknown".into()),
        os: field(&os, "PRETTY_NAME", '=').unwrap_or_else(|| std::env::consts::OS.into()),
        architecture: std::env::consts::ARCH.into(),
        governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        huge_pages: read("/sys/kernel/mm/transparent_hugepage/enabled"),
        virtualisation: hypervisor
            .then(|| read("/sys/class/dmi/id/sys_vendor").unwrap_or_else(|| "yes".into())),
        load: read("/proc/loadavg").and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(0.0),
        noise: Some(noise()),
        toolchain: output("rustc", &["--version"]).unwrap_or_else(|| "unknown".into()),
    }
}

/// The machine's memory in bytes.
#[must_use]
pub fn memory_bytes() -> u64 {
    // SAFETY: sysconf has no preconditions.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    u64::try_from(pages).unwrap_or(0) * u64::try_from(size).unwrap_or(0)
}

/// How much the same work varies at this moment: (p90 - p10) / p50 of 200 runs of a loop of about a millisecond.
#[must_use]
pub fn noise() -> f64 {
    let mut times: Vec<f64> = (0..200)
        .map(|run| {
            let start = Instant::now();
            let mut state = run as u64 | 1;
            for _ in 0..400_000 {
                // xorshift64: a chain of dependent instructions that touches no memory.
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
            }
            std::hint::black_box(state);
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[180] - times[20]) / times[100]
}

/// What a [`noise`] means, for people.
#[must_use]
pub fn verdict(noise: f64) -> &'static str {
    match noise {
        n if n < 0.02 => "quiet: small differences will show",
        n if n < 0.10 => "some noise: trust intervals, not single numbers",
        _ => "noisy: close other programs, or use --realtime",
    }
}

/// The checkout's git revision, with `-dirty` where files differ from it.
#[must_use]
pub fn revision() -> Option<String> {
    let here = env!("CARGO_MANIFEST_DIR");
    output("git", &["-C", here, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_string())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(std::process::Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
}
