//! The configurations, as data: what each opens, and what it is set to.

use wasmark_adapter::{Configuration, Failure, Limits, Purpose, Result, Settings, Source, Tier};
use wasmark_wamr_sys as sys;

use crate::engine::{CODE_CACHE, Engine, GUEST_THREADS, OPT_LEVEL, SIZE_LEVEL};

/// A configuration that the adapter knows.
pub struct ConfigurationSpec {
    pub name: &'static str,
    tier: Tier,
    about: &'static str,
    purposes: &'static [Purpose],
    /// The library that runs modules.
    library: &'static str,
    pub compiler: Compiler,
    /// What executes its vectors.
    simd: &'static str,
    /// Those of [`PROPOSALS`] that it does not run.
    lacks: &'static [&'static str],
    /// Bytes of the stack that WAMR allocates, and clears, for each instance's calls.
    pub wasm_stack: u32,
}

/// What makes machine code of a module.
#[derive(Clone, Copy, PartialEq)]
pub enum Compiler {
    /// Nothing: it is interpreted.
    None,
    /// WAMR's Fast JIT.
    FastJit,
    /// LLVM, when a module is loaded or, deferred, when its functions are called.
    LlvmJit { functions: &'static str },
    /// LLVM in a library that runs nothing: there are only artifacts.
    LlvmApart,
}

/// The library with the fast interpreter, which runs artifacts, too.
const FAST: &str = "fast";
/// The same without guard pages: every access is checked in code.
const SOFTWARE_BOUNDS: &str = "software_bounds";
/// The library of the fast interpreter whose guests start threads.
const THREADS: &str = "threads";
/// The configuration whose code finds its memory by a segment register.
const SEGUE: &str = "aot-segue";
/// The library of the LLVM JIT that compiles beside the calls.
const DEFERRED: &str = "llvm_jit_lazy";
/// The library with LLVM that compiles ahead of time and runs nothing.
const COMPILER: &str = "compiler";

/// The stack that WAMR's own program gives to every instance.
const USUAL_STACK: u32 = 64 << 10;
/// The Fast JIT's frames are larger than the interpreters': a program as deep as QuickJS overflows the usual stack.
const FAST_JIT_STACK: u32 = 256 << 10;
/// None: LLVM's code uses the thread's stack. 1 is the least that WAMR takes (0 is its default).
const NO_STACK: u32 = 1;

/// WAMR puts its guard pages into the stack of the thread that runs code, and touches all of it to do so: the stack is as
/// large as deep recursion in compiled code needs (wasmtime's limit is the same) and no larger.
pub const THREAD_STACK: usize = 512 << 10;

/// Every configuration, the default of WAMR's own program first.
pub const CONFIGURATIONS: &[ConfigurationSpec] = &[
    ConfigurationSpec {
        name: "fast-interpreter",
        tier: Tier::Interpreter,
        about: "the fast interpreter: code is rewritten to registers when it is loaded (the default); a 64 KiB stack per instance",
        purposes: &[Purpose::Default],
        library: FAST,
        compiler: Compiler::None,
        simd: "SIMDe",
        lacks: &[],
        wasm_stack: USUAL_STACK,
    },
    ConfigurationSpec {
        name: "fast-interpreter-software-bounds",
        tier: Tier::Interpreter,
        about: "the fast interpreter without guard pages and without their 8 GiB of addresses per instance: each access is checked",
        purposes: &[],
        library: SOFTWARE_BOUNDS,
        compiler: Compiler::None,
        simd: "SIMDe",
        lacks: &[],
        wasm_stack: USUAL_STACK,
    },
    ConfigurationSpec {
        name: "classic-interpreter",
        tier: Tier::Interpreter,
        about: "the classic interpreter: the module's own bytes, run in place; a 64 KiB stack per instance",
        purposes: &[],
        library: "classic",
        compiler: Compiler::None,
        simd: "none",
        lacks: &["simd"],
        wasm_stack: USUAL_STACK,
    },
    ConfigurationSpec {
        name: "fast-jit",
        tier: Tier::Baseline,
        about: "the Fast JIT: a small compiler of WAMR's own with AsmJit's assembler, all functions when a module is loaded; a 256 KiB stack per instance",
        purposes: &[],
        library: "fast_jit",
        compiler: Compiler::FastJit,
        simd: "none",
        // It takes tail calls for calls, and its stack overflows.
        lacks: &["simd", "tail-call"],
        wasm_stack: FAST_JIT_STACK,
    },
    ConfigurationSpec {
        name: "llvm-jit",
        tier: Tier::Optimizing,
        about: "compiled in the process by LLVM at -O3, all functions when a module is loaded; no stack of its own per instance",
        purposes: &[],
        library: "llvm_jit",
        compiler: Compiler::LlvmJit { functions: "all, when a module is loaded" },
        simd: "the CPU's",
        lacks: &[],
        wasm_stack: NO_STACK,
    },
    ConfigurationSpec {
        name: "llvm-jit-lazy",
        tier: Tier::Optimizing,
        about: "compiled in the process by LLVM at -O3, deferred: by a thread beside the calls, and by calls of what it has not reached",
        purposes: &[],
        library: DEFERRED,
        compiler: Compiler::LlvmJit { functions: "deferred to calls, and to a thread beside them" },
        simd: "the CPU's",
        lacks: &[],
        wasm_stack: NO_STACK,
    },
    ConfigurationSpec {
        name: "aot",
        tier: Tier::Aot,
        about: "compiled ahead of time by LLVM at -O3, run by a library without LLVM; no stack of its own per instance",
        purposes: &[Purpose::Start, Purpose::Density, Purpose::Throughput],
        library: FAST,
        compiler: Compiler::LlvmApart,
        simd: "the CPU's",
        lacks: &[],
        wasm_stack: NO_STACK,
    },
    ConfigurationSpec {
        name: SEGUE,
        tier: Tier::Aot,
        about: "as aot, and code finds its memory by a segment register (wamrc --enable-segue), which WAMR's tuning guide recommends",
        purposes: &[],
        library: FAST,
        compiler: Compiler::LlvmApart,
        simd: "the CPU's",
        lacks: &[],
        wasm_stack: NO_STACK,
    },
    ConfigurationSpec {
        name: "aot-software-bounds",
        tier: Tier::Aot,
        about: "as aot, compiled with a check of each access for a library without guard pages",
        purposes: &[],
        library: SOFTWARE_BOUNDS,
        compiler: Compiler::LlvmApart,
        simd: "the CPU's",
        lacks: &[],
        wasm_stack: NO_STACK,
    },
    ConfigurationSpec {
        name: "fast-interpreter-threads",
        tier: Tier::Interpreter,
        about: "the fast interpreter in a library whose guests start threads (wasi-threads); a 64 KiB stack per instance and thread",
        purposes: &[],
        library: THREADS,
        compiler: Compiler::None,
        simd: "SIMDe",
        lacks: &[],
        wasm_stack: USUAL_STACK,
    },
    ConfigurationSpec {
        name: "aot-threads",
        tier: Tier::Aot,
        about: "as aot, compiled for a library whose guests start threads (wasi-threads)",
        purposes: &[],
        library: THREADS,
        compiler: Compiler::LlvmApart,
        simd: "the CPU's",
        lacks: &[],
        wasm_stack: NO_STACK,
    },
];

/// What WAMR runs beyond WebAssembly 1.0.
const PROPOSALS: [&str; 9] = [
    "bulk-memory",
    "extended-const",
    "multi-value",
    "mutable-global",
    "reference-types",
    "saturating-float-to-int",
    "sign-extension",
    "simd",
    "tail-call",
];

/// What the library with threads runs beyond those.
const OF_THREADS: [&str; 2] = ["threads", "wasi-threads"];

impl ConfigurationSpec {
    pub fn describe(&self) -> Configuration {
        let beyond = OF_THREADS.into_iter().filter(|_| self.threads());
        let proposals = PROPOSALS.into_iter().chain(beyond).filter(|proposal| !self.lacks.contains(proposal));
        Configuration {
            name: self.name.to_owned(),
            formerly: Vec::new(),
            tier: self.tier,
            about: self.about.to_owned(),
            starts_from: vec![self.starts_from()],
            proposals: proposals.map(str::to_owned).collect(),
            wasi: true,
            purposes: self.purposes.to_vec(),
            licence: None,
            // In all others, threads that compile work while the caller waits.
            serial: self.library != DEFERRED && !self.threads(),
            code_cache: false,
            limits: Limits { stack_bytes: Some(self.stack()), ..Limits::default() },
        }
    }

