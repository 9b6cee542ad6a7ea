//! The worker that measures WAMR.

fn main() {
    wasmark_adapter::worker::main::<wasmark_wamr::Wamr>()
}
