//! The configurations, as data: how V8 is started, where each instance is put, and who calls it.

use wasmark_adapter::{Configuration, Failure, Limits, Purpose, Result, Settings, Source, Tier, ValueType};

use crate::shim;

/// A configuration that the adapter knows.
pub struct ConfigurationSpec {
    name: &'static str,
    /// Names that it had before.
    formerly: &'static [&'static str],
    tier: Tier,
    about: &'static str,
    purposes: &'static [Purpose],
    starts_from: &'static [Source],
    pub start: Start,
    pub placement: Placement,
    pub caller: Caller,
}

/// Who calls an instance's entry.
#[derive(Clone, Copy, PartialEq)]
pub enum Caller {
    /// The host, by V8's C++ interface.
    Host,
    /// A JavaScript function, which the host calls: as in browsers, in Node.js and on platforms of isolates.
    JavaScript,
}

/// How V8 is started in a process.
#[derive(Clone, Copy, PartialEq)]
pub struct Start {
    /// Flags of V8's, beside [`FLAGS`].
    flags: &'static str,
    bounds: Bounds,
}

/// How accesses to memories are bounded.
#[derive(Clone, Copy, PartialEq)]
enum Bounds {
    Checks,
    GuardPages,
}

/// What each instance has to itself.
#[derive(Clone, Copy, PartialEq)]
pub enum Placement {
    /// Nothing: all are in one context of one isolate.
    Shared,
    /// A context, all of one isolate.
    Context,
    /// An isolate and a context.
    Isolate,
}

/// One compile thread, as everywhere here.
const FLAGS: &str = "--wasm-num-compilation-tasks=1";

/// Memories grow to 512 MiB. V8 reserves for each what it may grow to, 4 GiB without a limit, and has 1 TiB for all: with
/// 256 instances, living or not collected yet, every further one would cost full collections of garbage.
const MEMORY: &str = "--wasm-max-mem-pages=8192";
/// The same, in bytes.
const MEMORY_BYTES: u64 = 8192 << 16;

