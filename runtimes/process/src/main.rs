//! The worker that measures processes.

fn main() {
    wasmark_adapter::worker::main::<wasmark_process::Process>()
}
