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

mod llvm_parallel_compile {
    use super::*;
    conformance!(Wasmer, "llvm-parallel-compile", [runs_a_kernel, an_artifact_runs_in_another_engine]);
}

mod llvm_metering {
    use super::*;
    conformance!(Wasmer, "llvm-metering");
    conformance!(Wasmer, "llvm-metering", threads);
}
