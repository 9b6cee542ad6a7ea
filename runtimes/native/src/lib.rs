//! The yardstick: the kernels' own sources, compiled for this machine and linked into the worker. No WebAssembly,
//! no engine and nothing to compile: of the phases only the calls exist.

use wasmark_adapter::{
    Configuration, Description, Entry, Failure, FailureKind, Host, Purpose, Result, Runtime, Settings,
    Source, Stub, Tier,
};

/// A kernel's entry. It starts from the same state in every call, so that one function serves all instances.
type Kernel = unsafe extern "C" fn(i32) -> i64;

include!(concat!(env!("OUT_DIR"), "/kernels.rs"));

/// The kernels in Rust, by name.
const RUST_KERNELS: [(&str, Kernel); 3] =
    [("binary_trees", binary_trees::run), ("hashmap", hashmap::run), ("json", json::run)];

const CONFIGURATION: &str = "o2";

/// Code that is linked into the worker.
pub struct Native;

/// The names of the kernels that are linked in.
pub fn kernels() -> impl Iterator<Item = &'static str> {
    C_KERNELS.iter().chain(&RUST_KERNELS).map(|(name, _)| *name)
}

impl Runtime for Native {
    type Module = Kernel;
    type Instance = Kernel;

    fn describe() -> Description {
        Description {
            runtime: "native".to_owned(),
            version: env!("NATIVE_C_COMPILER").to_owned(),
            licence: "MIT OR Apache-2.0".to_owned(),
            configurations: vec![Configuration {
                name: CONFIGURATION.to_owned(),
                tier: Tier::Native,
                about: format!("the kernels' own sources for {}, without vectorisation", processor()),
                starts_from: vec![Source::Linked],
                proposals: Vec::new(),
                wasi: false,
                purposes: vec![Purpose::Default],
                licence: None,
            }],
        }
    }

    fn new(configuration: &str, source: Source, _stubs: &[Stub]) -> Result<Self> {
        match (configuration, source) {
            (CONFIGURATION, Source::Linked) => Ok(Native),
            (CONFIGURATION, _) => {
                Err(Failure::unsupported("native code is linked into the worker: run no module"))
            }
            (other, _) => Err(Failure::unsupported(format!(
                "native has no configuration {other:?}: choose {CONFIGURATION}"
            ))),
        }
    }

    fn resolved(&self) -> Settings {
        [
            ("c_compiler", env!("NATIVE_C_COMPILER")),
            ("c_optimisation", "-O2, no vectorisation, no fused multiply-add"),
            ("c_library", "the machine's: its memcpy and memset pick instructions at run time"),
            ("rust_compiler", env!("NATIVE_RUST_COMPILER")),
            ("rust_optimisation", "opt-level 3, fat LTO, one codegen unit, no vectorisation"),
            ("processor", processor()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn compile(&self, _wasm: &[u8]) -> Result<Kernel> {
        Err(Failure::unsupported("native code is linked into the worker: run no module"))
    }

    fn linked(&self, workload: &str) -> Result<Kernel> {
        let mut kernels = C_KERNELS.iter().chain(&RUST_KERNELS);
        kernels.find(|(name, _)| *name == workload).map(|(_, kernel)| *kernel).ok_or_else(|| {
            Failure::unsupported(format!("{workload} has no native build: only this project's kernels do"))
        })
    }

    fn instantiate(&self, module: &Kernel, entry: &Entry, _host: &Host) -> Result<Kernel> {
        match entry {
            Entry::Kernel(name) if name == "run" => Ok(*module),
            Entry::Kernel(name) => {
                Err(Failure::new(FailureKind::Export, format!("a native kernel has `run` and no `{name}`")))
            }
            Entry::Command | Entry::Function { .. } => {
                Err(Failure::unsupported("only kernels have a native build"))
            }
        }
    }

    fn call(instance: &mut Kernel, argument: i32) -> Result<i64> {
        // SAFETY: every kernel of the tables has this type, takes any argument and touches memory of its own.
        Ok(unsafe { instance(argument) })
    }
}

/// The processor that the code is compiled for.
fn processor() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x86-64 baseline (SSE2)",
        other => other,
    }
}
