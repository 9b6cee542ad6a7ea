//! WasmEdge's C interface for Rust: what frees itself, what is checked once, and values. The adapter proper is above.

pub mod context;
pub mod function;
pub mod home;
pub mod host;
pub mod log;
pub mod value;
