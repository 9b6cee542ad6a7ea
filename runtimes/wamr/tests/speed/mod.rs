//! A JIT is proved by its speed: the Fast JIT maps all of its code cache when it starts, so that there is executable
//! memory in it whether it compiles or not.

use std::hint::black_box;

use wasmark_adapter::{EngineSpec, Entry, Host, Runtime, Source, clock::window, protocol::Invocation};

use crate::alone::Alone;

/// As many steps of a xorshift generator as the argument states. Each needs the one before it, so that no compiler gains
/// anything, and an interpreter has two dozen instructions to fetch for six.
const MODULE: &str = r#"(module (func (export "run") (param i32) (result i64) (local i64)
    (local.set 1 (i64.const 1))
    (loop $again
        (local.set 1 (i64.xor (local.get 1) (i64.shl (local.get 1) (i64.const 13))))
        (local.set 1 (i64.xor (local.get 1) (i64.shr_u (local.get 1) (i64.const 7))))
        (local.set 1 (i64.xor (local.get 1) (i64.shl (local.get 1) (i64.const 17))))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))"#;

/// The same, compiled by rustc.
fn natively(steps: i32) -> i64 {
    let mut state = 1_u64;
    for _ in 0..black_box(steps) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state as i64
}

/// How much longer a configuration takes than native code.
pub fn factor(configuration: &str) -> f64 {
    const STEPS: i32 = 2_000_000;
    let runtime = Alone::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wat::parse_str(MODULE).expect("a module")).expect("a module");
    let prepared = runtime.prepare(module, &Entry::Kernel("run".to_owned())).expect("a prepared module");
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&invocation, &[]).expect("a host");
    let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
    // The CPU time is the process's, with that of the tests beside this one: the least of a few has little of theirs.
    let least = |call: &mut dyn FnMut() -> i64| {
        let mut one = || {
            let (result, cost) = window(&mut *call);
            assert_eq!(result, natively(STEPS), "{configuration}");
            cost.cpu_ns
        };
        (0..8).map(|_| one()).min().expect("a few") as f64
    };
    let compiled = least(&mut || Alone::call(&mut instance, STEPS).expect("a checksum"));
    compiled / least(&mut || natively(STEPS))
}

/// The test of a configuration that compiles.
macro_rules! test {
    ($configuration:literal) => {
        #[test]
        fn runs_at_the_speed_of_machine_code() {
            let factor = speed::factor($configuration);
            assert!(factor < 4.0, "{factor} times the time of native code");
        }
    };
}
pub(crate) use test;
