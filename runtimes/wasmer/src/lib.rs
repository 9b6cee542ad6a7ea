//! wasmark's adapter for wasmer: Cranelift, artifacts in an engine without a compiler, and `wasmer-wasix` for
//! commands. Kernels pay for none of WASI. Nothing here caches on disk: wasmer's library does so only when told to.

mod failure;
mod stdio;
mod wasi;

use std::{num::NonZero, path::Path, sync::OnceLock};

use wasmark_adapter::{
    Configuration, Description, Entry, Failure, FailureKind, Host, Purpose, Result, Runtime, Settings, Source, Stub, Tier,
};
use wasmer::{
    Engine, Imports, Store, TypedFunction, WasmTypeList,
    sys::{Cranelift, EngineBuilder},
};

const CONFIGURATION: &str = "cranelift";

/// What Cranelift in wasmer runs beyond WebAssembly 1.0.
const PROPOSALS: [&str; 12] = [
    "bulk-memory",
    "exceptions",
    "extended-const",
    "multi-memory",
    "multi-value",
    "mutable-global",
    "reference-types",
    "relaxed-simd",
    "saturating-float-to-int",
    "sign-extension",
    "simd",
    "wide-arithmetic",
];

/// wasmer with Cranelift, or without a compiler where it runs artifacts.
pub struct Wasmer {
    engine: Engine,
    /// Made by the first instance that needs it: wasmer's users pay for it when they instantiate.
    wasi: OnceLock<wasi::System>,
}

/// A compiled module.
pub struct Module {
    module: wasmer::Module,
    wasi: bool,
}

/// An instance in a store of its own: wasmer frees an instance's memory when its store goes.
pub enum Instance {
    /// An instance without WASI.
    Kernel {
        /// The store.
        store: Store,
        /// The entry.
        run: TypedFunction<i32, i64>,
    },
    /// An instance with WASI, whatever its entry.
    Wasi(wasi::Instance),
}

impl Wasmer {
    fn module(module: wasmer::Module) -> Module {
        let wasi = module.imports().any(|import| import.module() == "wasi_snapshot_preview1");
        Module { module, wasi }
    }
}

impl Runtime for Wasmer {
    type Module = Module;
    type Instance = Instance;

    fn describe() -> Description {
        Description {
            runtime: "wasmer".to_owned(),
            version: wasmer_types::VERSION.to_owned(),
            licence: "MIT".to_owned(),
            configurations: vec![Configuration {
                name: CONFIGURATION.to_owned(),
                tier: Tier::Optimizing,
                about: "Cranelift; a store for each instance (the default)".to_owned(),
                starts_from: vec![Source::Wasm, Source::Artifact],
                proposals: PROPOSALS.map(str::to_owned).to_vec(),
                wasi: true,
                purposes: vec![Purpose::Default],
                licence: None,
            }],
        }
    }

    fn new(configuration: &str, source: Source, stubs: &[Stub]) -> Result<Self> {
        if !stubs.is_empty() {
            return Err(Failure::unsupported("this adapter has no stubs yet"));
        }

        if configuration != CONFIGURATION {
            return Err(Failure::unsupported(format!(
                "wasmer has no configuration {configuration:?}: choose {CONFIGURATION}"
            )));
        }
        let builder = match source {
            Source::Wasm => {
                let mut compiler = Cranelift::new();
                compiler.num_threads(NonZero::<usize>::MIN);
                EngineBuilder::new(compiler)
            }
            Source::Artifact => EngineBuilder::headless(),
            Source::Linked => return Err(Failure::unsupported("wasmer runs modules, not linked code")),
        };
        Ok(Wasmer { engine: builder.engine().into(), wasi: OnceLock::new() })
    }

    fn resolved(&self) -> Settings {
        use wasmer::sys::NativeEngineExt;
        let target = self.engine.target();
        let features = target.cpu_features().iter().map(|feature| feature.to_string());
        [
            // Names the compiler and its optimisation level.
            ("compiler", self.engine.deterministic_id()),
            ("compile_threads", "1".to_owned()),
            ("target", target.triple().to_string()),
            ("cpu_features", features.collect::<Vec<_>>().join(" ")),
            ("memory", "reserved with guard pages, no copy-on-write".to_owned()),
            ("stores", "one for each instance".to_owned()),
            ("metering", "none".to_owned()),
            ("wasi", "wasmer-wasix on a tokio with one worker thread".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn compile(&self, wasm: &[u8]) -> Result<Module> {
        // Functions are compiled in a pool of `num_threads`; validation and trampolines go to rayon's global one.
        // It can be made once in a process, and an error says that it was.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
        let module = wasmer::Module::from_binary(&self.engine, wasm);
        module.map(Self::module).map_err(|error| failure::of_compilation(&error))
    }

    fn save(&self, module: &Module, to: &Path) -> Result<()> {
        module.module.serialize_to_file(to).map_err(Failure::engine)
    }

    fn load(&self, artifact: &Path) -> Result<Module> {
        // SAFETY: the file is what `save` wrote; wasmer checks its structure, and trusts the code in it.
        let module = unsafe { wasmer::Module::deserialize_from_file(&self.engine, artifact) };
        module.map(Self::module).map_err(|error| failure::of_loading(&error))
    }

    fn instantiate(&self, module: &Module, entry: &Entry, host: &Host) -> Result<Instance> {
        let mut store = Store::new(self.engine.clone());
        if module.wasi {
            let system = match self.wasi.get() {
                Some(system) => system,
                None => {
                    let system = wasi::System::new(&self.engine)?;
                    self.wasi.get_or_init(|| system)
                }
            };
            return system.instantiate(&module.module, store, entry, host).map(Instance::Wasi);
        }
        let instance = wasmer::Instance::new(&mut store, &module.module, &Imports::new())
            .map_err(|error| failure::of_instantiation(&error))?;
        match entry {
            Entry::Kernel(name) => {
                let run = export(&instance, &store, name)?;
                Ok(Instance::Kernel { store, run })
            }
            // A command that prints nothing needs no WASI.
            Entry::Command => {
                let start = export(&instance, &store, "_start")?;
                Ok(Instance::Wasi(wasi::Instance::without_world(store, start)))
            }
        }
    }

    fn call(instance: &mut Instance, argument: i32) -> Result<i64> {
        match instance {
            Instance::Kernel { store, run } => {
                run.call(store, argument).map_err(|error| failure::of_trap(&error))
            }
            Instance::Wasi(instance) => instance.call(argument),
        }
    }
}

/// The export of this name and type.
fn export<Arguments: WasmTypeList, Results: WasmTypeList>(
    instance: &wasmer::Instance,
    store: &Store,
    name: &str,
) -> Result<TypedFunction<Arguments, Results>> {
    instance
        .exports
        .get_typed_function(store, name)
        .map_err(|error| Failure::new(FailureKind::Export, format_args!("find `{name}`: {error}")))
}
