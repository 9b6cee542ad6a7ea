//! The other yardstick: an instance is a whole process. What is linked beforehand is a tiny program, or node, that
//! answers with the kernel `noop`; instantiating starts it and waits until it is ready, a call asks it and reads the
//! answer, and dropping it takes away its questions, so that it ends, and waits for its end. What uses a process for
//! each request pays at least this.

mod child;
mod namespaces;
mod program;
mod spawn;

use std::path::PathBuf;

pub use child::Child;
use program::Executable;
pub use program::Program;
use wasmark_adapter::{
    Configuration, Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Limits, Purpose,
    Result, Runtime, Settings, Source, Tier, probes,
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
struct ConfigurationSpec {
    name: &'static str,
    about: &'static str,
    executable: Executable,
    libraries: &'static str,
    start: Start,
}

impl ConfigurationSpec {
    /// What a process of it runs.
    fn program(&self) -> Result<Program> {
        let namespaces = match self.start {
            Start::Plain => None,
            Start::Namespaces => Some(namespaces::flags()),
        };
        Program::open(self.executable, namespaces)
    }
}

const STATIC: Executable = Executable::Beside("wasmark-process-static");
/// What the programs that travel with the worker are.
const PROGRAM: &str = concat!("C, compiled by ", env!("PROCESS_C_COMPILER"));
const WITHOUT_LIBRARIES: &str = "none: two system calls and an entry of its own";

const CONFIGURATIONS: [ConfigurationSpec; 4] = [
    ConfigurationSpec {
        name: "static",
        about: "a process of a tiny static program without a C library: the least that a process costs",
        executable: STATIC,
        libraries: WITHOUT_LIBRARIES,
        start: Start::Plain,
    },
    ConfigurationSpec {
        name: "dynamic",
        about: "the same with the C library loaded at its start, as usual programs have it",
        executable: Executable::Beside("wasmark-process-dynamic"),
        libraries: "the machine's C library, loaded by the dynamic linker at each start",
        start: Start::Plain,
    },
    ConfigurationSpec {
        name: "namespaces",
        about: "the static program in fresh namespaces and a root of its own: a lower bound of a container",
        executable: STATIC,
        libraries: WITHOUT_LIBRARIES,
        start: Start::Namespaces,
    },
    ConfigurationSpec {
        name: "node",
        about: "node, which compiles the module and answers with it: a function that has a node to itself",
        executable: Executable::Node,
        libraries: "node's own",
        start: Start::Plain,
    },
];

/// Processes of one configuration.
pub struct Process {
    spec: &'static ConfigurationSpec,
}

/// What further threads start processes of.
pub struct Shared(&'static ConfigurationSpec);

impl Describe for Process {
    fn describe() -> Description {
        let configuration = |spec: &ConfigurationSpec| Configuration {
            name: spec.name.to_owned(),
            formerly: Vec::new(),
            tier: Tier::Process,
            about: spec.about.to_owned(),
            starts_from: vec![Source::Linked],
            proposals: Vec::new(),
            wasi: false,
            // A yardstick for each comparison, and none takes long.
            purposes: vec![Purpose::Default],
            licence: None,
            // An instance is a process: the scheduler places it.
            serial: false,
            code_cache: false,
            limits: Limits::default(),
        };
        Description {
            runtime: "process".to_owned(),
            version: kernel(),
            licence: "MIT OR Apache-2.0".to_owned(),
            configurations: CONFIGURATIONS.iter().map(configuration).collect(),
        }
    }
}

impl Runtime for Process {
    type Module = Program;
    type Prepared = Program;
    type Instance = Child;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let EngineSpec { configuration, source, .. } = *spec;
        let known = CONFIGURATIONS.iter().find(|spec| spec.name == configuration).ok_or_else(|| {
            let known = CONFIGURATIONS.map(|spec| spec.name).join(", ");
            Failure::unsupported(format!("process has no configuration {configuration:?}: choose {known}"))
        })?;
        match source {
            Source::Linked => Ok(Process { spec: known }),
            Source::Wasm | Source::Artifact => Err(Failure::unsupported(ONLY)),
        }
    }

    fn resolved(&self) -> Settings {
        let program = self.spec.executable.find();
        let bytes = program.as_ref().and_then(|path| Some(std::fs::metadata(path).ok()?.len().to_string()));
        let (answer, program) = match self.spec.executable {
            Executable::Beside(_) => ("the kernel noop's own source", PROGRAM.to_owned()),
            Executable::Node => {
                ("noop's module, compiled by node", program.map_or_else(String::new, version))
            }
        };
        let (call, namespaces) = match self.spec.start {
            Start::Plain => ("posix_spawn", "the worker's".to_owned()),
            Start::Namespaces => (namespaces::CALLS, namespaces::names()),
        };
        [
            ("answer", format!("an int64 in a pipe, of {answer}")),
            ("kernel", kernel()),
            ("namespaces", namespaces),
            ("program", program),
            ("program_bytes", bytes.unwrap_or_else(|| "not found".to_owned())),
            ("program_libraries", self.spec.libraries.to_owned()),
            ("spawn", call.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn needs(&self) -> Vec<PathBuf> {
        // A process that is alive shows its libraries; without one, at least what it is started with is known.
        let Ok(program) = self.spec.program() else { return Vec::new() };
        let mut files = program.files();
        if let Ok(child) = Child::start(&program) {
            let mapped = probes::loaded_files_of(child.pid()).unwrap_or_default();
            files.extend(mapped.into_iter().map(|(path, _)| path));
        }
        files
    }

    fn compile(&self, _wasm: &mut Vec<u8>) -> Result<Program> {
        Err(Failure::unsupported(ONLY))
    }

    fn linked(&self, workload: &str) -> Result<Program> {
        match workload {
            WORKLOAD => self.spec.program(),
            _ => Err(Failure::unsupported(ONLY)),
        }
    }

    fn prepare(&self, program: Program, entry: &Entry) -> Result<Program> {
        match entry {
            Entry::Kernel(name) if name == "run" => Ok(program),
            Entry::Kernel(name) => {
                Err(Failure::new(FailureKind::Export, format!("the program has `run` and no `{name}`")))
            }
            Entry::Command | Entry::Function { .. } => Err(Failure::unsupported(ONLY)),
        }
    }

    fn instantiate(&self, program: &Program, _host: &Host) -> Result<Child> {
        Child::start(program)
    }

    fn share(&self, _program: &Program) -> Result<Shared> {
        Ok(Shared(self.spec))
    }

    fn join(shared: &Shared, _: &Entry) -> Result<(Self, Program)> {
        let Shared(spec) = shared;
        Ok((Process { spec }, spec.program()?))
    }

    fn call(instance: &mut Child, argument: i32) -> Result<i64> {
        instance.ask(argument)
    }
}

/// What a program prints for `--version`.
fn version(program: PathBuf) -> String {
    let output = std::process::Command::new(program).arg("--version").output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| format!("node {}", String::from_utf8_lossy(&output.stdout).trim()),
    )
}

/// The kernel's release, which is what makes the processes.
fn kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
    release.map_or_else(|_| "unknown".to_owned(), |release| release.trim().to_owned())
}
