//! Every configuration keeps what the trait promises.

#[path = "../../conformance/mod.rs"]
mod conformance;

use conformance::conformance;
use wasmark_wasmer::Wasmer;

mod cranelift {
    use super::*;
    conformance!(Wasmer, "cranelift");
}

mod cranelift_metering {
    use super::*;
    conformance!(Wasmer, "cranelift-metering");
}

#[cfg(feature = "singlepass")]
mod singlepass {
    use super::*;
    conformance!(Wasmer, "singlepass");
}

#[cfg(feature = "singlepass")]
mod singlepass_metering {
    use super::*;
    conformance!(Wasmer, "singlepass-metering");
}
