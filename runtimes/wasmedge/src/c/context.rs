//! WasmEdge's contexts, each deleted once, and its results as Rust's.

use std::{ffi::CStr, ptr::NonNull};

use wasmark_adapter::{Failure, Result};
use wasmedge_sys::ffi;

use crate::failure;

macro_rules! contexts {
    ($($(#[$doc:meta])* $name:ident: $context:ident, $delete:ident;)*) => {$(
        $(#[$doc])*
        pub struct $name(NonNull<ffi::$context>);

        impl $name {
            /// Takes a new context over; null is a failure.
            ///
            /// # Safety
            /// Nothing else deletes the context.
            pub unsafe fn own(context: *mut ffi::$context) -> Result<$name> {
                let none = || Failure::engine(concat!("WasmEdge made no ", stringify!($context)));
                NonNull::new(context).map($name).ok_or_else(none)
            }

            /// The context, as long as `self` lives.
            #[inline]
            pub fn get(&self) -> *mut ffi::$context {
                self.0.as_ptr()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: it is this value's own.
                unsafe { ffi::$delete(self.get()) }
            }
        }
    )*};
}

contexts! {
    /// Settings.
    Configure: WasmEdge_ConfigureContext, WasmEdge_ConfigureDelete;
    /// Decodes modules and links artifacts.
    Loader: WasmEdge_LoaderContext, WasmEdge_LoaderDelete;
    /// Validates modules.
    Validator: WasmEdge_ValidatorContext, WasmEdge_ValidatorDelete;
    /// Compiles modules ahead of time.
    Compiler: WasmEdge_CompilerContext, WasmEdge_CompilerDelete;
    /// Makes instances and calls functions.
    Executor: WasmEdge_ExecutorContext, WasmEdge_ExecutorDelete;
    /// Names of instances, by which imports are found.
    Store: WasmEdge_StoreContext, WasmEdge_StoreDelete;
    /// A decoded module.
    Ast: WasmEdge_ASTModuleContext, WasmEdge_ASTModuleDelete;
    /// An instance of a module, or of the host's: WASI, the marks, stubs.
    Instance: WasmEdge_ModuleInstanceContext, WasmEdge_ModuleInstanceDelete;
    /// A function's type.
    FunctionType: WasmEdge_FunctionTypeContext, WasmEdge_FunctionTypeDelete;
    /// The least and the most size of a memory or a table.
    Limit: WasmEdge_LimitContext, WasmEdge_LimitDelete;
    /// A memory's type.
    MemoryType: WasmEdge_MemoryTypeContext, WasmEdge_MemoryTypeDelete;
    /// A table's type.
    TableType: WasmEdge_TableTypeContext, WasmEdge_TableTypeDelete;
    /// A global's type.
    GlobalType: WasmEdge_GlobalTypeContext, WasmEdge_GlobalTypeDelete;
    /// What execution has cost so far.
    Statistics: WasmEdge_StatisticsContext, WasmEdge_StatisticsDelete;
    /// An executor and a store of its own with one instance; the only part of WasmEdge that compiles for itself.
    Vm: WasmEdge_VMContext, WasmEdge_VMDelete;
}

// SAFETY: WasmEdge reads a decoded and validated module when it makes an instance of it, and changes nothing of it. Any
// thread can delete it.
unsafe impl Send for Ast {}
// SAFETY: the same.
unsafe impl Sync for Ast {}

/// A failure where WasmEdge's result is one.
#[inline]
pub fn check(result: ffi::WasmEdge_Result) -> Result<()> {
    // SAFETY: reads a number.
    if unsafe { ffi::WasmEdge_ResultOK(result) } { Ok(()) } else { Err(failure::of(result)) }
}

/// WasmEdge's view of a name, as long as the name lives.
pub fn name(name: &str) -> ffi::WasmEdge_String {
    // SAFETY: a pointer and its length.
    unsafe { ffi::WasmEdge_StringWrap(name.as_ptr().cast(), name.len() as u32) }
}

/// The text of WasmEdge's string.
///
/// # Safety
/// What owns the string lives.
pub unsafe fn text(string: ffi::WasmEdge_String) -> String {
    if string.Length == 0 {
        return String::new();
    }
    // SAFETY: the string has that many bytes, as promised by the caller.
    let bytes = unsafe { std::slice::from_raw_parts(string.Buf.cast::<u8>(), string.Length as usize) };
    String::from_utf8_lossy(bytes).into_owned()
}

/// The version of the library.
pub fn version() -> String {
    // SAFETY: a static C string.
    unsafe { CStr::from_ptr(ffi::WasmEdge_VersionGet()) }.to_string_lossy().into_owned()
}
