//! The worker that measures V8.

fn main() {
    wasmark_adapter::worker::main::<wasmark_v8::V8>()
}
