//! Both configurations keep what the trait promises.

#[path = "../../conformance.rs"]
mod conformance;
mod worker;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use conformance::conformance;
use wasmark_adapter::{Description, Entry, Failure, FailureKind, Host, Result, Runtime, Settings, Source, Stub};
use wasmark_wamr::{Instance, Module, Wamr};

/// WAMR as the tests use it: one at a time in this process (its signal handlers are the process's), compiling ahead
/// of time in another process.
struct Alone {
    wamr: Wamr,
    compiles_apart: bool,
    _turn: MutexGuard<'static, ()>,
}

/// A module, or the failure that WAMR finds earlier than the tests look for it.
struct Early {
    module: std::result::Result<Module, Failure>,
    artifact: Vec<u8>,
}

impl Runtime for Alone {
    type Module = Early;
    type Instance = Instance;

    fn describe() -> Description {
        Wamr::describe()
    }

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let compiles_apart = configuration == "aot" && source == Source::Wasm;
        let source = if compiles_apart { Source::Artifact } else { source };
        Ok(Alone { wamr: Wamr::new(configuration, source, stubs)?, compiles_apart, _turn: turn })
    }

    fn resolved(&self) -> Settings {
        self.wamr.resolved()
    }

    fn compile(&self, wasm: &[u8]) -> Result<Early> {
        let (module, artifact) = if self.compiles_apart {
            let path = worker::scratch("ahead");
            let compiled = worker::precompile("aot", wasm, &path);
            let artifact = std::fs::read(&path).unwrap_or_default();
            (compiled.and_then(|()| self.wamr.load(&path)), artifact)
        } else {
            (self.wamr.compile(wasm), Vec::new())
        };
        match module {
            Err(failure) if !matches!(failure.kind, FailureKind::Import | FailureKind::Export) => {
                Err(failure)
            }
            module => Ok(Early { module, artifact }),
        }
    }

    fn save(&self, module: &Early, to: &Path) -> Result<()> {
        Ok(std::fs::write(to, &module.artifact)?)
    }

    fn load(&self, artifact: &Path) -> Result<Early> {
        Ok(Early { module: Ok(self.wamr.load(artifact)?), artifact: Vec::new() })
    }

    fn instantiate(&self, module: &Early, entry: &Entry, host: &Host) -> Result<Instance> {
        self.wamr.instantiate(module.module.as_ref().map_err(Failure::clone)?, entry, host)
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        Wamr::call(instance, argument)
    }
}

mod fast_interpreter {
    use super::*;
    // No artifacts.
    conformance!(
        Alone,
        "fast-interpreter",
        [
            describes_what_it_does,
            runs_a_kernel,
            keeps_instances_apart,
            traps_have_kinds_and_leave_the_instance_usable,
            endless_recursion_is_a_trap,
            what_is_missing_has_a_kind,
            invalid_bytes_are_refused,
            a_failing_start_is_a_trap,
            compiling_leaves_nothing_for_instantiation,
            a_command_reads_writes_and_exits,
            a_command_sees_arguments_and_environment,
            many_instances_live_at_once,
            four_gigabytes_are_given_or_refused,
        ]
    );
}

mod aot {
    use super::*;
    conformance!(Alone, "aot");
}

/// Without this check WAMR would interpret the module and the result would be called compiled.
#[test]
fn a_module_is_no_artifact() {
    let runtime = Alone::new("aot", Source::Artifact, stubs).expect("an engine");
    let path = worker::scratch("module.wasm");
    std::fs::write(&path, wat::parse_str("(module)").expect("a module")).expect("a file");
    assert_eq!(runtime.load(&path).err().expect("a failure").kind, FailureKind::Invalid);
}

#[test]
fn the_interpreter_has_no_artifacts() {
    let runtime = Alone::new("fast-interpreter", Source::Wasm, stubs).expect("an engine");
    let module = runtime.wamr.compile(&wat::parse_str("(module)").expect("a module")).expect("a module");
    let refused = runtime.wamr.save(&module, &worker::scratch("artifact")).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    assert!(Wamr::new("fast-interpreter", Source::Artifact, &[]).is_err());
}
