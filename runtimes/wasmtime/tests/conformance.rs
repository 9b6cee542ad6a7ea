//! Every configuration keeps what the trait promises.

#[path = "../../conformance/mod.rs"]
mod conformance;

use conformance::conformance;
use wasmark_wasmtime::Wasmtime;

macro_rules! configurations {
    ($($module:ident: $name:literal),* $(,)?) => {
        $(
            mod $module {
                use super::*;
                conformance!(Wasmtime, $name);
                conformance!(Wasmtime, $name, threads);
            }
        )*
        const TESTED: &[&str] = &[$($name),*];
    };
}

configurations! {
    on_demand: "on-demand",
    pooling: "pooling",
    pooling_kept_0: "pooling-kept-0",
    pooling_kept_4k: "pooling-kept-4k",
    malloc: "malloc",
    optimise_none: "optimise-none",
    optimise_size: "optimise-size",
    parallel_compile: "parallel-compile",
    fuel: "fuel",
    epoch: "epoch",
    shared_memory: "shared-memory",
    winch: "winch",
    pulley: "pulley",
}

#[test]
fn every_configuration_is_tested() {
    let described = <Wasmtime as wasmark_adapter::Describe>::describe().configurations;
    let names: Vec<&str> = described.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, TESTED);
}
