//! The worker that measures native code.

fn main() {
    wasmark_adapter::worker::main::<wasmark_native::Native>()
}
