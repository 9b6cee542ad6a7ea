//! wasmtime's configurations, as data. The hand-written loop of the examples takes its settings from here, so that
//! both measure the same engine.

use wasmark_adapter::{Configuration, Failure, FailureKind, Limits, Purpose, Result, Source, Tier};
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy};

use crate::failure;

/// A configuration that the adapter knows. Each differs from `on-demand`, wasmtime's default, in what it names.
pub struct ConfigurationSpec {
    name: &'static str,
    about: &'static str,
    compiler: Compiler,
    purposes: &'static [Purpose],
    /// The proposals that it does not run and the default does.
    lacks: &'static [&'static str],
    /// The proposals that it runs and the default does not.
    adds: &'static [&'static str],
    set: fn(&mut Config),
    /// What the slots of its pool keep, where its instances are from one.
    kept: Option<fn() -> Kept>,
    /// The threads that compile.
    threads: Threads,
}

/// How many threads compile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Threads {
    /// One, as in every engine here unless a configuration states otherwise.
    One,
    /// One for each CPU: wasmtime's default.
    OfEachCpu,
}

/// What makes code of modules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compiler {
    Cranelift,
    Winch,
    /// Cranelift for the bytecode that wasmtime's interpreter runs.
    Pulley,
}

const fn cranelift(name: &'static str, about: &'static str, set: fn(&mut Config)) -> ConfigurationSpec {
    ConfigurationSpec {
        name,
        about,
        compiler: Compiler::Cranelift,
        purposes: &[],
        lacks: &[],
        adds: &[],
        set,
        kept: None,
        threads: Threads::One,
    }
}

const fn pooled(name: &'static str, about: &'static str, kept: fn() -> Kept) -> ConfigurationSpec {
    ConfigurationSpec { kept: Some(kept), ..cranelift(name, about, |_| {}) }
}

/// Every configuration, wasmtime's default first.
pub const CONFIGURATIONS: &[ConfigurationSpec] = &[
    ConfigurationSpec {
        purposes: &[Purpose::Default, Purpose::Throughput],
        ..cranelift(
            "on-demand",
            "Cranelift; memory mapped for each instance, copy-on-write (the default)",
            |_| {},
        )
    },
    ConfigurationSpec {
        purposes: &[Purpose::Start, Purpose::Density],
        ..pooled(
            "pooling",
            "Cranelift; instances from a pool, copy-on-write, pages kept for the next",
            best_kept,
        )
    },
    pooled("pooling-kept-0", "Cranelift; a pool that gives every page back", || Kept::Pages(0)),
    pooled("pooling-kept-4k", "Cranelift; a pool that keeps one page of each memory", || Kept::Pages(1)),
    cranelift("malloc", "Cranelift; memory allocated, no reservation, no guards, no signals", |config| {
        config.memory_reservation(0).memory_reservation_for_growth(0).memory_guard_size(0);
        config.memory_init_cow(false).signals_based_traps(false);
    }),
    cranelift("optimise-none", "Cranelift without its optimisations", |config| {
        config.cranelift_opt_level(OptLevel::None);
    }),
    cranelift("optimise-size", "Cranelift for speed and size", |config| {
        config.cranelift_opt_level(OptLevel::SpeedAndSize);
    }),
    ConfigurationSpec {
        threads: Threads::OfEachCpu,
        ..cranelift("parallel-compile", "Cranelift; a thread compiles on each CPU, as by default", |_| {})
    },
    cranelift("fuel", "Cranelift; instructions counted and limited", |config| {
        config.consume_fuel(true);
    }),
    cranelift("epoch", "Cranelift; loops and calls look for an interruption", |config| {
        config.epoch_interruption(true);
    }),
    ConfigurationSpec {
        adds: &["threads"],
        ..cranelift("shared-memory", "Cranelift; memories that threads share are allowed", |config| {
            config.shared_memory(true);
        })
    },
    ConfigurationSpec {
        compiler: Compiler::Winch,
        lacks: &["exceptions", "function-references", "gc", "relaxed-simd", "tail-call"],
        ..cranelift("winch", "Winch, the baseline compiler; memory as on-demand", |config| {
            config.strategy(Strategy::Winch).wasm_gc(false);
        })
    },
    ConfigurationSpec {
        compiler: Compiler::Pulley,
        ..cranelift(
            "pulley",
            "Pulley, an interpreter of what Cranelift optimised; memory as on-demand",
            |_| {},
        )
    },
];

