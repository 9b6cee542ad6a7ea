//! The worker that measures wasmtime.

fn main() {
    wasmark_adapter::worker::main::<wasmark_wasmtime::Wasmtime>()
}
