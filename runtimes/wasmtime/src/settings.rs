//! What an engine reports of its settings.

use wasmark_adapter::Settings;
use wasmtime::{Enabled, Engine};

use crate::configuration::ConfigurationSpec;

/// What the engine is set to, read back from it.
pub fn resolved(known: &ConfigurationSpec, engine: &Engine) -> Settings {
    let mut settings = Settings::new();
    let mut set = |name: &str, value: String| settings.insert(name.to_owned(), value);

    // An engine without a compiler does not know how its artifacts were compiled: their own run does.
    if let Some(level) = engine.get_cranelift_opt_level() {
        set("compiler", known.compiler().to_owned());
        set("opt_level", format!("{level:?}").to_lowercase());
        set("inlining", format!("{:?}", engine.get_compiler_inlining()).to_lowercase());
        let threads = if engine.get_parallel_compilation() { "one for each CPU" } else { "1" };
        set("compile_threads", threads.to_owned());
    } else {
        set("compiler", "none: runs artifacts".to_owned());
    }
    set("memory_reservation", bytes(engine.get_memory_reservation()));
    set("memory_guard", bytes(engine.get_memory_guard_size()));
    set("copy_on_write", engine.get_memory_init_cow().to_string());
    set("signals_based_traps", engine.get_signals_based_traps().to_string());
    set("table_lazy_init", engine.get_table_lazy_init().to_string());
    set("max_wasm_stack", bytes(engine.get_max_wasm_stack() as u64));
    set("fuel", engine.get_consume_fuel().to_string());
    set("epoch_interruption", engine.get_epoch_interruption().to_string());
    set("wasi", "wasmtime-wasi, synchronous, blocking the calling thread".to_owned());
    match engine.get_pooling_config() {
        None => {
            set("instances", "on demand".to_owned());
        }
        Some(pool) => {
            set("instances", "pooled".to_owned());
            set("pool_instances", pool.get_total_core_instances().to_string());
            set("pool_memory_limit", bytes(pool.get_max_memory_size() as u64));
            set("pool_memory_kept", bytes(pool.get_memory_keep_resident() as u64));
            set("pool_table_kept", bytes(pool.get_table_keep_resident() as u64));
            set("pool_table_elements", pool.get_table_elements().to_string());
            set("pool_unused_warm_slots", pool.get_max_unused_warm_slots().to_string());
            set("pool_pagemap_scan", (pool.get_pagemap_scan() == Enabled::Yes).to_string());
        }
    }
    settings
}

fn bytes(count: u64) -> String {
    match count {
        0 => "0".to_owned(),
        n if n % (1 << 30) == 0 => format!("{} GiB", n >> 30),
        n if n % (1 << 20) == 0 => format!("{} MiB", n >> 20),
        n if n % (1 << 10) == 0 => format!("{} KiB", n >> 10),
        n => format!("{n} B"),
    }
}
