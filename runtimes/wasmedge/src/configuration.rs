//! The configurations, as data, and WasmEdge's settings for them.

use wasmark_adapter::{Configuration, Failure, Limits, Purpose, Result, Settings, Source, Tier, probes};
use wasmedge_sys::ffi;

use crate::c::context::Configure;

/// A configuration that the adapter knows.
pub struct ConfigurationSpec {
    pub name: &'static str,
    tier: Tier,
    about: &'static str,
    purposes: &'static [Purpose],
    run_mode: ffi::WasmEdge_RunMode,
    level: ffi::WasmEdge_CompilerOptimizationLevel,
    format: ffi::WasmEdge_CompilerOutputFormat,
    metering: Metering,
}

/// What WasmEdge counts while it executes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Metering {
    None,
    /// Each instruction's cost against a limit: 1 and no limit, by WasmEdge's defaults.
    Cost,
}

impl ConfigurationSpec {
    /// Whether `compile` makes an artifact and nothing that runs.
    pub fn compiles_apart(&self) -> bool {
        // In any other mode WasmEdge interprets the module that an artifact holds, too.
        self.run_mode == ffi::WasmEdge_RunMode_AOT
    }

    /// Whether code is made when a module is instantiated.
    pub fn compiles_per_instance(&self) -> bool {
        self.run_mode == ffi::WasmEdge_RunMode_JIT
    }

    /// Why no thread but the first makes instances, where that is so.
    ///
    /// Compiled code serves on several threads, unless it traps there: WasmEdge 0.17.1 counts the calls, sets its signal
    /// handlers at the first and resets them after the last, without a lock, and another thread's call can be counted in
    /// between. A trap of that ends the process.
    pub fn one_thread(&self) -> Option<&'static str> {
        let why = "shares no code with other threads: WasmEdge's JIT compiles it for each instance";
        self.compiles_per_instance().then_some(why)
    }

    /// What a measured process runs from.
    fn starts_from(&self) -> Source {
        if self.compiles_apart() { Source::Artifact } else { Source::Wasm }
    }
}

/// The interpreter, which the other configurations differ from.
const INTERPRETER: ConfigurationSpec = ConfigurationSpec {
    name: "interpreter",
    tier: Tier::Interpreter,
    about: "the interpreter (the default)",
    purposes: &[Purpose::Default],
    run_mode: ffi::WasmEdge_RunMode_Interpreter,
    level: ffi::WasmEdge_CompilerOptimizationLevel_O3,
    format: ffi::WasmEdge_CompilerOutputFormat_Native,
    metering: Metering::None,
};

/// Compiled ahead of time as WasmEdge's own program does by default.
const AOT: ConfigurationSpec = ConfigurationSpec {
    name: "aot",
    tier: Tier::Aot,
    about: "compiled ahead of time by LLVM at -O3 into a shared library",
    purposes: &[Purpose::Start, Purpose::Density, Purpose::Throughput],
    run_mode: ffi::WasmEdge_RunMode_AOT,
    ..INTERPRETER
};

/// Every configuration, the default of WasmEdge's own program first.
const CONFIGURATIONS: [ConfigurationSpec; 8] = [
    INTERPRETER,
    AOT,
    ConfigurationSpec {
        name: "jit",
        tier: Tier::Optimizing,
        about: "compiled to memory by LLVM at -O3 each time a module is instantiated",
        purposes: &[],
        run_mode: ffi::WasmEdge_RunMode_JIT,
        ..INTERPRETER
    },
    ConfigurationSpec {
        name: "aot-universal",
        about: "as aot, into a section of the module",
        purposes: &[],
        format: ffi::WasmEdge_CompilerOutputFormat_Wasm,
        ..AOT
    },
    ConfigurationSpec {
        name: "aot-o0",
        about: "as aot, at -O0",
        purposes: &[],
        level: ffi::WasmEdge_CompilerOptimizationLevel_O0,
        ..AOT
    },
    ConfigurationSpec {
        name: "aot-os",
        about: "as aot, at -Os",
        purposes: &[],
        level: ffi::WasmEdge_CompilerOptimizationLevel_Os,
        ..AOT
    },
    ConfigurationSpec {
        name: "interpreter-gas",
        about: "the interpreter, counting each instruction's cost",
        purposes: &[],
        metering: Metering::Cost,
        ..INTERPRETER
    },
    ConfigurationSpec {
        name: "aot-gas",
        about: "as aot, counting each instruction's cost",
        purposes: &[],
        metering: Metering::Cost,
        ..AOT
    },
];

