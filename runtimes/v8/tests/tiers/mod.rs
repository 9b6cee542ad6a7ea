//! The compilers that V8 ran, as its own trace names them. A time would not do: a busy machine slows one call and not
//! another.

use std::{
    collections::BTreeSet,
    env,
    ffi::{CStr, c_char},
    process::{Command, exit},
};

use wasmark_adapter::{EngineSpec, Entry, Host, Runtime, Source, protocol::Invocation};

use crate::alone::Alone;

/// Set in the process that runs V8 with its trace: V8's flags belong to a process, and its trace goes to C's `stdout`.
const TRACED: &str = "WASMARK_TEST_TRACES_V8";

const CALLS: &str = r#"(module (func $fib (export "run") (param i32) (result i64)
    (if (result i64) (i32.lt_s (local.get 0) (i32.const 2))
        (then (i64.const 1))
        (else (i64.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                       (call $fib (i32.sub (local.get 0) (i32.const 2))))))))"#;

unsafe extern "C" {
    #[link_name = "_ZN2v82V818SetFlagsFromStringEPKc"]
    fn set_flags(flags: *const c_char);
}

/// The compilers of a function that becomes hot, by their names. `test` is the test that asks: its process starts another
/// that runs this test alone.
pub fn compilers(configuration: &str, test: &str) -> BTreeSet<String> {
    if env::var_os(TRACED).is_some() {
        run_hot(configuration);
        // Flushes what V8 printed.
        exit(0);
    }
    let program = env::current_exe().expect("this program");
    let mut traced = Command::new(program);
    traced.args([test, "--exact", "--nocapture"]).env(TRACED, "1");
    let traced = traced.output().expect("a process");
    let printed = String::from_utf8_lossy(&traced.stdout);
    assert!(traced.status.success(), "{printed}{}", String::from_utf8_lossy(&traced.stderr));
    let name = |line: &str| Some(line.split_once(" using ")?.1.split_once(',')?.0.to_owned());
    printed.lines().filter(|line| line.starts_with("Compiled function ")).filter_map(name).collect()
}

fn run_hot(configuration: &str) {
    const TRACE: &CStr = c"--trace-wasm-compilation-times";
    // SAFETY: V8 is not started yet, and copies the text.
    unsafe { set_flags(TRACE.as_ptr()) }
    let runtime = Alone::new(&EngineSpec::new(configuration, Source::Wasm)).expect("an engine");
    let module = runtime.compile(&mut wat::parse_str(CALLS).expect("a module")).expect("a module");
    let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin: None, expected: None };
    let host = Host::new(&invocation, &[]).expect("a host");
    let prepared = runtime.prepare(module, &Entry::Kernel("run".to_owned())).expect("a prepared module");
    let mut instance = runtime.instantiate(&prepared, &host).expect("an instance");
    // Long enough that a thread of V8's compiles again what is hot.
    for _ in 0..100 {
        assert_eq!(Alone::call(&mut instance, 27), Ok(317_811));
    }
}