/// What wasmtime runs beyond WebAssembly 1.0 by its defaults, with its collectors built in. It validates the instructions
/// of threads, and refuses to make a memory that threads share: `shared-memory` allows it.
const PROPOSALS: [&str; 15] = [
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

impl ConfigurationSpec {
    /// The compiler's name, for people: wasmtime does not say it.
    pub fn compiler(&self) -> &'static str {
        match self.compiler {
            Compiler::Cranelift => "cranelift",
            Compiler::Winch => "winch",
            Compiler::Pulley => "cranelift, for pulley's bytecode",
        }
    }

    /// What the adapter reports of it.
    pub fn describe(&self) -> Configuration {
        let runs = |proposal: &&&str| !self.lacks.contains(*proposal);
        Configuration {
            name: self.name.to_owned(),
            formerly: Vec::new(),
            tier: match self.compiler {
                Compiler::Cranelift => Tier::Optimizing,
                Compiler::Winch => Tier::Baseline,
                Compiler::Pulley => Tier::Interpreter,
            },
            about: self.about.to_owned(),
            // An artifact is the same, however many threads made it.
            starts_from: match self.threads {
                Threads::One => vec![Source::Wasm, Source::Artifact],
                Threads::OfEachCpu => vec![Source::Wasm],
            },
            proposals: PROPOSALS.iter().filter(runs).chain(self.adds).map(|one| (*one).to_owned()).collect(),
            wasi: true,
            purposes: self.purposes.to_vec(),
            licence: None,
            serial: self.threads == Threads::One,
            code_cache: true,
            limits: self.limits(),
        }
    }
}

impl ConfigurationSpec {
    /// The limits of its pool.
    fn limits(&self) -> Limits {
        let Some(kept) = self.kept else { return Limits::default() };
        let pool = pool(kept());
        Limits {
            memory_bytes: Some(pool.get_max_memory_size() as u64),
            table_elements: Some(pool.get_table_elements() as u64),
            memories: Some(MOST_OF_A_MODULE.into()),
            tables: Some(MOST_OF_A_MODULE.into()),
            stack_bytes: None,
            instead: Some("on-demand".to_owned()),
            ..Limits::default()
        }
    }
}

/// The configuration of this name.
///
/// # Errors
/// Where there is none.
pub fn find(name: &str) -> Result<&'static ConfigurationSpec> {
    CONFIGURATIONS.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let names: Vec<&str> = CONFIGURATIONS.iter().map(|spec| spec.name).collect();
        Failure::unsupported(format!(
            "wasmtime has no configuration {name:?}: choose one of {}",
            names.join(", ")
        ))
    })
}

/// wasmtime's settings for a configuration in a process that runs from `source`.
///
/// # Errors
/// Where there is no such configuration, or it does not start from `source`.
pub fn config(configuration: &str, source: Source) -> Result<Config> {
    let spec = find(configuration)?;
    if source == Source::Linked {
        return Err(Failure::unsupported("wasmtime runs modules, not linked code"));
    }
    let mut config = Config::new();
    config.parallel_compilation(spec.threads == Threads::OfEachCpu);
    if spec.compiler == Compiler::Pulley {
        config.target(PULLEY).map_err(|error| failure::of(&error, FailureKind::Engine))?;
    }
    (spec.set)(&mut config);
    if let Some(kept) = spec.kept {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(kept())));
    }
    // Which compiler made an artifact is known to wasmtime by the compiler's own settings only: without one, it
    // takes no artifact of Winch's.
    if source == Source::Artifact && spec.compiler != Compiler::Winch {
        config.enable_compiler(false);
    }
    Ok(config)
}

/// The bytecode of a machine like this one.
const PULLEY: &str = if cfg!(target_pointer_width = "64") { "pulley64" } else { "pulley32" };

/// What a slot of the pool keeps resident of the memory that its last instance dirtied.
#[derive(Clone, Copy)]
enum Kept {
    /// So many pages from the memory's beginning, written anew for each instance.
    Pages(usize),
    /// Up to 1 MiB of those pages that the kernel reports as dirtied.
    Dirtied,
}

fn best_kept() -> Kept {
    if PoolingAllocationConfig::is_pagemap_scan_available() { Kept::Dirtied } else { Kept::Pages(1) }
}

/// The pool, no larger than it has to be: a new engine prepares all of it. Its stacks are for asynchronous calls,
/// which are not made here, and would be four fifths of the engine's start, a system call for each; without them
/// 4096 slots would double what is left. Table elements are wasmtime's default, far above what the suite needs.
///
/// Each slot keeps wasmtime's default reservation of 4 GiB: a smaller one starts no instance faster (measured),
/// puts bounds checks into the code and would make pooling another compiler configuration.
///
/// What an instance dirtied is copied back and stays resident for the next one, up to 1 MiB, where the kernel can
/// say which pages those are (6.7 and later): measured over the suite this was the fastest for every kernel, 6 %
/// below giving the pages back for the smallest and a factor of 15 for one that touches 512 KiB. A kernel that
/// cannot say would make every instance pay for 1 MiB; there one page is kept, which costs the small ones nothing.
fn pool(kept: Kept) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(SLOTS).total_memories(SLOTS).total_tables(SLOTS).total_gc_heaps(SLOTS);
    // The slots are shared by all: wasmtime's default of one a module would make the pool refuse proposals.
    pool.max_memories_per_module(MOST_OF_A_MODULE).max_tables_per_module(MOST_OF_A_MODULE);
    pool.total_stacks(0).max_core_instance_size(16 << 20).table_keep_resident(PAGE);
    match kept {
        Kept::Pages(pages) => pool.linear_memory_keep_resident(pages * PAGE),
        Kept::Dirtied => pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(1 << 20),
    };
    pool
}

/// For the 1,100 instances that every configuration keeps alive at once, and a few more.
const SLOTS: u32 = 1152;
/// Memories, and tables.
const MOST_OF_A_MODULE: u32 = 8;
const PAGE: usize = 4096;
