//! The loops that a user of V8 would write. They are in C++, in `v8_by_hand.cc` beside this file, over V8's own interface;
//! here are the windows. `runtimes/by_hand` describes the command line.

#[path = "../../../by_hand/mod.rs"]
mod by_hand;

use std::{
    ffi::{CStr, CString, c_char},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use by_hand::{Measure, Order, Result};

/// A value of V8's that the garbage collector keeps.
enum Persistent {}

unsafe extern "C" {
    fn by_hand_message() -> *const c_char;
    fn by_hand_start(flags: *const c_char, icu: *const c_char, guard_pages: bool) -> bool;
    fn by_hand_compile(bytes: *const u8, size: usize) -> bool;
    fn by_hand_fresh(argument: i32, returned: &mut i64) -> bool;
    fn by_hand_instance() -> *mut Persistent;
    fn by_hand_release(run: *mut Persistent);
    fn by_hand_call(run: *mut Persistent, argument: i32, returned: &mut i64) -> bool;
    fn _exit(code: i32) -> !;
}

fn main() -> Result<()> {
    let order = Order::read()?;
    let (flags, guard_pages) = match order.configuration.as_str() {
        "default" => (c"--wasm-num-compilation-tasks=1", true),
        "checks-in-code" => {
            let flags = c"--wasm-num-compilation-tasks=1 --wasm-max-mem-pages=8192";
            (flags, false)
        }
        _ => return Err(order.unknown()),
    };
    let icu = CString::new(icu()?.as_os_str().as_bytes())?;
    let module = std::fs::read(&order.code)?;
    // SAFETY: C strings, and so many bytes, which V8 copies.
    check(unsafe {
        by_hand_start(flags.as_ptr(), icu.as_ptr(), guard_pages)
            && by_hand_compile(module.as_ptr(), module.len())
    })?;
    let first = instance()?;
    call(first, order.cold)?;
    call(first, order.cold)?;
    // SAFETY: used nowhere else.
    unsafe { by_hand_release(first) };
    match &order.measure {
        Measure::Fresh(passes) => passes.time(|| {
            let mut returned = 0;
            // SAFETY: V8 has started and the module is compiled.
            check(unsafe { by_hand_fresh(order.argument, &mut returned) })?;
            Ok(returned)
        }),
        Measure::Reused(passes) => {
            let run = instance()?;
            passes.time(|| call(run, order.argument))
        }
        Measure::Memory(numbers) => numbers.hold(|| {
            let run = instance()?;
            Ok((run, call(run, order.argument)?))
        }),
    }?;
    // SAFETY: ends the process. V8's threads outlive its static data otherwise.
    unsafe { _exit(0) }
}

/// The function `run` of a new instance.
fn instance() -> Result<*mut Persistent> {
    // SAFETY: V8 has started and the module is compiled.
    let run = unsafe { by_hand_instance() };
    check(!run.is_null())?;
    Ok(run)
}

fn call(run: *mut Persistent, argument: i32) -> Result<i64> {
    let mut returned = 0;
    // SAFETY: a function that `by_hand_instance` returned.
    check(unsafe { by_hand_call(run, argument, &mut returned) })?;
    Ok(returned)
}

fn check(done: bool) -> Result<()> {
    // SAFETY: a C string.
    if done { Ok(()) } else { Err(unsafe { CStr::from_ptr(by_hand_message()) }.to_string_lossy().into()) }
}

/// ICU's data beside this program, else where its build left it.
fn icu() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let beside = program.parent().unwrap_or(Path::new("/")).join("icudtl.dat");
    Ok(if beside.exists() { beside } else { Path::new(env!("OUT_DIR")).join("bundle/icudtl.dat") })
}