/// Proposals by wasmark's names.
const PROPOSALS: [(&str, ffi::WasmEdge_Proposal); 16] = [
    ("bulk-memory", ffi::WasmEdge_Proposal_BulkMemoryOperations),
    ("exceptions", ffi::WasmEdge_Proposal_ExceptionHandling),
    ("extended-const", ffi::WasmEdge_Proposal_ExtendedConst),
    ("function-references", ffi::WasmEdge_Proposal_FunctionReferences),
    ("gc", ffi::WasmEdge_Proposal_GC),
    ("memory64", ffi::WasmEdge_Proposal_Memory64),
    ("multi-memory", ffi::WasmEdge_Proposal_MultiMemories),
    ("multi-value", ffi::WasmEdge_Proposal_MultiValue),
    ("mutable-global", ffi::WasmEdge_Proposal_ImportExportMutGlobals),
    ("reference-types", ffi::WasmEdge_Proposal_ReferenceTypes),
    ("relaxed-simd", ffi::WasmEdge_Proposal_RelaxSIMD),
    ("saturating-float-to-int", ffi::WasmEdge_Proposal_NonTrapFloatToIntConversions),
    ("sign-extension", ffi::WasmEdge_Proposal_SignExtensionOperators),
    ("simd", ffi::WasmEdge_Proposal_SIMD),
    ("tail-call", ffi::WasmEdge_Proposal_TailCall),
    ("threads", ffi::WasmEdge_Proposal_Threads),
];

/// What WasmEdge runs in its interpreter only: its compiler makes a trap of it.
const INTERPRETED: [&str; 1] = ["exceptions"];

/// Every configuration, described.
pub fn describe() -> Vec<Configuration> {
    CONFIGURATIONS
        .iter()
        .map(|spec| Configuration {
            name: spec.name.to_owned(),
            formerly: Vec::new(),
            tier: spec.tier,
            about: spec.about.to_owned(),
            starts_from: vec![spec.starts_from()],
            proposals: proposals(spec),
            wasi: true,
            purposes: spec.purposes.to_vec(),
            licence: None,
            serial: true,
            code_cache: false,
            limits: Limits::default(),
        })
        .collect()
}

/// What is on by WasmEdge's defaults and runs.
fn proposals(spec: &ConfigurationSpec) -> Vec<String> {
    // Without settings nothing runs, and `new` reports why.
    let Ok(settings) = settings(spec) else { return Vec::new() };
    PROPOSALS
        .into_iter()
        // SAFETY: the settings live.
        .filter(|(_, proposal)| unsafe { ffi::WasmEdge_ConfigureHasProposal(settings.get(), *proposal) })
        .filter(|(name, _)| !spec.tier.generates_code() || !INTERPRETED.contains(name))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The configuration of this name, for a process that works from `source`.
pub fn find(name: &str, source: Source) -> Result<&'static ConfigurationSpec> {
    const ALL: &[ConfigurationSpec] = &CONFIGURATIONS;
    let spec = ALL.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let names = CONFIGURATIONS.each_ref().map(|spec| spec.name).join(" or ");
        Failure::unsupported(format!("WasmEdge has no configuration {name:?}: choose {names}"))
    })?;
    // What compiles apart does so in a process that works from the module.
    if spec.starts_from() == source || (spec.compiles_apart() && source == Source::Wasm) {
        return Ok(spec);
    }
    Err(Failure::unsupported(format!("WasmEdge's {name} does not start from {source:?}")))
}

