//! V8 for tests that share a process.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Host, Result, Runtime, Settings, Value,
};
use wasmark_v8::{Instance, Module, Prepared, Shared, V8};

/// V8 as the tests use it: one engine at a time, so that what one times is not what another does.
pub struct Alone {
    v8: V8,
    /// On the threads that join, `None`: the first one has the turn as long as they live.
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Describe for Alone {
    fn describe() -> Description {
        V8::describe()
    }
}

impl Runtime for Alone {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Alone { v8: V8::new(spec)?, _turn: Some(turn) })
    }

    fn resolved(&self) -> Settings {
        self.v8.resolved()
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        self.v8.compile(wasm)
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        self.v8.save(module, to)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        self.v8.load(artifact)
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        self.v8.prepare(module, entry)
    }

    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        self.v8.instantiate(prepared, host)
    }

    fn share(&self, prepared: &Prepared) -> Result<Shared> {
        self.v8.share(prepared)
    }

    fn join(shared: &Shared, entry: &Entry) -> Result<(Self, Prepared)> {
        let (v8, prepared) = V8::join(shared, entry)?;
        Ok((Alone { v8, _turn: None }, prepared))
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        V8::call(instance, argument)
    }

    fn results(instance: &Instance) -> Vec<Value> {
        V8::results(instance)
    }

    fn call_path(instance: &Instance) -> CallPath {
        V8::call_path(instance)
    }
}
