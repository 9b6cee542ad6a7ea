//! The yardstick: the guests' own sources, compiled for this machine: kernels into libraries that the worker loads,
//! commands into programs that it starts. No WebAssembly, no engine and nothing to compile: of the phases only the
//! calls exist. A command's call is a whole process, from its start until it has ended.

mod command;
mod library;

use std::path::{Path, PathBuf};

use library::Loaded;
use wasmark_adapter::{
    Configuration, Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Limits, Purpose,
    Result, Runtime, Settings, Source, Tier,
};

include!("processor.rs");

/// A kernel's entry. It starts from the same state in every call, so that one function serves all instances of
/// a thread.
pub type Kernel = unsafe extern "C" fn(i32) -> i64;

/// One way that the kernels are compiled.
#[derive(Clone, Copy)]
struct ConfigurationSpec {
    name: &'static str,
    about: &'static str,
    optimisation: (&'static str, &'static str),
    purposes: &'static [Purpose],
}

/// What build.rs compiled, by the same names.
const CONFIGURATIONS: [ConfigurationSpec; 2] = [
    ConfigurationSpec {
        name: "o2",
        about: "the kernels' own sources for the processor's baseline, without vectorisation",
        optimisation: (
            "-O2, no vectorisation, no fused multiply-add",
            "opt-level 3, fat LTO, one codegen unit, no vectorisation",
        ),
        purposes: &[Purpose::Default],
    },
    ConfigurationSpec {
        name: "o2-host",
        about: "the kernels' own sources for this very processor: what the machine can do, not what wasm can use",
        optimisation: (
            "-O2 -march=native, no fused multiply-add",
            "opt-level 3, fat LTO, one codegen unit, target-cpu=native",
        ),
        purposes: &[],
    },
];

/// Code that was compiled before the worker began.
#[derive(Clone)]
pub struct Native(ConfigurationSpec);

/// A workload's native build.
#[derive(Debug)]
pub enum Twin {
    /// A function of a library.
    Kernel(library::Loaded),
    /// A program's file.
    Command(PathBuf),
}

/// A workload's file for further threads. A kernel keeps its data in its library's memory, so that each of them loads
/// a copy of that.
pub struct Shared {
    native: Native,
    file: PathBuf,
    kernel: bool,
}

/// What is called.
#[derive(Debug)]
pub enum Instance {
    /// A function of a library.
    Kernel(Kernel),
    /// A program that sees the host.
    Command(std::process::Command),
}

impl Describe for Native {
    fn describe() -> Description {
        let configuration = |spec: ConfigurationSpec| Configuration {
            name: spec.name.to_owned(),
            formerly: Vec::new(),
            tier: Tier::Native,
            about: spec.about.to_owned(),
            starts_from: vec![Source::Linked],
            proposals: Vec::new(),
            wasi: false,
            purposes: spec.purposes.to_vec(),
            licence: None,
            serial: true,
            code_cache: false,
            limits: Limits::default(),
        };
        Description {
            runtime: "native".to_owned(),
            version: env!("NATIVE_C_COMPILER").to_owned(),
            licence: "MIT OR Apache-2.0".to_owned(),
            configurations: CONFIGURATIONS.map(configuration).into(),
        }
    }
}

impl Runtime for Native {
    type Module = Twin;
    type Prepared = Twin;
    type Instance = Instance;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let EngineSpec { configuration, source, .. } = *spec;
        let Some(spec) = CONFIGURATIONS.into_iter().find(|one| one.name == configuration) else {
            let names = CONFIGURATIONS.map(|one| one.name).join(" or ");
            return Err(Failure::unsupported(format!(
                "native has no configuration {configuration:?}: choose {names}"
            )));
        };
        if source != Source::Linked {
            return Err(Failure::unsupported("native code is linked into the worker: run no module"));
        }
        let (built, here) = (env!("NATIVE_PROCESSOR"), processor());
        if spec.name == "o2-host" && built != here {
            return Err(Failure::unsupported(format!(
                "the kernels were compiled for {built}, and this is {here}: \
                 remove the worker from wasmark's cache and build it here"
            )));
        }
        Ok(Native(spec))
    }

    fn resolved(&self) -> Settings {
        let (c, rust) = self.0.optimisation;
        let processor = if self.0.name == "o2" { baseline().to_owned() } else { processor() };
        [
            ("c_compiler", env!("NATIVE_C_COMPILER").to_owned()),
            ("c_optimisation", c.to_owned()),
            ("c_library", "the machine's: its memcpy and memset pick instructions at run time".to_owned()),
            ("rust_compiler", env!("NATIVE_RUST_COMPILER").to_owned()),
            ("rust_optimisation", rust.to_owned()),
            ("processor", processor),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn compile(&self, _wasm: &mut Vec<u8>) -> Result<Twin> {
        Err(Failure::unsupported("native code is linked into the worker: run no module"))
    }

    fn linked(&self, workload: &str) -> Result<Twin> {
        if let Some(library) = find(&format!("{}-{workload}.so", self.0.name)) {
            return Loaded::new(&library).map(Twin::Kernel);
        }
        find(&format!("{}-{workload}", self.0.name)).map(Twin::Command).ok_or_else(|| {
            Failure::unsupported(format!(
                "{workload} has no native build: only this project's programs in C, C++ and Rust do, each in one form"
            ))
        })
    }

    fn prepare(&self, twin: Twin, entry: &Entry) -> Result<Twin> {
        match (&twin, entry) {
            (Twin::Kernel(_), Entry::Kernel(name)) if name == "run" => Ok(twin),
            (Twin::Kernel(_), Entry::Kernel(name)) => {
                Err(Failure::new(FailureKind::Export, format!("a native kernel has `run` and no `{name}`")))
            }
            (Twin::Command(_), Entry::Command) => Ok(twin),
            _ => Err(Failure::unsupported("the native build is entered in another way")),
        }
    }

    fn instantiate(&self, twin: &Twin, host: &Host) -> Result<Instance> {
        match twin {
            Twin::Kernel(kernel) => Ok(Instance::Kernel(kernel.run())),
            Twin::Command(program) => Ok(Instance::Command(command::new(program, host)?)),
        }
    }

    fn share(&self, twin: &Twin) -> Result<Shared> {
        let (file, kernel) = match twin {
            Twin::Kernel(loaded) => (loaded.file(), true),
            Twin::Command(program) => (program.as_path(), false),
        };
        Ok(Shared { native: self.clone(), file: file.to_owned(), kernel })
    }

    fn join(shared: &Shared, _: &Entry) -> Result<(Self, Twin)> {
        let Shared { native, file, kernel } = shared;
        let twin = if *kernel { Twin::Kernel(Loaded::copied(file)?) } else { Twin::Command(file.clone()) };
        Ok((native.clone(), twin))
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        match instance {
            // SAFETY: the function's library has this type and is loaded as long as its instances live.
            Instance::Kernel(kernel) => Ok(unsafe { kernel(argument) }),
            Instance::Command(program) => command::run(program),
        }
    }
}

/// A file of the bundle: beside the worker, or where the build left it.
fn find(name: &str) -> Option<PathBuf> {
    let worker = std::env::current_exe().ok();
    let beside = worker.as_deref().and_then(Path::parent).map(|folder| folder.join(name));
    let built = Path::new(env!("NATIVE_KERNELS")).join(name);
    beside.into_iter().chain([built]).find(|path| path.is_file())
}

/// What `o2` is compiled for.
fn baseline() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x86-64 baseline (SSE2)",
        other => other,
    }
}
