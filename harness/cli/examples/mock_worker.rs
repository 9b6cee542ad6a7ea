//! A worker without an engine, for the tests: it "runs" the workload `noop`, and each of its configurations goes
//! wrong in another way. Under the name `wasmark-worker-slow` it has those alone that are slow, and one that is not.
//! Installed nowhere.

use std::{
    fs::File,
    io::Write,
    mem::ManuallyDrop,
    os::fd::FromRawFd,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use wasmark_adapter::{
    Configuration, Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Limits, Purpose,
    Result, Runtime, Settings, Source, Tier, TrapKind, Value, ValueType, protocol::EVENT_FD,
};

/// The ways to go wrong, each a configuration.
const FAULTS: [&str; 33] = [
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
    "costs",
    "queues",
    "stalls",
    "tires",
    "clashes",
    "panics-beside",
    "whirls",
    "crosses",
    "fills",
    "divides",
    "breaks",
    "lodges",
    "overflows",
    "soars",
];

/// Those of the runtime `slow`.
const SLOW: [&str; 3] = ["right", "hangs", "labours"];

/// How long compiling takes where the code is to be kept, and the bytes that are; `leaks` keeps none.
const COMPILING: Duration = Duration::from_millis(20);
const CODE: usize = 12_345;
/// How long each call of `hesitates` takes.
const HESITATION: Duration = Duration::from_millis(400);
/// What each instance of `leaks` leaves: so many bytes, a mapping and a descriptor.
const LEAK: usize = 64 << 10;
/// How long each instance of `costs`, `queues` and `stalls` takes, and how many pages it writes.
const SERVICE: Duration = Duration::from_micros(50);
const PAGES: usize = 16;
/// One in so many requests of `stalls` takes so much longer, and all that wait behind it.
const SELDOM: u32 = 3000;
const STALL: Duration = Duration::from_millis(100);
/// The request of `tires` that traps.
const LAST: u32 = 1000;
/// How much CPU time a call of the host takes in `crosses`.
const CROSSING_NS: u64 = 50_000;
/// How many instances `fills` has room for, and `breaks` survives.
const ROOM: u32 = 300;
/// How long loading a module takes in `lodges`, and how long an instance takes. A module has as many pages as an instance of
/// `costs`.
const LOADING: Duration = Duration::from_micros(200);
const LODGING: Duration = Duration::from_micros(20);
/// How many modules `overflows` has room for, its own among them.
const SHELF: u32 = 41;
/// The pages that compiling takes in `soars`, which go with it, and those of its instances.
const COMPILING_PAGES: usize = (32 << 20) >> 12;
const INSTANCE_PAGES: usize = (16 << 20) >> 12;
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
    /// Where code is to be kept.
    code_cache: Option<PathBuf>,
    /// Whether a thread beside the worker's own has it.
    joined: bool,
}

impl Drop for Mock {
    fn drop(&mut self) {
        JOINED.fetch_sub(u32::from(self.joined), Relaxed);
    }
}

fn main() {
    wasmark_adapter::worker::main::<Mock>()
}

