//! What all instances share, and the two ways to make one.

use std::ptr;

use wasmark_adapter::{Failure, Result, Stub};
use wasmedge_sys::ffi;

use crate::{
    configuration::{self, Known},
    context::{self, Configure, Executor, Statistics, Store, Vm, check},
    imports::Imports,
    log,
    module::Loaded,
};

/// WasmEdge with its settings, and the host's functions.
pub struct Engine {
    pub configuration: &'static Known,
    pub settings: Configure,
    pub imports: Imports,
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
            Ok(Engine { configuration, settings, imports, executor, statistics })
        }
    }

    /// What all calls have cost so far; `None` where that is not measured.
    pub fn cost(&self) -> Option<u64> {
        // SAFETY: the statistics live.
        self.statistics.as_ref().map(|it| unsafe { ffi::WasmEdge_StatisticsGetTotalCost(it.get()) })
    }

    /// Instantiates a module, with WASI where it is given.
    pub fn instantiate(&self, module: &Loaded, wasi: Option<&context::Instance>) -> Result<Home> {
        let shared = module.imports_from.iter().filter_map(|name| self.imports.named(name));
        let imports = wasi.into_iter().chain(shared);
        if self.configuration.compiles_per_instance() {
            self.compile_and_instantiate(module, imports)
        } else {
            self.only_instantiate(module, imports)
        }
    }

    fn only_instantiate<'a>(
        &self,
        module: &Loaded,
        imports: impl Iterator<Item = &'a context::Instance>,
    ) -> Result<Home> {
        let executor = self.executor.get();
        // SAFETY: contexts that live; the imports live as long as the instance.
        unsafe {
            let store = Store::own(ffi::WasmEdge_StoreCreate())?;
            for import in imports {
                check(ffi::WasmEdge_ExecutorRegisterImport(executor, store.get(), import.get()))?;
            }
            let mut instance = ptr::null_mut();
            check(ffi::WasmEdge_ExecutorInstantiate(executor, &mut instance, store.get(), module.ast.get()))?;
            Ok(Home::Store { executor, instance: context::Instance::own(instance)?, _store: store })
        }
    }

    /// WasmEdge's compiler to memory is reached in this way alone: it compiles when a VM instantiates what it has
    /// loaded, a VM has one instance, and its compiled module cannot be given to another.
    fn compile_and_instantiate<'a>(
        &self,
        module: &Loaded,
        imports: impl Iterator<Item = &'a context::Instance>,
    ) -> Result<Home> {
        // SAFETY: contexts that live; the imports live as long as the instance.
        unsafe {
            let vm = Vm::own(ffi::WasmEdge_VMCreate(self.settings.get(), ptr::null_mut()))?;
            for import in imports {
                check(ffi::WasmEdge_VMRegisterModuleFromImport(vm.get(), import.get()))?;
            }
            check(ffi::WasmEdge_VMLoadWasmFromASTModule(vm.get(), module.ast.get()))?;
            check(ffi::WasmEdge_VMValidate(vm.get()))?;
            log::compiled(|| check(ffi::WasmEdge_VMInstantiate(vm.get())))?;
            if ffi::WasmEdge_VMGetActiveModule(vm.get()).is_null() {
                return Err(Failure::engine("WasmEdge's VM has no instance"));
            }
            Ok(Home::Vm(vm))
        }
    }
}

/// What holds an instance of a module. Fields drop in their order.
pub enum Home {
    /// The engine's executor and a store of the instance's own.
    Store { executor: *mut ffi::WasmEdge_ExecutorContext, instance: context::Instance, _store: Store },
    /// A VM.
    Vm(Vm),
}

impl Home {
    /// What calls the instance's functions.
    pub fn executor(&self) -> *mut ffi::WasmEdge_ExecutorContext {
        match self {
            Home::Store { executor, .. } => *executor,
            // SAFETY: the VM lives, and owns the executor.
            Home::Vm(vm) => unsafe { ffi::WasmEdge_VMGetExecutorContext(vm.get()) },
        }
    }

    /// The instance.
    pub fn instance(&self) -> *const ffi::WasmEdge_ModuleInstanceContext {
        match self {
            Home::Store { instance, .. } => instance.get(),
            // SAFETY: the VM lives, and owns the instance.
            Home::Vm(vm) => unsafe { ffi::WasmEdge_VMGetActiveModule(vm.get()) },
        }
    }
}
