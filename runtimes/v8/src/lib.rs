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
    CallPath, Describe, Description, Entry, Host, Result, Runtime, Settings, Source, Stub, Value,
};

pub use instance::Instance;
pub use module::Module;

use crate::{
    configuration::{Known, Placement},
    imports::Imports,
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

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        let configuration = configuration::find(configuration, source)?;
        process::start(configuration.start)?;
        let isolate = Isolate::new();
        let _entered = Entered::new(&isolate);
        let place = Place::new(&isolate)?;
        let imports = Imports::new(&place, stubs)?;
        let types = Types::new(&place)?;
        let placement = configuration.placement;
        let home = Home { placement, stubs: stubs.to_vec(), imports, types, place, _entered };
        Ok(V8 { configuration, home })
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
            Placement::Isolate => module.shared(),
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
