//! The loops that a user of WasmEdge would write, call for call over its C interface, with the settings of the adapter's
//! configurations and none of its code: the step-by-step use of WasmEdge's C API documentation (loader, validator,
//! executor, store). Instances have no name in the store, so that all share one. `runtimes/by_hand` describes the command
//! line.

#[path = "../../by_hand/mod.rs"]
mod by_hand;

use std::{
    ffi::{CStr, CString},
    os::unix::ffi::OsStrExt,
    ptr,
};

use by_hand::{Measure, Order, Result};
use wasmedge_sys::ffi;

/// What instances are made from.
struct Engine {
    executor: *mut ffi::WasmEdge_ExecutorContext,
    store: *mut ffi::WasmEdge_StoreContext,
    module: *mut ffi::WasmEdge_ASTModuleContext,
}

/// An instance that can be called.
struct Instance<'a> {
    engine: &'a Engine,
    instance: *mut ffi::WasmEdge_ModuleInstanceContext,
    run: *mut ffi::WasmEdge_FunctionInstanceContext,
}

fn main() -> Result<()> {
    let order = Order::read()?;
    let engine = Engine::new(&order)?;
    let instance = || Instance::new(&engine);
    let first = instance()?;
    first.call(order.cold)?;
    first.call(order.cold)?;
    drop(first);
    match &order.measure {
        Measure::Fresh(passes) => passes.time(|| instance()?.call(order.argument)),
        Measure::Reused(passes) => {
            let instance = instance()?;
            passes.time(|| instance.call(order.argument))
        }
        Measure::Memory(numbers) => numbers.hold(|| {
            let instance = instance()?;
            let returned = instance.call(order.argument)?;
            Ok((instance, returned))
        }),
    }
}

impl Engine {
    /// WasmEdge's defaults, but for the mode.
    fn new(order: &Order) -> Result<Engine> {
        let mode = match order.configuration.as_str() {
            "interpreter" => ffi::WasmEdge_RunMode_Interpreter,
            "aot" => ffi::WasmEdge_RunMode_AOT,
            _ => return Err(order.unknown()),
        };
        let path = CString::new(order.code.canonicalize()?.as_os_str().as_bytes())?;
        // SAFETY: contexts that live as long as the process; the path is a C string.
        unsafe {
            ffi::WasmEdge_LogOff();
            let settings = ffi::WasmEdge_ConfigureCreate();
            ffi::WasmEdge_ConfigureSetRunMode(settings, mode);
            let mut module = ptr::null_mut();
            let loader = ffi::WasmEdge_LoaderCreate(settings);
            check(ffi::WasmEdge_LoaderParseFromFile(loader, &mut module, path.as_ptr()))?;
            check(ffi::WasmEdge_ValidatorValidate(ffi::WasmEdge_ValidatorCreate(settings), module))?;
            let executor = ffi::WasmEdge_ExecutorCreate(settings, ptr::null_mut());
            Ok(Engine { executor, store: ffi::WasmEdge_StoreCreate(), module })
        }
    }
}

impl<'a> Instance<'a> {
    fn new(engine: &'a Engine) -> Result<Instance<'a>> {
        let Engine { executor, store, module } = *engine;
        let (name, mut instance) = (c"run", ptr::null_mut());
        // SAFETY: the engine's contexts live; the name has its length.
        unsafe {
            check(ffi::WasmEdge_ExecutorInstantiate(executor, &mut instance, store, module))?;
            let name = ffi::WasmEdge_StringWrap(name.as_ptr(), name.count_bytes() as u32);
            let run = ffi::WasmEdge_ModuleInstanceFindFunction(instance, name);
            if run.is_null() {
                return Err("the module exports no function `run`".into());
            }
            Ok(Instance { engine, instance, run })
        }
    }

    fn call(&self, argument: i32) -> Result<i64> {
        // SAFETY: `run` takes one value and returns one.
        unsafe {
            let argument = ffi::WasmEdge_ValueGenI32(argument);
            let mut returned = ffi::WasmEdge_ValueGenI64(0);
            let Instance { engine, run, .. } = self;
            check(ffi::WasmEdge_ExecutorInvoke(engine.executor, *run, &argument, 1, &mut returned, 1))?;
            Ok(ffi::WasmEdge_ValueGetI64(returned))
        }
    }
}

impl Drop for Instance<'_> {
    fn drop(&mut self) {
        // SAFETY: this value's own.
        unsafe { ffi::WasmEdge_ModuleInstanceDelete(self.instance) }
    }
}

fn check(result: ffi::WasmEdge_Result) -> Result<()> {
    // SAFETY: reads a number; the message is a static C string.
    unsafe {
        if ffi::WasmEdge_ResultOK(result) {
            return Ok(());
        }
        Err(CStr::from_ptr(ffi::WasmEdge_ResultGetMessage(result)).to_string_lossy().into())
    }
}
