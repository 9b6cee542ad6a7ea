//! The machine: what a result has to record of it, and how noisy it is right now.

use std::{fs, process::Command, time::Instant};

use procfs::{CpuInfo, Current, LoadAverage, Meminfo};
use rustix::{
    process::{Resource, getrlimit},
    system::sysinfo,
};
use wasmark_results::run::Environment;

use crate::control_group;

/// The times of the control loop before and after a run.
const LOOPS: usize = 200;

/// With fewer looks than this there is no spread.
const LEAST: usize = 10;

/// The processors that wasmark, and so its workers, may use.
#[must_use]
pub fn cpus() -> u32 {
    std::thread::available_parallelism().map_or(1, |cpus| cpus.get() as u32)
}

/// Reads what the system reports of itself.
#[must_use]
pub fn fingerprint() -> Environment {
    let cpu = CpuInfo::current().ok();
    let flags = cpu.as_ref().and_then(|cpu| cpu.flags(0)).unwrap_or_default();
    let hypervisor = flags.contains(&"hypervisor");
    let os = read("/etc/os-release").unwrap_or_default();
    let os = os.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    Environment {
        cpu: cpu.as_ref().and_then(|cpu| cpu.model_name(0)).unwrap_or("unknown").into(),
        cpus: cpus(),
        memory_bytes: memory_bytes(),
        memory_limit: control_group::memory_limit().map(|limit| limit.bytes),
        kernel: read("/proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".into()),
        libc: output("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_else(|| "unknown".into()),
        os: os.map_or(std::env::consts::OS, |name| name.trim().trim_matches('"')).into(),
        architecture: std::env::consts::ARCH.into(),
        governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        huge_pages: read("/sys/kernel/mm/transparent_hugepage/enabled"),
        virtualisation: hypervisor
            .then(|| read("/sys/class/dmi/id/sys_vendor").unwrap_or_else(|| "yes".into())),
        load: load().unwrap_or(0.0),
        noise: Some(noise()),
        pinning: None,
        toolchain: output("rustc", &["--version"]).unwrap_or_else(|| "unknown".into()),
        disturbance: None,
        max_map_count: procfs::sys::vm::max_map_count().ok(),
        max_descriptors: max_descriptors(),
    }
}

/// The descriptors that a worker may have open, which raises its limit to the hard one; `None` where there is none.
fn max_descriptors() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// How many processes that take so many bytes each run at the same time: one for each processor, as far as there is memory
/// for them now, and one at least.
pub(crate) fn room(bytes: u64) -> usize {
    let machine = Meminfo::current().ok().and_then(|memory| memory.mem_available);
    let group = control_group::memory_limit().map(control_group::Limit::available);
    fitting(cpus() as usize, machine.into_iter().chain(group).min(), bytes)
}

fn fitting(processors: usize, memory: Option<u64>, each: u64) -> usize {
    let room = memory.map_or(processors, |bytes| usize::try_from(bytes / each).unwrap_or(processors));
    processors.min(room).max(1)
}

/// The machine's memory in bytes.
#[must_use]
pub fn memory_bytes() -> u64 {
    let system = sysinfo();
    u64::from(system.mem_unit) * system.totalram
}

/// The checkout's git revision, with `-dirty` where files differ from it.
#[must_use]
pub fn revision() -> Option<String> {
    let here = env!("CARGO_MANIFEST_DIR");
    output("git", &["-C", here, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
}

/// How much the same work varies at this moment: (p90 - p10) / p50 of 200 runs of a loop of about a millisecond.
#[must_use]
pub fn noise() -> f64 {
    let times: Vec<f64> = (0..LOOPS).map(|_| control()).collect();
    spread(times).unwrap_or_default()
}

/// The load average over one minute.
#[must_use]
pub fn load() -> Option<f64> {
    // The kernel writes two digits.
    LoadAverage::current().ok().map(|load| (f64::from(load.one) * 100.0).round() / 100.0)
}

/// The wall time of the control loop in seconds.
pub(crate) fn control() -> f64 {
    let start = Instant::now();
    let mut state = std::hint::black_box(1_u64);
    for _ in 0..400_000 {
        // xorshift64: a chain of dependent instructions that touches no memory.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    std::hint::black_box(state);
    start.elapsed().as_secs_f64()
}

/// (p90 - p10) / p50; `None` for too few times.
pub(crate) fn spread(mut times: Vec<f64>) -> Option<f64> {
    if times.len() < LEAST {
        return None;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[times.len() * share / 100];
    Some((at(90) - at(10)) / at(50))
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_string())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(std::process::Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_of_the_middle_and_needs_some_times() {
        let times: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(spread(times), Some(80.0 / 50.0));
        assert_eq!(spread(vec![1.0; 9]), None);
        assert_eq!(spread(vec![1.0; 10]), Some(0.0));
    }

    #[test]
    fn a_small_machine_does_less_at_the_same_time() {
        let each = 1_500 << 20;
        assert_eq!(fitting(16, Some(64 << 30), each), 16);
        assert_eq!(fitting(16, Some(4 << 30), each), 2);
        assert_eq!(fitting(2, Some(1 << 30), each), 1);
        assert_eq!(fitting(2, None, each), 2);
    }
}
