//! WAMR for Rust: its C interface as far as the adapter uses it, and modules and instances that free themselves.
//! Knows nothing of wasmark.

mod api;
mod instance;
mod module;

use std::ffi::{CStr, c_char};

pub use api::{
    Api, Compiler, F32, F64, Handle, I32, I64, LLVM_VERSION, LOG_FATAL, Native, V128, built, file_name,
};
pub use instance::{Exception, Instance, Wasi};
pub use module::{Export, Module, Target};

/// Where WAMR writes what went wrong.
struct Message([u8; 256]);

impl Message {
    fn new() -> Message {
        Message([0; 256])
    }

    /// The buffer and its size, as long as `self` lives.
    fn buffer(&mut self) -> (*mut c_char, u32) {
        (self.0.as_mut_ptr().cast(), self.0.len() as u32)
    }

    fn text(&self) -> String {
        let text = CStr::from_bytes_until_nul(&self.0);
        text.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
    }
}
