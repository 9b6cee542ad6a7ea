//! The worker that measures wasmer with LLVM. A worker of its own, since LLVM in it would make the start of wasmer's
//! other configurations slower: the adapter is `runtimes/wasmer`'s, with another compiler.

fn main() {
    wasmark_adapter::worker::main::<wasmark_wasmer::Wasmer>()
}
