//! wasmark's adapter for V8: the isolates that edge platforms are compared by. V8 comes from the library of MiniRacer,
//! which exports its C++ symbols; the shim beside this code says what of them is used. V8 has no WASI.

mod configuration;
mod failure;
mod imports;
mod instance;
mod module;
mod place;
mod process;
mod shim;
mod types;

use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use wasmark_adapter::{
    CallPath, Describe, Description, Entry, Failure, Host, Result, Runtime, Settings, Source, Stub, Value,
};

pub use instance::Instance;
pub use module::Module;

use crate::{
    configuration::{Known, Placement},
    imports::Imports,
    module::Detached,
    place::{Entered, Isolate, Place},
    types::Types,
};

/// V8 in one configuration.
pub struct V8 {
    configuration: &'static Known,
    home: Home,
}

/// The engine's own isolate and context, and what instances are made with.
struct Home {
    placement: Placement,
    stubs: Vec<Stub>,
    imports: Imports,
    types: Types,
    place: Rc<Place>,
    _entered: Entered,
}

impl V8 {
    /// An isolate of this thread's own, where V8 has started.
    fn started(configuration: &'static Known, stubs: &[Stub]) -> Result<V8> {
        let isolate = Isolate::new();
        let _entered = Entered::new(&isolate);
        let place = Place::new(&isolate)?;
        let imports = Imports::new(&place, stubs)?;
        let types = Types::new(&place)?;
        let placement = configuration.placement;
        let home = Home { placement, stubs: stubs.to_vec(), imports, types, place, _entered };
        Ok(V8 { configuration, home })
    }
}

/// A module's native code for further threads, each of which has an isolate of its own.
pub struct Shared {
    configuration: &'static Known,
    stubs: Vec<Stub>,
    module: Detached,
}

impl Describe for V8 {
    fn describe() -> Description {
        Description {
            runtime: "v8".to_owned(),
            version: process::version(),
            // The library is MiniRacer's (ISC).
            licence: "BSD-3-Clause AND ISC".to_owned(),
            configurations: configuration::describe(),
        }
    }
}

impl Runtime for V8 {
    type Module = Module;
    type Instance = Instance;
    type Shared = Shared;

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        let configuration = configuration::find(configuration, source)?;
        process::start(configuration.start)?;
        V8::started(configuration, stubs)
    }

    fn resolved(&self) -> Settings {
        self.configuration.resolved()
    }

    fn needs(&self) -> Vec<PathBuf> {
        // Read and not mapped.
        process::icu().into_iter().collect()
    }

    fn compile(&self, wasm: &[u8]) -> Result<Module> {
        let module = Module::new(&self.home.place, self.home.place.compile(wasm)?);
        match self.home.placement {
            Placement::Shared | Placement::Context => Ok(module),
            Placement::Isolate => module.for_isolates(),
        }
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        module.save(to)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        Module::load(&self.home.place, artifact)
    }

    fn instantiate(&self, module: &Module, entry: &Entry, _: &Host) -> Result<Instance> {
        Instance::new(&self.home, module, entry)
    }

    fn share(&self, module: &Module) -> Result<Shared> {
        // An isolate that finds no room for a memory collects its own garbage, and not that of other threads' isolates.
        if self.configuration.start.guard_pages() {
            return Err(Failure::unsupported(
                "make instances on several threads: V8's sandbox has room for the guard pages of about a hundred \
                 memories, which the garbage of one thread's isolate uses up for the others",
            ));
        }
        let module = module.detached()?;
        Ok(Shared { configuration: self.configuration, stubs: self.home.stubs.clone(), module })
    }

    fn join(shared: &Shared) -> Result<(Self, Module)> {
        let runtime = V8::started(shared.configuration, &shared.stubs)?;
        let module = Module::adopted(&runtime.home.place, shared.module)?;
        Ok((runtime, module))
    }

    #[inline]
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
