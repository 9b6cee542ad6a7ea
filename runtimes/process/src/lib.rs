//! The other yardstick: an instance is a whole process. What is linked beforehand is a tiny program that answers with
//! the kernel `noop`; instantiating starts it and waits until it is ready, a call asks it and reads the answer, and
//! dropping it takes away its questions, so that it ends, and waits for its end. What uses a process for each request
//! pays at least this.

mod child;
mod namespaces;
mod program;
mod spawn;

pub use child::Child;
pub use program::Program;
use wasmark_adapter::{
    Configuration, Description, Entry, Failure, FailureKind, Host, Purpose, Result, Runtime, Settings,
    Source, Stub, Tier,
};

/// The one workload that the programs answer with.
const WORKLOAD: &str = "noop";
const ONLY: &str = "measures the start of a process only";

/// How a process is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// With everything that the worker has.
    Plain,
    /// With namespaces and a root of its own.
    Namespaces,
}

/// A configuration.
struct Way {
    name: &'static str,
    about: &'static str,
    /// The program's file, beside the worker.
    file: &'static str,
    libraries: &'static str,
    start: Start,
}

const STATIC: &str = "wasmark-process-static";
const WITHOUT_LIBRARIES: &str = "none: two system calls and an entry of its own";

const WAYS: [Way; 3] = [
    Way {
        name: "static",
        about: "a process of a tiny static program without a C library: the least that a process costs",
        file: STATIC,
        libraries: WITHOUT_LIBRARIES,
        start: Start::Plain,
    },
    Way {
        name: "dynamic",
        about: "the same with the C library loaded at its start, as usual programs have it",
        file: "wasmark-process-dynamic",
        libraries: "the machine's C library, loaded by the dynamic linker at each start",
        start: Start::Plain,
    },
    Way {
        name: "namespaces",
        about: "the static program in fresh namespaces and a root of its own: a lower bound of a container",
        file: STATIC,
        libraries: WITHOUT_LIBRARIES,
        start: Start::Namespaces,
    },
];

/// Processes of one configuration.
pub struct Process {
    way: &'static Way,
}

impl Runtime for Process {
    type Module = Program;
    type Instance = Child;

    fn describe() -> Description {
        let configuration = |way: &Way| Configuration {
            name: way.name.to_owned(),
            tier: Tier::Process,
            about: way.about.to_owned(),
            starts_from: vec![Source::Linked],
            proposals: Vec::new(),
            wasi: false,
            // Three yardsticks for three comparisons, and each takes no time.
            purposes: vec![Purpose::Default],
            licence: None,
        };
        Description {
            runtime: "process".to_owned(),
            version: kernel(),
            licence: "MIT OR Apache-2.0".to_owned(),
            configurations: WAYS.iter().map(configuration).collect(),
        }
    }

    fn new(configuration: &str, source: Source, _stubs: &[Stub]) -> Result<Self> {
        let way = WAYS.iter().find(|way| way.name == configuration).ok_or_else(|| {
            let known = WAYS.map(|way| way.name).join(", ");
            Failure::unsupported(format!("process has no configuration {configuration:?}: choose {known}"))
        })?;
        match source {
            Source::Linked => Ok(Process { way }),
            Source::Wasm | Source::Artifact => Err(Failure::unsupported(ONLY)),
        }
    }

    fn resolved(&self) -> Settings {
        let program = program::find(self.way.file);
        let bytes = program.and_then(|path| std::fs::metadata(path).ok()).map(|file| file.len().to_string());
        let (call, namespaces) = match self.way.start {
            Start::Plain => ("posix_spawn", "the worker's".to_owned()),
            Start::Namespaces => (namespaces::CALLS, namespaces::names()),
        };
        [
            ("answer", "an int64 in a pipe, of the kernel noop's own source".to_owned()),
            ("c_compiler", env!("PROCESS_C_COMPILER").to_owned()),
            ("kernel", kernel()),
            ("namespaces", namespaces),
            ("program_bytes", bytes.unwrap_or_else(|| "not found".to_owned())),
            ("program_libraries", self.way.libraries.to_owned()),
            ("spawn", call.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn compile(&self, _wasm: &[u8]) -> Result<Program> {
        Err(Failure::unsupported(ONLY))
    }

    fn linked(&self, workload: &str) -> Result<Program> {
        match workload {
            WORKLOAD => Program::open(self.way.file, self.way.start),
            _ => Err(Failure::unsupported(ONLY)),
        }
    }

    fn instantiate(&self, module: &Program, entry: &Entry, _host: &Host) -> Result<Child> {
        match entry {
            Entry::Kernel(name) if name == "run" => Child::start(module),
            Entry::Kernel(name) => {
                Err(Failure::new(FailureKind::Export, format!("the program has `run` and no `{name}`")))
            }
            Entry::Command | Entry::Function { .. } => Err(Failure::unsupported(ONLY)),
        }
    }

    fn call(instance: &mut Child, argument: i32) -> Result<i64> {
        instance.ask(argument)
    }
}

/// The kernel's release, which is what makes the processes.
fn kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
    release.map_or_else(|_| "unknown".to_owned(), |release| release.trim().to_owned())
}
