//! The two ways to make an instance of a decoded module, and what then holds it.

use std::ptr;

use wasmark_adapter::{Failure, Result};
use wasmedge_sys::ffi;

use super::{
    context::{Ast, Configure, Executor, Instance, Store, Vm, check},
    log,
};

/// What holds an instance of a module. Fields drop in their order.
pub enum Home {
    /// An executor that others share, and a store of the instance's own.
    Store { executor: *mut ffi::WasmEdge_ExecutorContext, instance: Instance, _store: Store },
    /// A VM.
    Vm(Vm),
}

impl Home {
    /// Instantiates a module with what it imports.
    ///
    /// # Errors
    /// WasmEdge's.
    ///
    /// # Safety
    /// The executor and the imports live as long as the instance.
    pub unsafe fn store<'a>(
        executor: &Executor,
        module: &Ast,
        imports: impl Iterator<Item = &'a Instance>,
    ) -> Result<Home> {
        let executor = executor.get();
        // SAFETY: contexts that live.
        unsafe {
            let store = Store::own(ffi::WasmEdge_StoreCreate())?;
            for import in imports {
                check(ffi::WasmEdge_ExecutorRegisterImport(executor, store.get(), import.get()))?;
            }
            let mut instance = ptr::null_mut();
            check(ffi::WasmEdge_ExecutorInstantiate(executor, &mut instance, store.get(), module.get()))?;
            Ok(Home::Store { executor, instance: Instance::own(instance)?, _store: store })
        }
    }

    /// Compiles and instantiates a module. WasmEdge's compiler to memory is reached in this way alone: it compiles
    /// when a VM instantiates what it has loaded, a VM has one instance, and its compiled module cannot be given to
    /// another.
    ///
    /// # Errors
    /// WasmEdge's, or that it would interpret the module.
    ///
    /// # Safety
    /// The imports live as long as the instance.
    pub unsafe fn vm<'a>(
        settings: &Configure,
        module: &Ast,
        imports: impl Iterator<Item = &'a Instance>,
    ) -> Result<Home> {
        // SAFETY: contexts that live.
        unsafe {
            let vm = Vm::own(ffi::WasmEdge_VMCreate(settings.get(), ptr::null_mut()))?;
            for import in imports {
                check(ffi::WasmEdge_VMRegisterModuleFromImport(vm.get(), import.get()))?;
            }
            check(ffi::WasmEdge_VMLoadWasmFromASTModule(vm.get(), module.get()))?;
            check(ffi::WasmEdge_VMValidate(vm.get()))?;
            log::compiled(|| check(ffi::WasmEdge_VMInstantiate(vm.get())))?;
            if ffi::WasmEdge_VMGetActiveModule(vm.get()).is_null() {
                return Err(Failure::engine("WasmEdge's VM has no instance"));
            }
            Ok(Home::Vm(vm))
        }
    }

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
