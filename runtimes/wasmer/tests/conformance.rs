//! Every configuration keeps what the trait promises.

#[path = "../../conformance/mod.rs"]
mod conformance;

use conformance::conformance;
use wasmark_wasmer::Wasmer;

mod cranelift {
    use super::*;
    conformance!(Wasmer, "cranelift");
    conformance!(Wasmer, "cranelift", threads);
}

mod cranelift_parallel_compile {
    use super::*;
    conformance!(Wasmer, "cranelift-parallel-compile");
}

mod cranelift_metering {
    use super::*;
    conformance!(Wasmer, "cranelift-metering");
    conformance!(Wasmer, "cranelift-metering", threads);
}

#[cfg(feature = "singlepass")]
mod singlepass {
    use super::*;
    conformance!(Wasmer, "singlepass");
    conformance!(Wasmer, "singlepass", threads);
}

#[cfg(feature = "singlepass")]
mod singlepass_metering {
    use super::*;
    conformance!(Wasmer, "singlepass-metering");
    conformance!(Wasmer, "singlepass-metering", threads);
}
