//! The configurations, as data, and WasmEdge's settings for them.

use wasmark_adapter::{Configuration, Failure, Purpose, Result, Settings, Source, Tier};
use wasmedge_sys::ffi;

use crate::context::Configure;

/// A configuration that the adapter knows.
pub struct Known {
    pub name: &'static str,
    tier: Tier,
    about: &'static str,
    /// What a measured process runs from.
    starts_from: &'static [Source],
    /// Whether `compile` makes an artifact and nothing that runs.
    pub compiles_apart: bool,
    run_mode: ffi::WasmEdge_RunMode,
}

/// Every configuration, the default of WasmEdge's own program first.
const CONFIGURATIONS: [Known; 2] = [
    Known {
        name: "interpreter",
        tier: Tier::Interpreter,
        about: "the interpreter (the default)",
        starts_from: &[Source::Wasm],
        compiles_apart: false,
        run_mode: ffi::WasmEdge_RunMode_Interpreter,
    },
    Known {
        name: "aot",
        tier: Tier::Aot,
        about: "compiled ahead of time by LLVM at -O3 into a shared library",
        starts_from: &[Source::Artifact],
        compiles_apart: true,
        // In any other mode WasmEdge interprets the module that the artifact holds, too.
        run_mode: ffi::WasmEdge_RunMode_AOT,
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

/// Every configuration, described.
pub fn describe() -> Vec<Configuration> {
    // Without settings nothing runs, and `new` says why.
    let defaults = settings(&CONFIGURATIONS[0]).ok();
    // SAFETY: the settings live.
    let on = |proposal| {
        defaults.as_ref().is_some_and(|it| unsafe { ffi::WasmEdge_ConfigureHasProposal(it.get(), proposal) })
    };
    let proposals: Vec<String> = PROPOSALS
        .into_iter()
        .filter(|(_, proposal)| on(*proposal))
        .map(|(name, _)| name.to_owned())
        .collect();
    CONFIGURATIONS
        .iter()
        .map(|known| Configuration {
            name: known.name.to_owned(),
            tier: known.tier,
            about: known.about.to_owned(),
            starts_from: known.starts_from.to_vec(),
            proposals: proposals.clone(),
            wasi: true,
            purposes: vec![Purpose::Default],
            licence: None,
        })
        .collect()
}

/// The configuration of this name, for a process that works from `source`.
pub fn find(name: &str, source: Source) -> Result<&'static Known> {
    const ALL: &[Known] = &CONFIGURATIONS;
    let known = ALL.iter().find(|known| known.name == name).ok_or_else(|| {
        let names = CONFIGURATIONS.each_ref().map(|known| known.name).join(" or ");
        Failure::unsupported(format!("WasmEdge has no configuration {name:?}: choose {names}"))
    })?;
    if known.starts_from.contains(&source) || (known.compiles_apart && source == Source::Wasm) {
        return Ok(known);
    }
    Err(Failure::unsupported(format!("WasmEdge's {name} does not start from {source:?}")))
}

/// WasmEdge's settings: its defaults, without statistics (they count instructions), and code for this CPU.
pub fn settings(configuration: &Known) -> Result<Configure> {
    // SAFETY: sets fields of a context of our own.
    unsafe {
        let settings = Configure::own(ffi::WasmEdge_ConfigureCreate())?;
        ffi::WasmEdge_ConfigureSetRunMode(settings.get(), configuration.run_mode);
        ffi::WasmEdge_ConfigureCompilerSetOptimizationLevel(
            settings.get(),
            ffi::WasmEdge_CompilerOptimizationLevel_O3,
        );
        ffi::WasmEdge_ConfigureCompilerSetOutputFormat(
            settings.get(),
            ffi::WasmEdge_CompilerOutputFormat_Native,
        );
        Ok(settings)
    }
}

/// The settings, read back.
pub fn resolved(configuration: &Known, settings: &Configure) -> Settings {
    let settings = settings.get();
    // SAFETY: reads fields of a context that lives.
    let (mode, level, format, generic, counting, pages) = unsafe {
        (
            ffi::WasmEdge_ConfigureGetRunMode(settings),
            ffi::WasmEdge_ConfigureCompilerGetOptimizationLevel(settings),
            ffi::WasmEdge_ConfigureCompilerGetOutputFormat(settings),
            ffi::WasmEdge_ConfigureCompilerIsGenericBinary(settings),
            ffi::WasmEdge_ConfigureStatisticsIsInstructionCounting(settings),
            ffi::WasmEdge_ConfigureGetMaxMemoryPage(settings),
        )
    };
    let mode = match mode {
        ffi::WasmEdge_RunMode_Interpreter => "interpreter",
        ffi::WasmEdge_RunMode_JIT => "jit",
        ffi::WasmEdge_RunMode_AOT => "aot",
        _ => "unknown",
    };
    let mut resolved = Settings::new();
    let mut set = |name: &str, value: String| resolved.insert(name.to_owned(), value);
    set("run_mode", mode.to_owned());
    set("interface", "C, without the signal masks that the Rust SDK puts around host calls".to_owned());
    set("instruction_counting", counting.to_string());
    set("max_memory_pages", pages.to_string());
    set(
        "bounds_checks",
        if configuration.compiles_apart { "guard pages" } else { "checks in the interpreter" }.to_owned(),
    );
    set("wasi", "WasmEdge's own".to_owned());
    if configuration.compiles_apart {
        set("compiler", "the LLVM that WasmEdge's library was built with".to_owned());
        set("opt_level", format!("O{level}"));
        set(
            "artifact",
            if format == ffi::WasmEdge_CompilerOutputFormat_Native { "shared library" } else { "wasm" }
                .to_owned(),
        );
        set("target_cpu", if generic { "generic" } else { "this machine's" }.to_owned());
    }
    resolved
}
