//! The configurations, as data: what each opens, and what it is set to.

use wasmark_adapter::{Configuration, Failure, Purpose, Result, Settings, Source, Tier};
use wasmark_wamr_sys as sys;

use crate::engine::{Engine, OPT_LEVEL, SIZE_LEVEL};

/// A configuration that the adapter knows.
pub struct Known {
    pub name: &'static str,
    tier: Tier,
    about: &'static str,
    /// What a measured process runs from.
    starts_from: &'static [Source],
    /// The library for a process that works from a source; for a compiler that works apart also the one for that.
    variants: &'static [(Source, &'static str)],
    /// Whether `compile` makes an artifact and nothing that runs.
    pub compiles_apart: bool,
    /// Bytes of the stack that WAMR allocates, and clears, for each instance's calls.
    pub wasm_stack: u32,
}

/// The library with the fast interpreter, which runs artifacts, too.
const FAST: &str = "fast";
/// The library with LLVM, which runs nothing.
const COMPILER: &str = "compiler";

/// Every configuration, the default of WAMR's own program first.
pub const CONFIGURATIONS: &[Known] = &[
    Known {
        name: "fast-interpreter",
        tier: Tier::Interpreter,
        about: "the fast interpreter: code is rewritten to registers when it is loaded (the default); a 64 KiB stack per instance",
        starts_from: &[Source::Wasm],
        variants: &[(Source::Wasm, FAST)],
        compiles_apart: false,
        // The default of WAMR's own program.
        wasm_stack: 64 << 10,
    },
    Known {
        name: "aot",
        tier: Tier::Aot,
        about: "compiled ahead of time by LLVM at -O3, run by a library without LLVM; no stack of its own per instance",
        starts_from: &[Source::Artifact],
        variants: &[(Source::Wasm, COMPILER), (Source::Artifact, FAST)],
        compiles_apart: true,
        // None: compiled code uses the thread's stack. 1 is the least that WAMR takes (0 is its default).
        wasm_stack: 1,
    },
];

/// What every variant runs beyond WebAssembly 1.0.
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

impl Known {
    pub fn describe(&self) -> Configuration {
        Configuration {
            name: self.name.to_owned(),
            tier: self.tier,
            about: self.about.to_owned(),
            starts_from: self.starts_from.to_vec(),
            proposals: PROPOSALS.map(str::to_owned).to_vec(),
            wasi: true,
            purposes: vec![Purpose::Default],
            licence: None,
        }
    }

    /// The library for a process that works from `source`.
    pub fn variant(&self, source: Source) -> Result<&'static str> {
        let known = self.variants.iter().find(|(known, _)| *known == source).map(|(_, variant)| *variant);
        known.ok_or_else(|| {
            Failure::unsupported(format!("WAMR's {} does not start from {source:?}", self.name))
        })
    }
}

/// The configuration of this name.
pub fn find(name: &str) -> Result<&'static Known> {
    CONFIGURATIONS.iter().find(|known| known.name == name).ok_or_else(|| {
        let names: Vec<&str> = CONFIGURATIONS.iter().map(|known| known.name).collect();
        Failure::unsupported(format!("WAMR has no configuration {name:?}: choose {}", names.join(" or ")))
    })
}

/// What the configuration is set to in this process.
pub fn resolved(configuration: &Known, engine: &Engine) -> Settings {
    let bounds = if engine.guard_pages() { "guard pages" } else { "checks in code" };
    let stack = if configuration.compiles_apart {
        format!("unused ({} B, the least): compiled code uses the thread's stack", configuration.wasm_stack)
    } else {
        format!("{} KiB for each instance, cleared when it is made", configuration.wasm_stack >> 10)
    };
    let mut settings = Settings::from(
        [
            ("library", sys::file_name(engine.variant())),
            ("bounds_checks", bounds.to_owned()),
            ("wasm_stack", stack),
            ("app_heap", "0".to_owned()),
            ("allocator", "the system's".to_owned()),
            ("simd", if configuration.compiles_apart { "the CPU's" } else { "SIMDe" }.to_owned()),
            ("wasi", "WAMR's own (libc-wasi)".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if configuration.compiles_apart {
        let compiler = [
            ("compiler", format!("LLVM {}", sys::LLVM_VERSION)),
            ("opt_level", OPT_LEVEL.to_string()),
            ("size_level", SIZE_LEVEL.to_string()),
            ("target_cpu", "this machine's".to_owned()),
            ("compile_threads", "1".to_owned()),
        ];
        settings.extend(compiler.map(|(name, value)| (name.to_owned(), value)));
    }
    settings
}
