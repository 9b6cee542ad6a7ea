//! Both configurations keep what the trait promises, but for one thing: WasmEdge does not bound recursion (its
//! interpreter takes all memory, compiled code ends the process), so `endless_recursion_is_a_trap` is not among it.

#[allow(dead_code, reason = "not every promise is tested here")]
#[path = "../../conformance.rs"]
mod conformance;

use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use conformance::conformance;
use wasmark_adapter::{
    Description, Entry, FailureKind, Host, Result, Runtime, Settings, Source, Stub, clock::window,
    protocol::Invocation,
};
use wasmark_wasmedge::{Instance, Module, WasmEdge};

/// WasmEdge as the tests use it: one at a time in this process (compiled code sets and resets signal handlers), and
/// what was compiled ahead of time is loaded at once.
struct Alone {
    wasmedge: WasmEdge,
    compiler: Option<WasmEdge>,
    _turn: MutexGuard<'static, ()>,
}

impl Runtime for Alone {
    type Module = (Module, Option<PathBuf>);
    type Instance = Instance;

    fn describe() -> Description {
        WasmEdge::describe()
    }

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        if configuration.starts_with("aot") && source == Source::Wasm {
            let wasmedge = WasmEdge::new(configuration, Source::Artifact, stubs)?;
            return Ok(Alone {
                wasmedge,
                compiler: Some(WasmEdge::new(configuration, source, stubs)?),
                _turn: turn,
            });
        }
        Ok(Alone { wasmedge: WasmEdge::new(configuration, source, stubs)?, compiler: None, _turn: turn })
    }

    fn resolved(&self) -> Settings {
        self.wasmedge.resolved()
    }

    fn compile(&self, wasm: &[u8]) -> Result<Self::Module> {
        let Some(compiler) = &self.compiler else { return Ok((self.wasmedge.compile(wasm)?, None)) };
        // Any name will do: the controller chooses it.
        let artifact = scratch("ahead.artifact");
        compiler.save(&compiler.compile(wasm)?, &artifact)?;
        Ok((self.wasmedge.load(&artifact)?, Some(artifact)))
    }

    fn save(&self, module: &Self::Module, to: &Path) -> Result<()> {
        std::fs::copy(module.1.as_ref().expect("an artifact"), to)?;
        Ok(())
    }

    fn load(&self, artifact: &Path) -> Result<Self::Module> {
        Ok((self.wasmedge.load(artifact)?, None))
    }

    fn instantiate(&self, module: &Self::Module, entry: &Entry, host: &Host) -> Result<Instance> {
        self.wasmedge.instantiate(&module.0, entry, host)
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        WasmEdge::call(instance, argument)
    }
}

/// A file for this test alone.
fn scratch(name: &str) -> PathBuf {
    let test = std::thread::current().name().unwrap_or_default().replace("::", "-");
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wasmedge-{}-{test}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

fn host() -> Host {
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    Host::new(&invocation, &[]).expect("a host")
}

/// The promises that every configuration keeps, and those that it keeps beside.
macro_rules! promises {
    ($configuration:literal $(, $more:ident)*) => {
        conformance!(
            Alone,
            $configuration,
            [
                describes_what_it_does,
                runs_a_kernel,
                keeps_instances_apart,
                traps_have_kinds_and_leave_the_instance_usable,
                what_is_missing_has_a_kind,
                invalid_bytes_are_refused,
                a_failing_start_is_a_trap,
                a_command_reads_writes_and_exits,
                a_command_sees_arguments_and_environment,
                a_function_of_any_type_is_called,
                a_reactor_is_initialised,
                a_module_says_what_its_work_is,
                stubs_answer_with_zeros,
                many_instances_live_at_once,
                four_gigabytes_are_given_or_refused,
                $($more),*
            ]
        );
    };
}

mod interpreter {
    use super::*;
    promises!("interpreter", compiling_leaves_nothing_for_instantiation);
}

mod interpreter_gas {
    use super::*;
    promises!("interpreter-gas", compiling_leaves_nothing_for_instantiation);
}

mod aot {
    use super::*;
    promises!("aot", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod aot_universal {
    use super::*;
    promises!(
        "aot-universal",
        compiling_leaves_nothing_for_instantiation,
        an_artifact_runs_in_another_engine
    );
}

mod aot_o0 {
    use super::*;
    promises!("aot-o0", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod aot_os {
    use super::*;
    promises!("aot-os", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod aot_gas {
    use super::*;
    promises!("aot-gas", compiling_leaves_nothing_for_instantiation, an_artifact_runs_in_another_engine);
}

mod jit {
    use super::*;
    // Compiles when it instantiates, and has no artifacts.
    promises!("jit");
}

/// WasmEdge interprets an artifact's module without a word where anything is amiss; only the speed tells.
#[test]
fn artifacts_run_as_machine_code() {
    let wasm = wat::parse_str(
        r#"(module (func (export "run") (param i32) (result i64) (local i64)
            (loop $again
                (local.set 1 (i64.add (i64.mul (local.get 1) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
                (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 1)))"#,
    )
    .expect("a module");
    let cost = |configuration: &str| {
        let runtime = Alone::new(configuration, Source::Wasm, &[]).expect("an engine");
        let module = runtime.compile(&wasm).expect("a module");
        let entry = Entry::Kernel("run".to_owned());
        let mut instance = runtime.instantiate(&module, &entry, &host()).expect("an instance");
        let (result, cost) = window(|| Alone::call(&mut instance, 2_000_000));
        (result.expect("a checksum"), cost.cpu_ns)
    };
    let (interpreted, compiled) = (cost("interpreter"), cost("aot"));
    assert_eq!(interpreted.0, compiled.0);
    assert!(compiled.1 < interpreted.1 / 5, "{compiled:?} against {interpreted:?}");
}

/// Without this check WasmEdge would interpret the module and the result would be called compiled.
#[test]
fn a_module_is_no_artifact() {
    let runtime = Alone::new("aot", Source::Artifact, &[]).expect("an engine");
    let path = scratch("module.wasm");
    std::fs::write(&path, wat::parse_str("(module)").expect("a module")).expect("a file");
    assert_eq!(runtime.load(&path).err().expect("a failure").kind, FailureKind::Invalid);
}

#[test]
fn the_interpreter_has_no_artifacts() {
    let runtime = WasmEdge::new("interpreter", Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wat::parse_str("(module)").expect("a module")).expect("a module");
    let refused = runtime.save(&module, &scratch("artifact")).expect_err("a failure");
    assert_eq!(refused.kind, FailureKind::Unsupported);
    assert!(WasmEdge::new("interpreter", Source::Artifact, &[]).is_err());
}

/// The host's files are the host's: WASI neither closes them nor keeps copies.
#[test]
fn wasi_leaves_descriptors_alone() {
    let wasm = wat::parse_str(
        r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
            (memory (export "memory") 1) (func (export "_start")))"#,
    )
    .expect("a module");
    let runtime = Alone::new("interpreter", Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wasm).expect("a module");
    let host = host();
    for _ in 0..10 {
        let mut instance = runtime.instantiate(&module, &Entry::Command, &host).expect("an instance");
        assert_eq!(Alone::call(&mut instance, 0), Ok(0));
    }
    let stdout = host.stdout.metadata().expect("stdout, still open").ino();
    let open = std::fs::read_dir("/proc/self/fd").expect("a folder");
    let of_stdout =
        open.flatten().filter(|fd| std::fs::metadata(fd.path()).is_ok_and(|file| file.ino() == stdout));
    assert_eq!(of_stdout.count(), 1);
}
