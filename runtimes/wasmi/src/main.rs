//! The worker that measures wasmi.

fn main() {
    wasmark_adapter::worker::main::<wasmark_wasmi::Wasmi>()
}
