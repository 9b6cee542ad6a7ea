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
    entry::{Any, TypedEntry, Wide},
    imports::Imports,
    prepared::Prepared,
};

/// An instance and what it alone imports: WASI, and stubs with a state. Fields drop in this order.
pub struct Instance {
    entry: TypedEntry,
    home: Home,
    own: Option<Box<Own>>,
    _prepared: Rc<Prepared>,
}

/// Of one instance. In a box, so that an instance without it is no larger for it.
struct Own {
    wasi: Option<context::Instance>,
    _imports: Option<Imports>,
}

impl Instance {
    /// Instantiates a module, initialises a reactor, and looks the entry up.
    #[inline(always)]
    pub fn new(prepared: &Rc<Prepared>, shown: &Host) -> Result<Instance> {
        let own_imports = prepared.own_imports()?;
        let imports = own_imports.as_ref().unwrap_or(&prepared.imports);
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
        let own =
            (wasi.is_some() || own_imports.is_some()).then(|| Box::new(Own { wasi, _imports: own_imports }));
        Ok(Instance { entry, home, own, _prepared: Rc::clone(prepared) })
    }

    /// Calls the entry.
    #[inline(always)]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // Where `proc_exit` ends a call, nothing is written to the result: it stays zero.
        let executor = self.home.executor();
        // SAFETY: the functions are the instance's, and their types were checked: they take and give as many values.
        unsafe {
            match &mut self.entry {
                TypedEntry::Kernel(run) => {
                    let argument = ffi::WasmEdge_ValueGenI32(argument);
                    let mut checksum = ffi::WasmEdge_ValueGenI64(0);
                    check(ffi::WasmEdge_ExecutorInvoke(executor, *run, &argument, 1, &mut checksum, 1))?;
                    Ok(ffi::WasmEdge_ValueGetI64(checksum))
                }
                TypedEntry::Command(start) => {
                    // `proc_exit` ends the call without being a failure.
                    check(invoke(executor, *start, &[], &mut []))?;
                    let wasi = self.own.as_ref().and_then(|own| own.wasi.as_ref());
                    let code = wasi.map(|wasi| ffi::WasmEdge_ModuleInstanceWASIGetExitCode(wasi.get()));
                    Ok(i64::from(code.unwrap_or(0) as i32))
                }
                TypedEntry::Any(any) => {
                    let Any { function, arguments, result } = &**any;
                    let Some(of) = *result else {
                        check(invoke(executor, *function, arguments, &mut []))?;
                        return Ok(0);
                    };
                    let mut result = [value::zero(of)];
                    check(invoke(executor, *function, arguments, &mut result))?;
                    Ok(value::read(result[0], of).map_or(0, Value::bits))
                }
                TypedEntry::Wide(wide) => {
                    let Wide { function, arguments, results, .. } = &mut **wide;
                    check(invoke(executor, *function, arguments, results))?;
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
