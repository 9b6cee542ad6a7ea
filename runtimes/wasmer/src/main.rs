//! The worker that measures wasmer.

fn main() {
    wasmark_adapter::worker::main::<wasmark_wasmer::Wasmer>()
}
