//! A worker without an engine, for the tests: it "runs" the workload `noop`, and each of its configurations goes
//! wrong in another way. Under the name `wasmark-worker-slow` it has those alone that are slow, and one that is not.
//! Installed nowhere.

use std::{
    fs::File,
    io::Write,
    mem::ManuallyDrop,
    os::fd::FromRawFd,
    path::Path,
    thread::sleep,
    time::{Duration, SystemTime},
};

use wasmark_adapter::{
    Configuration, Describe, Description, Entry, Failure, FailureKind, Host, Limits, Purpose, Result,
    Runtime, Settings, Source, Stub, Tier, TrapKind, ValueType, protocol::EVENT_FD,
};

/// The ways to go wrong, each a configuration.
const FAULTS: [&str; 19] = [
    "right",
    "wrong",
    "lies",
    "traps",
    "crashes",
    "aborts",
    "hangs",
    "grows",
    "garbage",
    "panics",
    "refuses",
    "apart",
    "interprets",
    "traps-too",
    "counts",
    "spins",
    "reads-a-clock",
    "hesitates",
    "leaks",
];

/// Those of the runtime `slow`.
const SLOW: [&str; 3] = ["right", "hangs", "labours"];

/// How long each call of `hesitates` takes.
const HESITATION: Duration = Duration::from_millis(400);
/// What each instance of `leaks` leaves: so many bytes, a mapping and a descriptor.
const LEAK: usize = 64 << 10;
/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// Whether the program was started under the name of the runtime `slow`.
fn slow() -> bool {
    std::env::args().next().is_some_and(|name| name.ends_with("wasmark-worker-slow"))
}

/// What the workload's source computes.
fn noop(n: i32) -> i64 {
    i64::from(n) + 42
}

struct Mock {
    fault: String,
}

fn main() {
    wasmark_adapter::worker::main::<Mock>()
}

impl Describe for Mock {
    fn describe() -> Description {
        let configuration = |name: &str| Configuration {
            name: name.into(),
            tier: if name == "interprets" { Tier::Optimizing } else { Tier::Interpreter },
            about: format!("a worker that {name}"),
            starts_from: match name {
                "apart" => vec![Source::Artifact],
                "labours" => vec![Source::Wasm, Source::Artifact],
                _ => vec![Source::Wasm],
            },
            proposals: vec![],
            wasi: false,
            purposes: vec![Purpose::Default],
            licence: None,
            limits: match name {
                // A thousand pages, which `right` does without.
                "refuses" => Limits {
                    memory_bytes: Some(1000 << 16),
                    instead: Some("right".into()),
                    not_in_calls: vec![ValueType::F32],
                    ..Limits::default()
                },
                _ => Limits::default(),
            },
        };
        Description {
            runtime: if slow() { "slow".into() } else { "mock".into() },
            version: "0".into(),
            licence: "MIT OR Apache-2.0".into(),
            configurations: match slow() {
                true => SLOW.map(configuration).to_vec(),
                false => FAULTS.map(configuration).to_vec(),
            },
        }
    }
}

/// Leaves a descriptor, and [`LEAK`] bytes that are written, beside a page that nothing may touch: neighbours with equal
/// rights would be one mapping.
fn leak() -> Result<()> {
    std::mem::forget(File::open("/dev/null")?);
    // SAFETY: a new mapping, which stays; its second half is written and its first one is not touched.
    unsafe {
        let (any, anonymous) = (std::ptr::null_mut(), libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        let at = libc::mmap(any, 2 * LEAK, libc::PROT_READ | libc::PROT_WRITE, anonymous, -1, 0);
        if at == libc::MAP_FAILED || libc::mprotect(at, LEAK, libc::PROT_NONE) != 0 {
            return Err(Failure::new(FailureKind::Resource, "the mock has no memory to leak"));
        }
        at.cast::<u8>().add(LEAK).write_bytes(1, LEAK);
    }
    Ok(())
}

impl Runtime for Mock {
    type Module = ();
    type Instance = (String, u32);

    fn new(configuration: &str, _: Source, _: &[Stub]) -> Result<Self> {
        match configuration {
            "crashes" => {
                // SAFETY: a signal that is not handled ends the process; Rust's handler for stack overflows goes first.
                unsafe {
                    libc::signal(libc::SIGSEGV, libc::SIG_DFL);
                    libc::raise(libc::SIGSEGV);
                }
            }
            "aborts" => {
                eprintln!("the mock gives up");
                std::process::abort()
            }
            "hangs" => sleep(FOR_EVER),
            "grows" => {
                let mut held = Vec::new();
                loop {
                    held.push(vec![1u8; 16 << 20]);
                }
            }
            "garbage" => {
                let fd = std::env::var(EVENT_FD).ok().and_then(|fd| fd.parse().ok()).unwrap_or(2);
                // SAFETY: the descriptor is open as long as the process, and not closed here.
                let mut events = ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
                writeln!(events, "Segmentation fault (not really)")?;
            }
            "panics" => panic!("the mock panics"),
            "refuses" => return Err(Failure::new(FailureKind::Engine, "the mock refuses its settings")),
            _ => {}
        }
        Ok(Mock { fault: configuration.into() })
    }

    fn resolved(&self) -> Settings {
        [("fault".to_string(), self.fault.clone())].into()
    }

    fn compile(&self, _: &[u8]) -> Result<()> {
        if self.fault == "labours" {
            sleep(FOR_EVER);
        }
        match self.fault.as_str() {
            "apart" => Err(Failure::unsupported("the mock's compiler is not installed")),
            _ => Ok(()),
        }
    }

    fn load(&self, _: &Path) -> Result<()> {
        Err(Failure::engine("the mock loads nothing"))
    }

    fn instantiate(&self, (): &(), _: &Entry, _: &Host) -> Result<(String, u32)> {
        if self.fault == "leaks" {
            leak()?;
        }
        Ok((self.fault.clone(), 0))
    }

    fn call((fault, calls): &mut (String, u32), argument: i32) -> Result<i64> {
        *calls += 1;
        match fault.as_str() {
            "wrong" => Ok(-1),
            // Right at first: only a check in every call finds it.
            "lies" if *calls == 3 => Ok(-1),
            // Right in the first call of each instance.
            "counts" => Ok(noop(argument) + i64::from(*calls) - 1),
            // Right, after twenty milliseconds of work.
            "spins" => {
                let start = std::time::Instant::now();
                while start.elapsed() < Duration::from_millis(20) {}
                Ok(noop(argument))
            }
            "reads-a-clock" => {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                Ok(now.map_or(0, |now| now.as_nanos() as i64))
            }
            "hesitates" => {
                sleep(HESITATION);
                Ok(noop(argument))
            }
            "traps" | "traps-too" => Err(Failure::trap(TrapKind::Unreachable, "unreachable executed")),
            _ => Ok(noop(argument)),
        }
    }
}