/// WasmEdge's settings: its defaults but for what the configuration sets, and code for this CPU.
pub fn settings(spec: &ConfigurationSpec) -> Result<Configure> {
    // SAFETY: sets fields of a context of our own.
    unsafe {
        let settings = Configure::own(ffi::WasmEdge_ConfigureCreate())?;
        ffi::WasmEdge_ConfigureSetRunMode(settings.get(), spec.run_mode);
        ffi::WasmEdge_ConfigureCompilerSetOptimizationLevel(settings.get(), spec.level);
        ffi::WasmEdge_ConfigureCompilerSetOutputFormat(settings.get(), spec.format);
        ffi::WasmEdge_ConfigureStatisticsSetCostMeasuring(settings.get(), spec.metering == Metering::Cost);
        Ok(settings)
    }
}

/// The settings, read back.
pub fn resolved(spec: &ConfigurationSpec, settings: &Configure) -> Settings {
    let settings = settings.get();
    // SAFETY: reads fields of a context that lives.
    let (mode, level, format, generic, counting, cost, pages) = unsafe {
        (
            ffi::WasmEdge_ConfigureGetRunMode(settings),
            ffi::WasmEdge_ConfigureCompilerGetOptimizationLevel(settings),
            ffi::WasmEdge_ConfigureCompilerGetOutputFormat(settings),
            ffi::WasmEdge_ConfigureCompilerIsGenericBinary(settings),
            ffi::WasmEdge_ConfigureStatisticsIsInstructionCounting(settings),
            ffi::WasmEdge_ConfigureStatisticsIsCostMeasuring(settings),
            ffi::WasmEdge_ConfigureGetMaxMemoryPage(settings),
        )
    };
    let mode = match mode {
        ffi::WasmEdge_RunMode_Interpreter => "interpreter",
        ffi::WasmEdge_RunMode_JIT => "jit",
        ffi::WasmEdge_RunMode_AOT => "aot",
        _ => "unknown",
    };
    let level = match level {
        ffi::WasmEdge_CompilerOptimizationLevel_Os => "Os".to_owned(),
        ffi::WasmEdge_CompilerOptimizationLevel_Oz => "Oz".to_owned(),
        number => format!("O{number}"),
    };
    let mut resolved = Settings::new();
    let mut set = |name: &str, value: &str| resolved.insert(name.to_owned(), value.to_owned());
    set("run_mode", mode);
    set("interface", "C, without the signal masks that the Rust SDK puts around host calls");
    set("instruction_counting", &counting.to_string());
    set("cost_measuring", &cost.to_string());
    set("max_memory_pages", &pages.to_string());
    set("wasi", "WasmEdge's own");
    if !spec.tier.generates_code() {
        set("bounds_checks", "checks in the interpreter");
        return resolved;
    }
    set("bounds_checks", "guard pages");
    set("compiler", &llvm());
    set("opt_level", &level);
    set("target_cpu", if generic { "generic" } else { "this machine's" });
    if spec.compiles_per_instance() {
        set("compiles", "when a module is instantiated: WasmEdge's interface has no other time");
    } else {
        let native = format == ffi::WasmEdge_CompilerOutputFormat_Native;
        set("artifact", if native { "shared library" } else { "wasm with machine code in a section" });
    }
    resolved
}

/// The LLVM that WasmEdge's library brought into this process, by its file: the library does not say its version.
fn llvm() -> String {
    let files = probes::loaded_files().unwrap_or_default();
    let names = files.iter().filter_map(|(path, _)| path.file_name()?.to_str());
    let found = names.into_iter().find(|name| name.starts_with("libLLVM"));
    found.map_or_else(|| "an LLVM within WasmEdge's library".to_owned(), |name| format!("LLVM, {name}"))
}
