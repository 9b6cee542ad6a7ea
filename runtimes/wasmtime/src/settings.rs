//! wasmtime's configurations, and what the engine says of them. The hand-written loop of the examples takes its
//! settings from here, so that both measure the same engine.

use wasmark_adapter::{Failure, Result, Settings, Source};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// wasmtime's default.
pub const ON_DEMAND: &str = "on-demand";
/// Instances from a pool.
pub const POOLING: &str = "pooling";

/// What both configurations run beyond WebAssembly 1.0: wasmtime's defaults with its collectors built in.
pub const PROPOSALS: [&str; 15] = [
    "bulk-memory",
    "exceptions",
    "extended-const",
    "function-references",
    "gc",
    "memory64",
    "multi-memory",
    "multi-value",
    "mutable-global",
    "reference-types",
    "relaxed-simd",
    "saturating-float-to-int",
    "sign-extension",
    "simd",
    "tail-call",
];

/// wasmtime's settings for a configuration in a process that runs from `source`.
///
/// # Errors
/// Where there is no such configuration, or it does not start from `source`.
pub fn config(configuration: &str, source: Source) -> Result<Config> {
    let mut config = Config::new();
    config.parallel_compilation(false);
    match source {
        Source::Wasm => {}
        Source::Artifact => {
            config.enable_compiler(false);
        }
        Source::Linked => return Err(Failure::unsupported("wasmtime runs modules, not linked code")),
    }
    match configuration {
        ON_DEMAND => {}
        POOLING => {
            config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
        }
        other => {
            return Err(Failure::unsupported(format!(
                "wasmtime has no configuration {other:?}: choose {ON_DEMAND} or {POOLING}"
            )));
        }
    }
    Ok(config)
}

/// The pool, no larger than it has to be: a new engine prepares all of it. Its stacks are for asynchronous calls,
/// which nobody makes here, and would be four fifths of the engine's start, a system call for each; without them
/// 4096 slots would double what is left. Table elements are wasmtime's default, far above what the suite needs.
///
/// Each slot keeps wasmtime's default reservation of 4 GiB: a smaller one starts no instance faster (measured),
/// puts bounds checks into the code and would make pooling another compiler configuration.
///
/// What an instance dirtied is copied back and stays resident for the next one, up to 1 MiB, where the kernel can
/// say which pages those are (6.7 and later): measured over the suite this was the fastest for every kernel, 6 %
/// below giving the pages back for the smallest and a factor of 15 for one that touches 512 KiB. A kernel that
/// cannot say would make every instance pay for 1 MiB; there one page is kept, which costs the small ones nothing.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(SLOTS).total_memories(SLOTS).total_tables(SLOTS).total_gc_heaps(SLOTS);
    pool.total_stacks(0).max_core_instance_size(16 << 20).table_keep_resident(PAGE);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(1 << 20);
    } else {
        pool.linear_memory_keep_resident(PAGE);
    }
    pool
}

/// For the 1,100 instances that every configuration keeps alive at once, and a few more.
const SLOTS: u32 = 1152;
const PAGE: usize = 4096;

/// What the engine is set to, read back from it.
pub fn resolved(engine: &Engine) -> Settings {
    let mut settings = Settings::new();
    let mut set = |name: &str, value: String| settings.insert(name.to_owned(), value);

    // An engine without a compiler does not know how its artifacts were compiled: their own run does.
    if let Some(level) = engine.get_cranelift_opt_level() {
        set("compiler", "cranelift".to_owned());
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
