//! Every configuration keeps what the trait promises.

#[path = "../../conformance/mod.rs"]
mod conformance;

use conformance::conformance;
use wasmark_wasmer::Wasmer;

mod llvm {
    use super::*;
    conformance!(Wasmer, "llvm");
    conformance!(Wasmer, "llvm", threads);
}

mod llvm_metering {
    use super::*;
    conformance!(Wasmer, "llvm-metering");
    conformance!(Wasmer, "llvm-metering", threads);
}