impl Describe for Mock {
    fn describe() -> Description {
        let configuration = |name: &str| Configuration {
            name: name.into(),
            formerly: if name == "right" { vec!["proper".into()] } else { vec![] },
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
            serial: name != "spins",
            code_cache: matches!(name, "right" | "traps" | "leaks"),
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

/// Pages that are written when they are made, and go with their instance.
struct Pages {
    at: *mut libc::c_void,
    number: usize,
}

impl Pages {
    fn new(number: usize) -> Result<Pages> {
        // SAFETY: a new mapping, written within its size.
        unsafe {
            let (any, anonymous) = (std::ptr::null_mut(), libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
            let at = libc::mmap(any, number << 12, libc::PROT_READ | libc::PROT_WRITE, anonymous, -1, 0);
            if at == libc::MAP_FAILED {
                return Err(Failure::new(FailureKind::Resource, "the mock has no memory for pages"));
            }
            (0..number).for_each(|page| at.cast::<u8>().add(page << 12).write_volatile(1));
            Ok(Pages { at, number })
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: the mapping is this one's own.
        unsafe { libc::munmap(self.at, self.number << 12) };
    }
}

/// A module or an instance that lives, in the count of its kind.
struct Alive(&'static AtomicU32);

impl Alive {
    /// One more than there are; how many there are then.
    fn new(count: &'static AtomicU32) -> (Alive, u32) {
        (Alive(count), count.fetch_add(1, Relaxed) + 1)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Divides the pages into two mappings.
fn divide(pages: &Pages) -> Result<()> {
    // SAFETY: the mapping is this one's own, and its first page is not read again.
    match unsafe { libc::mprotect(pages.at, 4096, libc::PROT_NONE) } {
        0 => Ok(()),
        _ => Err(Failure::new(FailureKind::Resource, "the mock has no mapping for an instance")),
    }
}

/// CPU time of the calling thread in nanoseconds.
fn cpu_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer, and every thread has this clock.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// What a function of `crosses` returns: that of wasmark's modules for crossing the boundary.
fn crossed(name: &str, arguments: &[Value]) -> Result<i64> {
    let numbers = arguments.iter().map(|one| match one {
        Value::I32(number) => i64::from(*number),
        _ => 0,
    });
    let numbers: Vec<i64> = numbers.collect();
    match name {
        "trap" => Err(Failure::trap(TrapKind::Unreachable, "unreachable executed")),
        "export_0" => Ok(7),
        "export_1" => Ok(numbers[0]),
        "export_8" => Ok(numbers[0] + numbers[7]),
        _ => Ok((1..=numbers[0]).rev().fold(0, |sum, turn| {
            if name == "host_0" {
                let end = cpu_ns() + CROSSING_NS;
                while cpu_ns() < end {}
            }
            (sum ^ turn).wrapping_mul(1_099_511_628_211)
        })),
    }
}

/// Works for as long.
fn work(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// Requests so far, in all threads.
static REQUESTS: AtomicU32 = AtomicU32::new(0);
/// What `queues` has one of.
static ONE: Mutex<()> = Mutex::new(());
/// Threads that are there at the same time.
static JOINED: AtomicU32 = AtomicU32::new(0);
/// Instances that live.
static ALIVE: AtomicU32 = AtomicU32::new(0);
/// Modules that were loaded so far, and those that still are.
static MODULES: AtomicU32 = AtomicU32::new(0);
static LOADED: AtomicU32 = AtomicU32::new(0);

/// What stands for a module.
struct Module {
    _pages: Option<Pages>,
    _alive: Alive,
}

/// A module at its entry; of a thread beside the worker's own, without it.
struct Prepared {
    entry: Entry,
    _module: Option<Module>,
}

/// What stands for an instance.
struct Instance {
    fault: String,
    calls: u32,
    entry: Entry,
    _pages: Option<Pages>,
    _alive: Alive,
}

impl Runtime for Mock {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = String;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        match spec.configuration {
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
            "whirls" => work(FOR_EVER),
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
        Ok(Mock {
            fault: spec.configuration.into(),
            code_cache: spec.code_cache.map(Into::into),
            joined: false,
        })
    }

    fn resolved(&self) -> Settings {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let cpus = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let cpus = cpus.unwrap_or_default().trim().to_string();
        let mut settings =
            Settings::from([("fault".into(), self.fault.clone()), ("cpus_allowed".into(), cpus)]);
        if self.fault == "lodges" {
            // By name, so that what each of several processes made is kept.
            let made = format!("{} modules, {} instances", MODULES.load(Relaxed), REQUESTS.load(Relaxed));
            settings.insert(made, "made by a process".into());
        }
        settings
    }

    fn compile(&self, _: &mut Vec<u8>) -> Result<Module> {
        MODULES.fetch_add(1, Relaxed);
        let (_alive, loaded) = Alive::new(&LOADED);
        let mut pages = None;
        if let Some(folder) = &self.code_cache {
            let code = folder.join("code");
            if !code.exists() {
                work(COMPILING);
                if self.fault != "leaks" {
                    std::fs::write(code, [0; CODE])?;
                }
            }
            return Ok(Module { _pages: pages, _alive });
        }
        match self.fault.as_str() {
            "labours" => sleep(FOR_EVER),
            "soars" => drop(Pages::new(COMPILING_PAGES)?),
            "apart" => return Err(Failure::unsupported("the mock's compiler is not installed")),
            "overflows" if loaded > SHELF => {
                return Err(Failure::new(FailureKind::Resource, "the mock has no room for a module"));
            }
            "lodges" => {
                work(LOADING);
                pages = Some(Pages::new(PAGES)?);
            }
            _ => {}
        }
        Ok(Module { _pages: pages, _alive })
    }

    fn load(&self, _: &Path) -> Result<Module> {
        Err(Failure::engine("the mock loads nothing"))
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        Ok(Prepared { entry: entry.clone(), _module: Some(module) })
    }

    fn instantiate(&self, Prepared { entry, .. }: &Prepared, _: &Host) -> Result<Instance> {
        let (_alive, alive) = Alive::new(&ALIVE);
        let number = REQUESTS.fetch_add(1, Relaxed);
        let mut pages = None;
        match self.fault.as_str() {
            "leaks" => leak()?,
            "costs" => {
                pages = Some(Pages::new(PAGES)?);
                work(SERVICE);
            }
            "queues" => {
                let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
                work(SERVICE);
            }
            "stalls" => {
                work(SERVICE);
                if number % SELDOM == SELDOM - 1 {
                    sleep(STALL);
                }
            }
            "lodges" => work(LODGING),
            "soars" => pages = Some(Pages::new(INSTANCE_PAGES)?),
            "divides" => {
                let both = Pages::new(2)?;
                divide(&both)?;
                pages = Some(both);
            }
            "fills" if alive > ROOM => {
                return Err(Failure::new(FailureKind::Resource, "the mock is full"));
            }
            "breaks" if alive > ROOM => std::process::abort(),
            "tires" if number >= LAST => {
                return Err(Failure::trap(TrapKind::Unreachable, "the mock is tired"));
            }
            _ => {}
        }
        Ok(Instance { fault: self.fault.clone(), calls: 0, entry: entry.clone(), _pages: pages, _alive })
    }

    fn share(&self, _: &Prepared) -> Result<String> {
        match self.fault.as_str() {
            "spins" => Err(Failure::unsupported("the mock spins on one thread only")),
            fault => Ok(fault.to_owned()),
        }
    }

    fn join(fault: &String, entry: &Entry) -> Result<(Mock, Prepared)> {
        if JOINED.fetch_add(1, Relaxed) > 0 {
            match fault.as_str() {
                "clashes" => std::process::abort(),
                "panics-beside" => panic!("the mock panics beside another"),
                _ => {}
            }
        }
        let mock = Mock { fault: fault.clone(), code_cache: None, joined: true };
        Ok((mock, Prepared { entry: entry.clone(), _module: None }))
    }

    fn call(Instance { fault, calls, entry, .. }: &mut Instance, argument: i32) -> Result<i64> {
        *calls += 1;
        if let ("crosses", Entry::Function { name, arguments, .. }) = (fault.as_str(), entry) {
            return crossed(name, arguments);
        }
        match fault.as_str() {
            "wrong" => Ok(-1),
            // Right at first: only a check in every call finds it.
            "lies" if *calls == 3 => Ok(-1),
            // Right in the first call of each instance.
            "counts" => Ok(noop(argument) + i64::from(*calls) - 1),
            // Right, after twenty milliseconds of work.
            "spins" => {
                work(Duration::from_millis(20));
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
