//! The worker that measures WasmEdge.

fn main() {
    wasmark_adapter::worker::main::<wasmark_wasmedge::WasmEdge>()
}
