//! Every runtime through its real worker. `wasmark build` comes first: `cargo test --release --workspace --test workers`.

#[path = "../common/mod.rs"]
mod common;

mod bad_guests;
mod conformance;
mod fidelity;
mod gate_workers;
mod layouts;
mod own_command;
mod own_function;
mod specification;
mod traps;
