//! WAMR for tests that share a process.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Result, Runtime,
    Settings, Source, Stub, Value,
};
use wasmark_wamr::{Instance, Module, Prepared, Shared, Wamr};

use crate::worker;

/// WAMR as the tests use it: one at a time in this process (its signal handlers are the process's), compiling ahead
/// of time in another process.
pub struct Alone {
    pub wamr: Wamr,
    /// The configuration, where it compiles in another process.
    compiles_apart: Option<String>,
    stubs: Vec<Stub>,
    /// On the threads that join, `None`: the first one has the turn as long as they live.
    _turn: Option<MutexGuard<'static, ()>>,
}

/// A module, or the failure that WAMR finds earlier than the tests look for it.
pub struct Early {
    module: std::result::Result<Module, Failure>,
    artifact: Vec<u8>,
}

impl Describe for Alone {
    fn describe() -> Description {
        Wamr::describe()
    }
}

impl Runtime for Alone {
    type Module = Early;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let apart = spec.configuration.starts_with("aot") && spec.source == Source::Wasm;
        let compiles_apart = apart.then(|| spec.configuration.to_owned());
        let source = if apart { Source::Artifact } else { spec.source };
        Ok(Alone {
            wamr: Wamr::new(&EngineSpec { source, ..*spec })?,
            compiles_apart,
            stubs: spec.stubs.to_vec(),
            _turn: Some(turn),
        })
    }

    fn resolved(&self) -> Settings {
        self.wamr.resolved()
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Early> {
        let (module, artifact) = if let Some(configuration) = &self.compiles_apart {
            let path = worker::scratch("ahead");
            let compiled = worker::precompile(configuration, wasm, &self.stubs, &path);
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

    fn prepare(&self, module: Early, entry: &Entry) -> Result<Prepared> {
        self.wamr.prepare(module.module?, entry)
    }

    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        self.wamr.instantiate(prepared, host)
    }

    fn share(&self, prepared: &Prepared) -> Result<Shared> {
        self.wamr.share(prepared)
    }

    fn join(shared: &Shared, entry: &Entry) -> Result<(Self, Prepared)> {
        let (wamr, prepared) = Wamr::join(shared, entry)?;
        Ok((Alone { wamr, compiles_apart: None, stubs: Vec::new(), _turn: None }, prepared))
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        Wamr::call(instance, argument)
    }

    fn results(instance: &Instance) -> Vec<Value> {
        Wamr::results(instance)
    }

    fn call_path(instance: &Instance) -> CallPath {
        Wamr::call_path(instance)
    }
}