impl Start {
    /// All of the flags.
    pub fn flags(self) -> String {
        let memory = match self.bounds {
            Bounds::Checks => MEMORY,
            // The guard pages of a memory are 10 GiB, however small it is.
            Bounds::GuardPages => "",
        };
        [FLAGS, memory, self.flags]
            .into_iter()
            .filter(|flags| !flags.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn limits(self) -> Limits {
        // Calls come from JavaScript, which has no vectors.
        let limits = Limits { not_in_calls: vec![ValueType::V128], ..Limits::default() };
        match self.bounds {
            Bounds::Checks => {
                Limits { memory_bytes: Some(MEMORY_BYTES), instead: Some("default".to_owned()), ..limits }
            }
            Bounds::GuardPages => limits,
        }
    }

    pub fn guard_pages(self) -> bool {
        self.bounds == Bounds::GuardPages
    }
}

const DEFAULT: Start = Start { flags: "", bounds: Bounds::GuardPages };
const CHECKS: Start = Start { flags: "", bounds: Bounds::Checks };

/// Every configuration, V8's own default first.
const CONFIGURATIONS: &[ConfigurationSpec] = &[
    ConfigurationSpec {
        name: "default",
        formerly: &["guard-pages"],
        tier: Tier::Optimizing,
        about: "Liftoff compiles a function at its first call, TurboFan again where it is hot (the default); memories are bounded by guard pages, as in browsers and in Node.js; instances share a context",
        purposes: &[Purpose::Default],
        starts_from: &[Source::Wasm],
        start: DEFAULT,
        placement: Placement::Shared,
        caller: Caller::Host,
    },
    ConfigurationSpec {
        name: "checks-in-code",
        formerly: &[],
        tier: Tier::Optimizing,
        about: "as default, and accesses to memories are checked in code: more than about a hundred memories live at once",
        purposes: &[Purpose::Density],
        starts_from: &[Source::Wasm],
        start: CHECKS,
        placement: Placement::Shared,
        caller: Caller::Host,
    },
    ConfigurationSpec {
        name: "javascript-entry",
        formerly: &[],
        tier: Tier::Optimizing,
        about: "as default, and each instance's entry is called by a JavaScript function of its own, which the host calls",
        purposes: &[],
        starts_from: &[Source::Wasm],
        start: DEFAULT,
        placement: Placement::Shared,
        caller: Caller::JavaScript,
    },
    ConfigurationSpec {
        name: "liftoff",
        formerly: &[],
        tier: Tier::Baseline,
        about: "Liftoff alone, all functions when a module is compiled; bounds checks in code",
        purposes: &[],
        starts_from: &[Source::Wasm],
        start: Start { flags: "--liftoff-only --no-wasm-lazy-compilation", bounds: Bounds::Checks },
        placement: Placement::Shared,
        caller: Caller::Host,
    },
    ConfigurationSpec {
        name: "turbofan",
        formerly: &[],
        tier: Tier::Optimizing,
        about: "TurboFan alone, all functions when a module is compiled; bounds checks in code; artifacts are V8's code cache",
        purposes: &[],
        starts_from: &[Source::Wasm, Source::Artifact],
        start: Start { flags: "--no-liftoff --no-wasm-lazy-compilation", bounds: Bounds::Checks },
        placement: Placement::Shared,
        caller: Caller::Host,
    },
    ConfigurationSpec {
        name: "context-per-instance",
        formerly: &[],
        tier: Tier::Optimizing,
        about: "as checks-in-code, and each instance has a new context of the one isolate",
        purposes: &[],
        starts_from: &[Source::Wasm],
        start: CHECKS,
        placement: Placement::Context,
        caller: Caller::Host,
    },
    ConfigurationSpec {
        name: "isolate-per-instance",
        formerly: &[],
        tier: Tier::Optimizing,
        about: "as checks-in-code, and each instance has a new isolate; isolates share the module's code",
        purposes: &[],
        starts_from: &[Source::Wasm],
        start: CHECKS,
        placement: Placement::Isolate,
        caller: Caller::Host,
    },
];

/// What V8 runs beyond WebAssembly 1.0 without a flag.
const PROPOSALS: [&str; 17] = [
    "bulk-memory",
    "exceptions",
    "extended-const",
    "function-references",
    "gc",
    "legacy-exceptions",
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
    "threads",
];

/// Every configuration, for people.
pub fn describe() -> Vec<Configuration> {
    let configuration = |spec: &ConfigurationSpec| Configuration {
        name: spec.name.to_owned(),
        formerly: spec.formerly.iter().map(|name| (*name).to_owned()).collect(),
        tier: spec.tier,
        about: spec.about.to_owned(),
        starts_from: spec.starts_from.to_vec(),
        proposals: PROPOSALS.map(str::to_owned).to_vec(),
        wasi: false,
        purposes: spec.purposes.to_vec(),
        licence: None,
        // V8 compiles and collects in threads beside the calls.
        serial: false,
        code_cache: false,
        limits: spec.start.limits(),
    };
    CONFIGURATIONS.iter().map(configuration).collect()
}

/// The configuration of this name.
///
/// # Errors
/// Where there is none, or it does not start from `source`.
pub fn find(name: &str, source: Source) -> Result<&'static ConfigurationSpec> {
    let spec = CONFIGURATIONS.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let names: Vec<&str> = CONFIGURATIONS.iter().map(|spec| spec.name).collect();
        Failure::unsupported(format!("V8 has no configuration {name:?}: choose {}", names.join(" or ")))
    })?;
    if spec.starts_from.contains(&source) {
        Ok(spec)
    } else {
        Err(Failure::unsupported(format!("V8's {name} does not start from {source:?}")))
    }
}

impl ConfigurationSpec {
    /// What this configuration is set to.
    pub fn resolved(&self) -> Settings {
        let bounds = match self.start.bounds {
            Bounds::Checks => "checks in code",
            Bounds::GuardPages => "guard pages",
        };
        let placement = match self.placement {
            Placement::Shared => "one isolate, one context",
            Placement::Context => "one isolate, a context for each instance",
            Placement::Isolate => "an isolate and a context for each instance",
        };
        let caller = match self.caller {
            Caller::Host => "the host",
            Caller::JavaScript => "a JavaScript function, which the host calls",
        };
        let settings = [
            ("v8", shim::version()),
            ("flags", self.start.flags()),
            ("bounds_checks", bounds.to_owned()),
            ("placement", placement.to_owned()),
            ("entry_called_by", caller.to_owned()),
            ("compile_threads", "1".to_owned()),
            // MiniRacer's library is built with Chromium's, which has C++'s `new` and `delete`.
            ("allocator", "PartitionAlloc for C++, `malloc` for the rest".to_owned()),
            ("pointers", "compressed, in V8's sandbox of 1 TiB".to_owned()),
            ("garbage", "collected when V8 decides: dropping an instance frees nothing at once".to_owned()),
        ];
        settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
