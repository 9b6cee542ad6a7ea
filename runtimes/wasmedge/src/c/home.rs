//! The two ways to make an instance of a decoded module, and what then holds it.

use std::ptr;

use wasmark_adapter::{Failure, Result};
use wasmedge_sys::ffi;

use super::{
    context::{Ast, Configure, Executor, Instance, Store, Vm, check},
    log,
};

/// A store where instances find these imports.
///
/// # Errors
/// WasmEdge's.
pub fn store<'a>(executor: &Executor, imports: impl Iterator<Item = &'a Instance>) -> Result<Store> {
    // SAFETY: contexts that live; an import that is deleted leaves the stores that know it.
    unsafe {
        let store = Store::own(ffi::WasmEdge_StoreCreate())?;
        for import in imports {
            check(ffi::WasmEdge_ExecutorRegisterImport(executor.get(), store.get(), import.get()))?;
        }
        Ok(store)
    }
}

/// What holds an instance of a module. Fields drop in their order.
pub enum Home {
    /// An executor that others share, and the store where the instance found what it imports, if that is its own.
    Store { executor: *mut ffi::WasmEdge_ExecutorContext, instance: Instance, _store: Option<Store> },
    /// A VM.
    Vm(Vm),
}

impl Home {
    /// Instantiates a module with what it imports from a store, which others may share: the instance itself gets no
    /// name in it.
    ///
    /// # Errors
    /// WasmEdge's.
    ///
    /// # Safety
    /// The executor, the store and the imports live as long as the instance.
    #[inline(always)]
    pub unsafe fn shared(executor: &Executor, module: &Ast, store: &Store) -> Result<Home> {
        let (executor, mut instance) = (executor.get(), ptr::null_mut());
        // SAFETY: contexts that live.
        unsafe {
            check(ffi::WasmEdge_ExecutorInstantiate(executor, &mut instance, store.get(), module.get()))?;
            Ok(Home::Store { executor, instance: Instance::own(instance)?, _store: None })
        }
    }

    /// The same with a store of the instance's own.
    ///
    /// # Errors
    /// As [`Home::shared`].
    ///
    /// # Safety
    /// The executor and the imports live as long as the instance.
    pub unsafe fn apart<'a>(
        executor: &Executor,
        module: &Ast,
        imports: impl Iterator<Item = &'a Instance>,
    ) -> Result<Home> {
        let own = store(executor, imports)?;
        // SAFETY: the store lives as long as the instance; of the others the caller promises it.
        let mut home = unsafe { Home::shared(executor, module, &own) }?;
        if let Home::Store { _store, .. } = &mut home {
            *_store = Some(own);
        }
        Ok(home)
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
    #[inline]
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
