//! The loops that a user of wasmer would write, with the settings of the adapter's configurations and none of its code: as
//! in wasmer's own `examples/engine_headless.rs`, with a store for each instance. `runtimes/by_hand` describes the command
//! line.

#[path = "../../by_hand/mod.rs"]
mod by_hand;

use by_hand::{Measure, Order, Result};
use wasmer::{Engine, Instance, Module, Store, TypedFunction, imports, sys::EngineBuilder};

fn main() -> Result<()> {
    let order = Order::read()?;
    // Which compiler made the artifact is known to the artifact alone.
    if order.configuration != "cranelift" {
        return Err(order.unknown());
    }
    let engine: Engine = EngineBuilder::headless().engine().into();
    // SAFETY: the artifact is one that this wasmer wrote.
    let module = unsafe { Module::deserialize_from_file(&engine, &order.code) }?;
    let instance = || -> Result<(Store, TypedFunction<i32, i64>)> {
        let mut store = Store::new(engine.clone());
        let instance = Instance::new(&mut store, &module, &imports! {})?;
        let run = instance.exports.get_typed_function(&store, "run")?;
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
