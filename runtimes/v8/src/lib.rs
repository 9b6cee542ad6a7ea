//! wasmark's adapter for V8: the isolates that edge platforms are compared by. V8 comes from the library of MiniRacer,
//! which exports its C++ symbols; the shim beside this code lists those that are used. V8 has no WASI.

mod configuration;
mod context;
mod entry;
mod failure;
mod imports;
mod instance;
mod module;
mod prepared;
mod process;
mod shim;
mod types;

use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use wasmark_adapter::{
    CallPath, Describe, Description, EngineSpec, Entry, Failure, Host, Result, Runtime, Settings, Stub, Value,
};

pub use instance::Instance;
pub use module::Module;
pub use prepared::Prepared;

use crate::{configuration::ConfigurationSpec, context::Context, module::Detached};

/// V8 in one configuration, with an isolate and a context of its own.
pub struct V8 {
    configuration: &'static ConfigurationSpec,
    stubs: Vec<Stub>,
    context: Rc<Context>,
}

impl V8 {
    /// An isolate of this thread's own, where V8 has started.
    fn started(configuration: &'static ConfigurationSpec, stubs: &[Stub]) -> Result<V8> {
        Ok(V8 { configuration, stubs: stubs.to_vec(), context: Context::entered()? })
    }
}

/// A module's native code for further threads, each of which has an isolate of its own.
pub struct Shared {
    configuration: &'static ConfigurationSpec,
    stubs: Vec<Stub>,
    module: Detached,
}

impl Describe for V8 {
    fn describe() -> Description {
        Description {
            runtime: "v8".to_owned(),
            version: shim::version(),
            // The library is MiniRacer's (ISC).
            licence: "BSD-3-Clause AND ISC".to_owned(),
            configurations: configuration::describe(),
        }
    }
}

impl Runtime for V8 {
    type Module = Module;
    type Prepared = Prepared;
    type Instance = Instance;
    type Shared = Shared;

    fn new(spec: &EngineSpec<'_>) -> Result<Self> {
        let configuration = configuration::find(spec.configuration, spec.source)?;
        process::start(configuration.start)?;
        V8::started(configuration, spec.stubs)
    }

    fn resolved(&self) -> Settings {
        self.configuration.resolved()
    }

    fn needs(&self) -> Vec<PathBuf> {
        // Read and not mapped.
        process::icu().into_iter().collect()
    }

    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Module> {
        Ok(Module::new(&self.context, self.context.compile(wasm)?))
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        module.save(to)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        Module::load(&self.context, artifact)
    }

    fn prepare(&self, module: Module, entry: &Entry) -> Result<Prepared> {
        Prepared::new(self.configuration, module, &self.stubs, entry)
    }

    #[inline(always)]
    fn instantiate(&self, prepared: &Prepared, _: &Host) -> Result<Instance> {
        Instance::new(prepared)
    }

    fn share(&self, prepared: &Prepared) -> Result<Shared> {
        // An isolate that finds no room for a memory collects its own garbage, and not that of other threads' isolates.
        if self.configuration.start.guard_pages() {
            return Err(Failure::unsupported(
                "make instances on several threads: V8's sandbox has room for the guard pages of about a hundred \
                 memories, which the garbage of one thread's isolate uses up for the others",
            ));
        }
        let module = prepared.module.detached();
        Ok(Shared { configuration: self.configuration, stubs: self.stubs.clone(), module })
    }

    fn join(shared: &Shared, entry: &Entry) -> Result<(Self, Prepared)> {
        let runtime = V8::started(shared.configuration, &shared.stubs)?;
        let module = Module::adopted(&runtime.context, shared.module)?;
        let prepared = runtime.prepare(module, entry)?;
        Ok((runtime, prepared))
    }

    #[inline(always)]
    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        instance.call(argument)
    }

    fn results(instance: &Instance) -> Vec<Value> {
        instance.results()
    }

    /// Calls come from JavaScript, which checks and converts the values in each.
    fn call_path(_: &Instance) -> CallPath {
        CallPath::Untyped
    }
}
