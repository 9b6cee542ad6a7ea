//! What all instances share.

use std::ptr;

use wasmark_adapter::{Result, Stub};
use wasmedge_sys::ffi;

use crate::{
    c::{
        context::{self, Configure, Executor, Statistics},
        home::Home,
        log,
    },
    configuration::{self, Known},
    imports::Imports,
    module::Loaded,
};

/// WasmEdge with its settings, and the host's functions.
pub struct Engine {
    pub configuration: &'static Known,
    pub settings: Configure,
    /// Shared by all instances, but where an instance needs its own.
    pub imports: Imports,
    pub stubs: Vec<Stub>,
    executor: Executor,
    // Outlives the executor, which writes to it.
    statistics: Option<Statistics>,
}

impl Engine {
    /// Afterwards the host's functions exist, and an executor.
    pub fn new(configuration: &'static Known, stubs: &[Stub]) -> Result<Engine> {
        log::silence();
        let settings = configuration::settings(configuration)?;
        // SAFETY: new contexts; the settings live during the call, the statistics as long as the executor.
        unsafe {
            // Without statistics to write to an executor measures nothing, whatever its settings say.
            let measures = ffi::WasmEdge_ConfigureStatisticsIsCostMeasuring(settings.get());
            let statistics =
                measures.then(|| Statistics::own(ffi::WasmEdge_StatisticsCreate())).transpose()?;
            let to = statistics.as_ref().map_or(ptr::null_mut(), Statistics::get);
            let executor = Executor::own(ffi::WasmEdge_ExecutorCreate(settings.get(), to))?;
            let imports = Imports::new(stubs)?;
            Ok(Engine { configuration, settings, imports, stubs: stubs.to_vec(), executor, statistics })
        }
    }

    /// What all calls have cost so far; `None` where that is not measured.
    pub fn cost(&self) -> Option<u64> {
        // SAFETY: the statistics live.
        self.statistics.as_ref().map(|it| unsafe { ffi::WasmEdge_StatisticsGetTotalCost(it.get()) })
    }

    /// Imports of an instance's own, where a stub has a state.
    pub fn own_imports(&self) -> Result<Option<Imports>> {
        self.stubs.iter().any(Stub::has_state).then(|| Imports::new(&self.stubs)).transpose()
    }

    /// Instantiates a module with what it imports, WASI where it is given.
    ///
    /// # Safety
    /// The imports and WASI live as long as the instance.
    pub unsafe fn instantiate(
        &self,
        module: &Loaded,
        imports: &Imports,
        wasi: Option<&context::Instance>,
    ) -> Result<Home> {
        let imports = module.imports_from.iter().filter_map(|name| imports.named(name));
        let imports = wasi.into_iter().chain(imports);
        // SAFETY: an instance keeps this engine; of the imports the caller promises it.
        unsafe {
            if self.configuration.compiles_per_instance() {
                Home::vm(&self.settings, &module.ast, imports)
            } else {
                Home::store(&self.executor, &module.ast, imports)
            }
        }
    }
}
