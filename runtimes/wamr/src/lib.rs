//! wasmark's adapter for WAMR, the WebAssembly Micro Runtime.
//!
//! WAMR's interpreters and compilers exclude each other within one library, so the worker has one library for each
//! variant and opens the one that its job needs. Code is compiled ahead of time in a process that only compiles, and runs in one that never loads LLVM, as on the devices that WAMR is for.

mod configuration;
mod engine;
mod entry;
mod failure;
mod imports;
mod instance;
mod module;

use std::path::Path;

use wasmark_adapter::{
    Describe, Description, EngineSpec, Entry, Failure, FailureKind, Host, Result, Runtime, Settings, Source,
    Value,
};

pub use instance::Instance;
pub use module::{Module, Prepared};

use crate::{
    configuration::{CONFIGURATIONS, Compiler, ConfigurationSpec, THREAD_STACK},
    engine::Engine,
    module::with_compiler_stack,
};

/// WAMR in one configuration.
pub struct Wamr {
    configuration: &'static ConfigurationSpec,
    engine: Engine,
}

/// A loaded module for further threads, and what they start the runtime with.
pub struct Shared {
    configuration: &'static ConfigurationSpec,
    variant: &'static str,
    prepared: Prepared,
}

impl Describe for Wamr {
    fn describe() -> Description {
        Description {
            runtime: "wamr".to_owned(),
            version: engine::version().unwrap_or_else(|failure| format!("unknown ({failure})")),
            licence: "Apache-2.0 WITH LLVM-exception".to_owned(),
            configurations: CONFIGURATIONS.iter().map(ConfigurationSpec::describe).collect(),
        }
    }
}

impl Runtime for Wamr {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = Shared;

    const STACK: Option<usize> = Some(THREAD_STACK);

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let configuration = configuration::find(spec.configuration)?;
        let variant = configuration.variant(spec.source)?;
        let engine = Engine::start(variant)?;
        if configuration.segue() && spec.source == Source::Artifact && !engine.runs_segue() {
            return Err(Failure::unsupported(
                "run code that finds its memory by a segment register: the machine that WAMR was built on cannot write it",
            ));
        }
        imports::provide(engine.api, spec.stubs)?;
        Ok(Wamr { configuration, engine })
    }

    fn resolved(&self) -> Settings {
        configuration::resolved(self.configuration, &self.engine)
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        // WAMR changes the bytes and keeps them.
        let mut load = || module::load(&self.engine, std::mem::take(wasm));
        match self.configuration.compiler {
            Compiler::None | Compiler::FastJit => load().map(Module::Loaded),
            Compiler::LlvmJit { .. } => with_compiler_stack(load).map(Module::Loaded),
            Compiler::LlvmApart => {
                let module = load()?;
                with_compiler_stack(|| module::compile(&module, self.configuration)).map(Module::Artifact)
            }
        }
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        match module {
            Module::Artifact(bytes) => Ok(std::fs::write(to, bytes)?),
            Module::Loaded(_) => {
                Err(Failure::unsupported(format!("WAMR's {} has no artifacts", self.configuration.name)))
            }
        }
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        let bytes = std::fs::read(artifact)?;
        // WAMR's loader takes modules, too, and would interpret them.
        if !bytes.starts_with(b"\0aot") {
            return Err(Failure::new(FailureKind::Invalid, "not an artifact of WAMR's; compile it again"));
        }
        module::load(&self.engine, bytes).map(Module::Loaded)
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        Prepared::new(module, entry)
    }

    #[inline(always)]
    fn instantiate(&self, prepared: &Prepared, host: &Host) -> Result<Instance> {
        Instance::new(prepared, self.configuration.wasm_stack, host)
    }

    fn share(&self, prepared: &Prepared) -> Result<Shared> {
        if let Some(why) = self.configuration.one_thread() {
            return Err(Failure::unsupported(why));
        }
        let (configuration, prepared) = (self.configuration, prepared.clone());
        Ok(Shared { configuration, variant: self.engine.variant(), prepared })
    }

    fn join(shared: &Shared, _: &Entry) -> Result<(Self, Prepared)> {
        // Counts, and makes this thread ready. Imports are the process's, and were provided before the module was
        // loaded.
        let engine = Engine::start(shared.variant)?;
        let runtime = Wamr { configuration: shared.configuration, engine };
        Ok((runtime, shared.prepared.clone()))
    }

    #[inline(always)]
    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        instance.call(argument)
    }

    fn results(instance: &Instance) -> Vec<Value> {
        instance.results()
    }
}