    /// Bytes of the stack that calls have: an instance's own, or the worker's for compiled code.
    fn stack(&self) -> u64 {
        if self.wasm_stack == NO_STACK { THREAD_STACK as u64 } else { self.wasm_stack.into() }
    }

    /// What a measured process runs from.
    fn starts_from(&self) -> Source {
        if self.compiler == Compiler::LlvmApart { Source::Artifact } else { Source::Wasm }
    }

    /// Whether its code finds its memory by a segment register.
    pub fn segue(&self) -> bool {
        self.name == SEGUE
    }

    fn threads(&self) -> bool {
        self.library == THREADS
    }

    /// Why no thread but the first makes instances, where that is so. With every other library a module is complete
    /// when it has been loaded.
    pub fn one_thread(&self) -> Option<&'static str> {
        let why = "share a module with other threads: the deferred LLVM JIT still compiles it, by a thread beside \
            the calls";
        (self.library == DEFERRED).then_some(why)
    }

    /// What artifacts are compiled for.
    pub fn target(&self) -> sys::Target {
        match self.library {
            _ if self.segue() => sys::Target::Segue,
            SOFTWARE_BOUNDS => sys::Target::SoftwareBounds,
            THREADS => sys::Target::Threads,
            _ => sys::Target::GuardPages,
        }
    }

