//! What the worker's `fresh_instance` is held against: the loop that a user of wasmtime would write, with the same
//! settings and none of wasmark's trait. Prints its median in nanoseconds as JSON.
//!
//! `cargo run --release --example hand_written -- CONFIGURATION MODULE.wasm EXPORT ARGUMENT SAMPLES`

use std::{error::Error, time::Instant};

use wasmark_adapter::Source;
use wasmtime::{Engine, Linker, Module, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [configuration, path, export, argument, samples] = arguments.as_slice() else {
        return Err("give CONFIGURATION MODULE.wasm EXPORT ARGUMENT SAMPLES".into());
    };
    let argument: i32 = argument.parse()?;
    let samples: usize = samples.parse()?;

    let engine = Engine::new(&wasmark_wasmtime::config(configuration, Source::Wasm)?)?;
    let module = Module::from_file(&engine, path)?;
    let pre = Linker::new(&engine).instantiate_pre(&module)?;

    let mut elapsed_ns = Vec::with_capacity(samples);
    let mut checksums = 0_i64;
    for _ in 0..samples {
        let start = Instant::now();
        let mut store = Store::new(&engine, ());
        let instance = pre.instantiate(&mut store)?;
        let run = instance.get_typed_func::<i32, i64>(&mut store, export)?;
        checksums = checksums.wrapping_add(run.call(&mut store, argument)?);
        drop(store);
        elapsed_ns.push(start.elapsed().as_nanos());
    }
    elapsed_ns.sort_unstable();
    let p50_ns = elapsed_ns.get(samples / 2).ok_or("SAMPLES is at least 1")?;
    println!(r#"{{"p50_ns":{p50_ns},"samples":{samples},"checksums":{checksums}}}"#);
    Ok(())
}
