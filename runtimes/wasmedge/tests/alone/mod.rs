//! WasmEdge for tests.

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Mutex, MutexGuard, PoisonError},
};

use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Host, Result, Runtime, Settings, Source, Value,
    protocol::Invocation,
};
use wasmark_wasmedge::{Instance, Module, Prepared, Shared, WasmEdge};

/// WasmEdge as the tests use it: one at a time in this process (compiled code sets and resets signal handlers), and
/// what was compiled ahead of time is loaded at once.
pub struct Alone {
    pub wasmedge: WasmEdge,
    compiler: Option<WasmEdge>,
    /// On the threads that join, `None`: the first one has the turn as long as they live.
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Describe for Alone {
    fn describe() -> Description {
        WasmEdge::describe()
    }
}

impl Runtime for Alone {
    type Module = (Module, Option<PathBuf>);
    type Prepared = Rc<Prepared>;
    type Instance = Instance;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        if spec.configuration.starts_with("aot") && spec.source == Source::Wasm {
            let wasmedge = WasmEdge::new(&EngineSpec { source: Source::Artifact, ..*spec })?;
            return Ok(Alone { wasmedge, compiler: Some(WasmEdge::new(spec)?), _turn: Some(turn) });
        }
        Ok(Alone { wasmedge: WasmEdge::new(spec)?, compiler: None, _turn: Some(turn) })
    }

    fn resolved(&self) -> Settings {
        self.wasmedge.resolved()
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Self::Module> {
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

    fn prepare(&self, module: Self::Module, entry: &Entry) -> Result<Rc<Prepared>> {
        self.wasmedge.prepare(module.0, entry)
    }

    fn instantiate(&self, prepared: &Rc<Prepared>, host: &Host) -> Result<Instance> {
        self.wasmedge.instantiate(prepared, host)
    }

    fn share(&self, prepared: &Rc<Prepared>) -> Result<Shared> {
        self.wasmedge.share(prepared)
    }

    fn join(shared: &Shared, entry: &Entry) -> Result<(Self, Rc<Prepared>)> {
        let (wasmedge, prepared) = WasmEdge::join(shared, entry)?;
        Ok((Alone { wasmedge, compiler: None, _turn: None }, prepared))
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        WasmEdge::call(instance, argument)
    }

    fn results(instance: &Instance) -> Vec<Value> {
        WasmEdge::results(instance)
    }

    fn call_path(instance: &Instance) -> CallPath {
        WasmEdge::call_path(instance)
    }
}

/// A file for this test alone.
pub fn scratch(name: &str) -> PathBuf {
    let test = std::thread::current().name().unwrap_or_default().replace("::", "-");
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wasmedge-{}-{test}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

pub fn host() -> Host {
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    Host::new(&invocation, &[]).expect("a host")
}