    /// The library for a process that works from `source`.
    pub fn variant(&self, source: Source) -> Result<&'static str> {
        match source {
            source if source == self.starts_from() => Ok(self.library),
            Source::Wasm => Ok(COMPILER),
            Source::Artifact | Source::Linked => {
                Err(Failure::unsupported(format!("WAMR's {} does not start from {source:?}", self.name)))
            }
        }
    }
}

/// The configuration of this name.
pub fn find(name: &str) -> Result<&'static ConfigurationSpec> {
    CONFIGURATIONS.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let names: Vec<&str> = CONFIGURATIONS.iter().map(|spec| spec.name).collect();
        Failure::unsupported(format!("WAMR has no configuration {name:?}: choose {}", names.join(" or ")))
    })
}

/// What the configuration is set to in this process.
pub fn resolved(configuration: &ConfigurationSpec, engine: &Engine) -> Settings {
    let bounds = if engine.guard_pages() { "guard pages" } else { "checks in code" };
    let stack = match configuration.wasm_stack {
        NO_STACK => format!("unused ({NO_STACK} B, the least): compiled code uses the thread's stack"),
        bytes => format!("{} KiB for each instance, cleared when it is made", bytes >> 10),
    };
    let mut settings = vec![
        ("library", sys::file_name(engine.variant())),
        ("bounds_checks", bounds.to_owned()),
        ("wasm_stack", stack),
        ("app_heap", "0".to_owned()),
        ("allocator", "the system's".to_owned()),
        ("simd", configuration.simd.to_owned()),
        ("wasi", "WAMR's own (libc-wasi)".to_owned()),
    ];
    if configuration.threads() {
        settings.push(("guest_threads", format!("{} at most, the first one included", GUEST_THREADS)));
    }
    match configuration.compiler {
        Compiler::None => {}
        Compiler::FastJit => settings.extend([
            ("compiler", "Fast JIT".to_owned()),
            ("functions", "all, when a module is loaded".to_owned()),
            ("code_cache", format!("{} MiB", CODE_CACHE >> 20)),
            ("compile_threads", "1".to_owned()),
        ]),
        Compiler::LlvmJit { .. } | Compiler::LlvmApart => settings.extend([
            ("compiler", format!("LLVM {}", sys::LLVM_VERSION)),
            ("opt_level", OPT_LEVEL.to_string()),
            ("size_level", SIZE_LEVEL.to_string()),
            ("target_cpu", "this machine's".to_owned()),
            ("compile_threads", "1".to_owned()),
        ]),
    }
    if configuration.segue() {
        settings.push(("segue", "all loads and stores".to_owned()));
    }
    if let Compiler::LlvmJit { functions } = configuration.compiler {
        settings.push(("functions", functions.to_owned()));
    }
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
