//! The loops that a user of wasmi would write, with the settings of the adapter's configurations and none of its code: as in
//! the example of wasmi's own documentation, with a store for each instance. `runtimes/by_hand` describes the command line.

#[path = "../../by_hand/mod.rs"]
mod by_hand;

use by_hand::{Measure, Order, Result};
use wasmi::{CompilationMode, Config, Engine, Linker, Module, Store, TypedFunc};

fn main() -> Result<()> {
    let order = Order::read()?;
    let mut config = Config::default();
    config.compilation_mode(match order.configuration.as_str() {
        "lazy-translation" => CompilationMode::LazyTranslation,
        "lazy" => CompilationMode::Lazy,
        "eager" => CompilationMode::Eager,
        _ => return Err(order.unknown()),
    });
    let engine = Engine::new(&config);
    let module = Module::new(&engine, std::fs::read(&order.code)?)?;
    let linker = Linker::new(&engine);
    let instance = || -> Result<(Store<()>, TypedFunc<i32, i64>)> {
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        let run = instance.get_typed_func(&store, "run")?;
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
