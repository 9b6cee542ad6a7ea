//! WasmEdge's log, the only place that shows that a module is interpreted although another mode was asked for.

use std::sync::{
    Once,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use wasmark_adapter::{Failure, FailureKind, Result};
use wasmedge_sys::ffi;

use super::context::text;

/// Ends of the warnings before WasmEdge interprets what it should have compiled or linked.
const FALLBACKS: [&str; 3] =
    ["nterpreter mode instead.", "falling back to interpreter.", "previous succeeded one."];

static FELL_BACK: AtomicBool = AtomicBool::new(false);

/// Turns the log off: otherwise each trap prints lines.
pub fn silence() {
    static SILENCED: Once = Once::new();
    // Once: where the log goes is not to be changed while another thread runs.
    // SAFETY: sets the log's level, and a callback that may be called at any time from any thread.
    SILENCED.call_once(|| unsafe {
        ffi::WasmEdge_LogSetCallback(Some(log_message));
        ffi::WasmEdge_LogOff();
    });
}

/// Does `work`, which loads or compiles, and refuses its result where WasmEdge would interpret the module.
///
/// # Errors
/// What `work` fails with, or that there is no machine code.
pub fn compiled<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    FELL_BACK.store(false, Relaxed);
    // SAFETY: sets the log's level.
    unsafe { ffi::WasmEdge_LogSetLevel(ffi::WasmEdge_LogLevel_Warn) };
    let done = work();
    // SAFETY: the same.
    unsafe { ffi::WasmEdge_LogOff() };
    let done = done?;
    if FELL_BACK.load(Relaxed) {
        return Err(Failure::new(
            FailureKind::Invalid,
            "WasmEdge has no machine code and would interpret the module",
        ));
    }
    Ok(done)
}

unsafe extern "C" fn log_message(message: *const ffi::WasmEdge_LogMessage) {
    // SAFETY: WasmEdge's message lives during the call.
    let message = unsafe { text((*message).Message) };
    if FALLBACKS.iter().any(|end| message.trim_end().ends_with(end)) {
        FELL_BACK.store(true, Relaxed);
    }
}
