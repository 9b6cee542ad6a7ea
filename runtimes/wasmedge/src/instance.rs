//! Instances: what WASI shows them, and their calls.

use std::rc::Rc;

use wasmark_adapter::{Host, Result, Value};
use wasmedge_sys::ffi;

use crate::{
    c::{
        context::{self, check},
        function::invoke,
        home::Home,
        host, value,
    },
    entry::{TypedEntry, Wide},
    imports::Imports,
    prepared::Prepared,
};

/// An instance and what it alone imports: WASI, and stubs with a state. Fields drop in this order.
pub struct Instance {
    entry: TypedEntry,
    executor: *mut ffi::WasmEdge_ExecutorContext,
    _home: Home,
    wasi: Option<context::Instance>,
    _imports: Option<Imports>,
    _prepared: Rc<Prepared>,
}

impl Instance {
    /// Instantiates a module, initialises a reactor, and looks the entry up.
    pub fn new(prepared: &Rc<Prepared>, shown: &Host) -> Result<Instance> {
        let own = prepared.own_imports()?;
        let imports = own.as_ref().unwrap_or(&prepared.imports);
        let wasi = if prepared.has_wasi() {
            let wasi = host::wasi(shown)?;
            imports.add_to_wasi(&wasi)?;
            Some(wasi)
        } else {
            None
        };
        // SAFETY: the instance keeps what it was made from, and drops its own imports and its WASI after itself.
        let home = unsafe { prepared.instantiate(imports, wasi.as_ref()) }?;
        let entry = prepared.entry.of(&home)?;
        let executor = home.executor();
        Ok(Instance { entry, executor, _home: home, wasi, _imports: own, _prepared: Rc::clone(prepared) })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // Where `proc_exit` ends a call, nothing is written to the result: it stays zero.
        // SAFETY: the functions are the instance's, and their types were checked: they take and give as many values.
        unsafe {
            match &mut self.entry {
                TypedEntry::Kernel(run) => {
                    let argument = ffi::WasmEdge_ValueGenI32(argument);
                    let mut checksum = ffi::WasmEdge_ValueGenI64(0);
                    check(ffi::WasmEdge_ExecutorInvoke(self.executor, *run, &argument, 1, &mut checksum, 1))?;
                    Ok(ffi::WasmEdge_ValueGetI64(checksum))
                }
                TypedEntry::Command(start) => {
                    // `proc_exit` ends the call without being a failure.
                    check(invoke(self.executor, *start, &[], &mut []))?;
                    let code = self
                        .wasi
                        .as_ref()
                        .map(|wasi| ffi::WasmEdge_ModuleInstanceWASIGetExitCode(wasi.get()));
                    Ok(i64::from(code.unwrap_or(0) as i32))
                }
                TypedEntry::Any { function, arguments, result: None } => {
                    check(invoke(self.executor, *function, arguments, &mut []))?;
                    Ok(0)
                }
                TypedEntry::Any { function, arguments, result: Some(of) } => {
                    let mut result = [value::zero(*of)];
                    check(invoke(self.executor, *function, arguments, &mut result))?;
                    Ok(value::read(result[0], *of).map_or(0, Value::bits))
                }
                TypedEntry::Wide(wide) => {
                    let Wide { function, arguments, results, .. } = &mut **wide;
                    check(invoke(self.executor, *function, arguments, results))?;
                    Ok(0)
                }
            }
        }
    }

    /// The results of the last call of a function that has several, or a vector.
    pub fn results(&self) -> Vec<Value> {
        match &self.entry {
            TypedEntry::Wide(wide) => wide.read(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) | TypedEntry::Any { .. } => Vec::new(),
        }
    }
}
