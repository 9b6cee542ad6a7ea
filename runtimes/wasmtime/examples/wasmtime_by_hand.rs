//! The loops that a user of wasmtime would write, with the settings of the adapter's configurations and none of its code:
//! <https://docs.wasmtime.dev/examples-fast-instantiation.html>. `runtimes/by_hand` describes the command line.

#[path = "../../by_hand/mod.rs"]
mod by_hand;

use by_hand::{Measure, Order, Result};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, Linker, Module, PoolingAllocationConfig, Store,
    TypedFunc,
};

fn main() -> Result<()> {
    let order = Order::read()?;
    let engine = Engine::new(&config(&order)?)?;
    // SAFETY: the artifact is one that this wasmtime wrote, and nothing changes it.
    let module = unsafe { Module::deserialize_file(&engine, &order.code) }?;
    let pre = Linker::new(&engine).instantiate_pre(&module)?;
    let instance = || -> Result<(Store<()>, TypedFunc<i32, i64>)> {
        let mut store = Store::new(&engine, ());
        let instance = pre.instantiate(&mut store)?;
        let run = instance.get_typed_func(&mut store, "run")?;
        Ok((store, run))
    };
    let (mut store, run) = instance()?;
    run.call(&mut store, order.cold)?;
    run.call(&mut store, order.cold)?;
    drop(store);
    match &order.measure {
        Measure::Fresh(passes) => passes.time(|| {
            let (mut store, run) = instance()?;
            Ok(run.call(&mut store, order.argument)?)
        }),
        Measure::Reused(passes) => {
            let (mut store, run) = instance()?;
            passes.time(|| Ok(run.call(&mut store, order.argument)?))
        }
        Measure::Memory(numbers) => numbers.hold(|| {
            let (mut store, run) = instance()?;
            let returned = run.call(&mut store, order.argument)?;
            Ok(((store, run), returned))
        }),
    }
}

/// wasmtime's defaults, without a compiler: the code is an artifact.
fn config(order: &Order) -> Result<Config> {
    let mut config = Config::new();
    config.enable_compiler(false);
    match order.configuration.as_str() {
        "on-demand" => {}
        "pooling" => {
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
        }
        _ => return Err(order.unknown()),
    }
    Ok(config)
}

/// Room for 1,024 live instances and some more. What an instance dirtied stays resident for the next, where the kernel can
/// report which pages those are.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(1152)
        .total_memories(1152)
        .total_tables(1152)
        .total_gc_heaps(1152)
        .total_stacks(0);
    pool.max_memories_per_module(8).max_tables_per_module(8).max_core_instance_size(16 << 20);
    pool.table_keep_resident(4096);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(1 << 20);
    } else {
        pool.linear_memory_keep_resident(4096);
    }
    pool
}
