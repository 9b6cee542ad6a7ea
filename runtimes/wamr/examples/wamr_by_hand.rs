//! The loops that a user of WAMR would write, call for call over its C interface, with the settings of the adapter's
//! configurations and none of its code: as in WAMR's own `samples/basic`. `runtimes/by_hand` describes the command line.

#[path = "../../by_hand/mod.rs"]
mod by_hand;

use std::{
    ffi::{CStr, c_char},
    path::Path,
};

use by_hand::{Measure, Order, Result};
use wasmark_wamr_sys::{Api, Handle, LOG_FATAL, built, file_name};

/// The variant of WAMR that interprets and runs artifacts.
const VARIANT: &str = "fast";

/// An instance that can be called.
struct Instance<'a> {
    api: &'a Api,
    instance: Handle,
    environment: Handle,
    run: Handle,
}

fn main() -> Result<()> {
    let order = Order::read()?;
    let stack = match order.configuration.as_str() {
        // As iwasm's.
        "fast-interpreter" => 64 << 10,
        // The least: compiled code uses the thread's stack.
        "aot" => 1,
        _ => return Err(order.unknown()),
    };
    let api = open()?;
    let mut code = std::fs::read(&order.code)?;
    let mut error = [0; 128];
    // SAFETY: the levels, the code cache and the threads are of no effect in this variant. The bytes of the module stay
    // where they are as long as the process lives.
    let module = unsafe {
        if !(api.wasmark_wamr_init)(3, 3, 10 << 20, 4) {
            return Err("WAMR does not start".into());
        }
        (api.wasm_runtime_set_log_level)(LOG_FATAL);
        let size = u32::try_from(code.len())?;
        (api.wasm_runtime_load)(code.as_mut_ptr(), size, error.as_mut_ptr(), error.len() as u32)
    };
    if module.is_null() {
        return Err(text(&error).into());
    }
    let instance = || Instance::new(&api, module, stack);
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

/// The variant's library beside this program, else where its build left it.
fn open() -> Result<Api> {
    let program = std::env::current_exe()?;
    let beside = program.parent().unwrap_or(Path::new("/")).join(file_name(VARIANT));
    let path = if beside.exists() { beside } else { built(VARIANT) };
    Ok(Api::open(&path)?)
}

impl<'a> Instance<'a> {
    fn new(api: &'a Api, module: Handle, stack: u32) -> Result<Instance<'a>> {
        let mut error = [0; 128];
        // SAFETY: the module lives as long as the process.
        unsafe {
            let instance =
                (api.wasm_runtime_instantiate)(module, stack, 0, error.as_mut_ptr(), error.len() as u32);
            if instance.is_null() {
                return Err(text(&error).into());
            }
            let environment = (api.wasm_runtime_create_exec_env)(instance, stack);
            let run = (api.wasm_runtime_lookup_function)(instance, c"run".as_ptr());
            if environment.is_null() || run.is_null() {
                return Err("WAMR makes no environment, or the module exports no function `run`".into());
            }
            Ok(Instance { api, instance, environment, run })
        }
    }

    fn call(&self, argument: i32) -> Result<i64> {
        let mut cells = [argument as u32, 0];
        // SAFETY: `run` takes one cell and returns two.
        unsafe {
            if !(self.api.wasm_runtime_call_wasm)(self.environment, self.run, 1, cells.as_mut_ptr()) {
                let exception = (self.api.wasm_runtime_get_exception)(self.instance);
                return Err(CStr::from_ptr(exception).to_string_lossy().into());
            }
        }
        Ok((u64::from(cells[1]) << 32 | u64::from(cells[0])) as i64)
    }
}

impl Drop for Instance<'_> {
    fn drop(&mut self) {
        // SAFETY: both are this value's own.
        unsafe {
            (self.api.wasm_runtime_destroy_exec_env)(self.environment);
            (self.api.wasm_runtime_deinstantiate)(self.instance);
        }
    }
}

/// What WAMR wrote.
fn text(error: &[c_char; 128]) -> String {
    let bytes = error.iter().take_while(|byte| **byte != 0);
    bytes.map(|byte| char::from(*byte as u8)).collect()
}
