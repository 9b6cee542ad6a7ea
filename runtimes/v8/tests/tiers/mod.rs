//! Whether hot code is compiled again, which V8 does not say: it is then several times as fast.

use wasmark_adapter::{Entry, Host, Runtime, Source, clock::window, protocol::Invocation};

use crate::alone::Alone;

const CALLS: &str = r#"(module (func $fib (export "run") (param i32) (result i64)
    (if (result i64) (i32.lt_s (local.get 0) (i32.const 2))
        (then (i64.const 1))
        (else (i64.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                       (call $fib (i32.sub (local.get 0) (i32.const 2))))))))"#;

/// How many times as fast a short call is once the function is hot.
pub fn speed_up(configuration: &str) -> f64 {
    let runtime = Alone::new(configuration, Source::Wasm, &[]).expect("an engine");
    let module = runtime.compile(&wat::parse_str(CALLS).expect("a module")).expect("a module");
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&invocation, &[]).expect("a host");
    let entry = Entry::Kernel("run".to_owned());
    let mut instance = runtime.instantiate(&module, &entry, &host).expect("an instance");
    let mut best_of = |argument: i32, times: u32| {
        let calls =
            (0..times).map(|_| window(|| Alone::call(&mut instance, argument).expect("a sum")).1.wall_ns);
        calls.min().unwrap_or(0)
    };
    // The processor at its usual speed, or the first calls are slower for its sake.
    let start = std::time::Instant::now();
    while start.elapsed() < std::time::Duration::from_millis(50) {
        std::hint::spin_loop();
    }
    // Few enough calls that V8 does not find them hot.
    let early = best_of(12, 5);
    best_of(27, 50);
    let late = best_of(12, 50);
    early as f64 / late as f64
}
