//! wasmer's configurations: a compiler each, with or without metering.

use std::num::NonZero;

use wasmark_adapter::{Configuration, Failure, Limits, Purpose, Result, Settings, Source, Tier};
use wasmer::{
    Engine,
    sys::{CompilerConfig, EngineBuilder, Features, NativeEngineExt},
};

use crate::metering;

/// Everything in which one configuration differs from another.
pub(crate) struct ConfigurationSpec {
    name: &'static str,
    compiler: Compiler,
    metering: Metering,
    threads: Threads,
    about: &'static str,
    purposes: &'static [Purpose],
}

#[derive(Clone, Copy)]
enum Compiler {
    #[cfg(feature = "cranelift")]
    Cranelift,
    #[cfg(feature = "llvm")]
    Llvm,
    #[cfg(feature = "singlepass")]
    Singlepass,
}

#[derive(Clone, Copy)]
enum Metering {
    Off,
    Operators,
}

/// How many threads compile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Threads {
    /// One, as in every engine here unless a configuration states otherwise.
    One,
    /// One for each CPU: wasmer's default.
    OfEachCpu,
}

impl Threads {
    fn number(self) -> NonZero<usize> {
        match self {
            Threads::One => NonZero::<usize>::MIN,
            Threads::OfEachCpu => std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        }
    }
}

const CONFIGURATIONS: &[ConfigurationSpec] = &[
    #[cfg(feature = "cranelift")]
    ConfigurationSpec {
        name: "cranelift",
        compiler: Compiler::Cranelift,
        metering: Metering::Off,
        threads: Threads::One,
        about: "Cranelift; a store for each instance (the default)",
        purposes: &[Purpose::Default, Purpose::Start, Purpose::Density],
    },
    #[cfg(feature = "cranelift")]
    ConfigurationSpec {
        name: "cranelift-metering",
        compiler: Compiler::Cranelift,
        metering: Metering::Operators,
        threads: Threads::One,
        about: "Cranelift; each operator is counted, and the count checked at every branch and call",
        purposes: &[],
    },
    #[cfg(feature = "cranelift")]
    ConfigurationSpec {
        name: "cranelift-parallel-compile",
        compiler: Compiler::Cranelift,
        metering: Metering::Off,
        threads: Threads::OfEachCpu,
        about: "Cranelift; a thread compiles on each CPU, as by default",
        purposes: &[],
    },
    #[cfg(feature = "llvm")]
    ConfigurationSpec {
        name: "llvm",
        compiler: Compiler::Llvm,
        metering: Metering::Off,
        threads: Threads::One,
        about: "LLVM, optimising aggressively (its default in wasmer)",
        purposes: &[Purpose::Throughput],
    },
    #[cfg(feature = "llvm")]
    ConfigurationSpec {
        name: "llvm-metering",
        compiler: Compiler::Llvm,
        metering: Metering::Operators,
        threads: Threads::One,
        about: "LLVM; each operator is counted, and the count checked at every branch and call",
        purposes: &[],
    },
    #[cfg(feature = "llvm")]
    ConfigurationSpec {
        name: "llvm-parallel-compile",
        compiler: Compiler::Llvm,
        metering: Metering::Off,
        threads: Threads::OfEachCpu,
        about: "LLVM; a thread compiles on each CPU, as by default",
        purposes: &[],
    },
    #[cfg(feature = "singlepass")]
    ConfigurationSpec {
        name: "singlepass",
        compiler: Compiler::Singlepass,
        metering: Metering::Off,
        threads: Threads::One,
        about: "singlepass, which compiles in linear time; no SIMD",
        purposes: &[],
    },
    #[cfg(feature = "singlepass")]
    ConfigurationSpec {
        name: "singlepass-metering",
        compiler: Compiler::Singlepass,
        metering: Metering::Operators,
        threads: Threads::One,
        about: "singlepass; each operator is counted, and the count checked at every branch and call",
        purposes: &[],
    },
];

/// What every compiler of wasmer's runs beyond WebAssembly 1.0.
const PROPOSALS: [&str; 9] = [
    "bulk-memory",
    "extended-const",
    "multi-memory",
    "multi-value",
    "mutable-global",
    "reference-types",
    "saturating-float-to-int",
    "sign-extension",
    "threads",
];

impl Compiler {
    fn tier(self) -> Tier {
        match self {
            #[cfg(feature = "cranelift")]
            Compiler::Cranelift => Tier::Optimizing,
            #[cfg(feature = "llvm")]
            Compiler::Llvm => Tier::Optimizing,
            #[cfg(feature = "singlepass")]
            Compiler::Singlepass => Tier::Baseline,
        }
    }

    /// The compiler's licence where it is not wasmer's.
    fn licence(self) -> Option<String> {
        match self {
            #[cfg(feature = "cranelift")]
            Compiler::Cranelift => None,
            #[cfg(feature = "llvm")]
            Compiler::Llvm => Some("BUSL-1.1".to_owned()),
            #[cfg(feature = "singlepass")]
            Compiler::Singlepass => Some("BUSL-1.1".to_owned()),
        }
    }

    /// What it runs beyond [`PROPOSALS`].
    fn further_proposals(self) -> &'static [&'static str] {
        match self {
            #[cfg(feature = "llvm")]
            Compiler::Llvm => &["exceptions", "relaxed-simd", "simd", "tail-call", "wide-arithmetic"],
            #[cfg(feature = "cranelift")]
            Compiler::Cranelift => &["exceptions", "relaxed-simd", "simd", "wide-arithmetic"],
            #[cfg(feature = "singlepass")]
            Compiler::Singlepass => &[],
        }
    }

    /// The compiler with so many threads.
    fn config(self, threads: NonZero<usize>) -> Box<dyn CompilerConfig> {
        match self {
            #[cfg(feature = "llvm")]
            Compiler::Llvm => {
                let mut compiler = wasmer_compiler_llvm::LLVM::new();
                compiler.num_threads(threads);
                Box::new(compiler)
            }
            #[cfg(feature = "cranelift")]
            Compiler::Cranelift => {
                let mut compiler = wasmer::sys::Cranelift::new();
                compiler.num_threads(threads);
                Box::new(compiler)
            }
            #[cfg(feature = "singlepass")]
            Compiler::Singlepass => {
                let mut compiler = wasmer::sys::Singlepass::new();
                compiler.num_threads(threads);
                Box::new(compiler)
            }
        }
    }

    /// What the validator lets through, where it is not what wasmer sets by itself.
    fn features(self) -> Option<Features> {
        match self {
            #[cfg(feature = "cranelift")]
            Compiler::Cranelift => None,
            #[cfg(feature = "llvm")]
            Compiler::Llvm => None,
            // It claims to compile SIMD, and then panics on some of it or calls it a failure of its own: the
            // validator can say what it is.
            #[cfg(feature = "singlepass")]
            Compiler::Singlepass => {
                let mut features = Features::default();
                features.simd(false);
                Some(features)
            }
        }
    }
}

impl ConfigurationSpec {
    /// The configuration of this name.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn named(name: &str) -> Result<&'static ConfigurationSpec> {
        CONFIGURATIONS.iter().find(|spec| spec.name == name).ok_or_else(|| {
            let names: Vec<&str> = CONFIGURATIONS.iter().map(|spec| spec.name).collect();
            let names = names.join(", ");
            Failure::unsupported(format!("wasmer has no configuration {name:?}: choose one of {names}"))
        })
    }

    /// Every configuration, for people and for the harness.
    pub(crate) fn described() -> Vec<Configuration> {
        let described = |spec: &ConfigurationSpec| Configuration {
            name: spec.name.to_owned(),
            formerly: Vec::new(),
            tier: spec.compiler.tier(),
            about: spec.about.to_owned(),
            // An artifact is the same, however many threads made it.
            starts_from: match spec.threads {
                Threads::One => vec![Source::Wasm, Source::Artifact],
                Threads::OfEachCpu => vec![Source::Wasm],
            },
            proposals: {
                let mut proposals = [&PROPOSALS, spec.compiler.further_proposals()].concat();
                proposals.sort_unstable();
                proposals.into_iter().map(str::to_owned).collect()
            },
            wasi: true,
            purposes: spec.purposes.to_vec(),
            licence: spec.compiler.licence(),
            serial: spec.threads == Threads::One,
            code_cache: true,
            limits: Limits::default(),
        };
        CONFIGURATIONS.iter().map(described).collect()
    }

    /// An engine with the compiler, or without one where it runs artifacts.
    ///
    /// # Errors
    /// Where `source` is code that is linked in.
    pub(crate) fn engine(&self, source: Source) -> Result<Engine> {
        let builder = match source {
            Source::Wasm => {
                let threads = self.threads.number();
                // Functions are compiled in a pool of their own; validation and trampolines go to rayon's global one, which
                // the first module would start otherwise. It is made once in a process, and an error reports that it was.
                let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
                let mut compiler = self.compiler.config(threads);
                if let Metering::Operators = self.metering {
                    compiler.push_middleware(metering::middleware());
                }
                EngineBuilder::new(compiler).set_features(self.compiler.features())
            }
            Source::Artifact => EngineBuilder::headless(),
            Source::Linked => return Err(Failure::unsupported("wasmer runs modules, not linked code")),
        };
        Ok(builder.engine().into())
    }

    /// What `engine`, which is of this configuration, is set to.
    pub(crate) fn resolved(&self, engine: &Engine) -> Settings {
        let target = engine.target();
        let features = target.cpu_features().iter().map(|feature| feature.to_string());
        let metering = match self.metering {
            Metering::Off => "none",
            Metering::Operators => metering::ABOUT,
        };
        [
            // Names the compiler and its optimisation level.
            ("compiler", engine.deterministic_id()),
            ("compile_threads", self.threads.number().to_string()),
            ("target", target.triple().to_string()),
            ("cpu_features", features.collect::<Vec<_>>().join(" ")),
            ("memory", "reserved with guard pages, no copy-on-write".to_owned()),
            ("stores", "one for each instance".to_owned()),
            ("metering", metering.to_owned()),
            ("wasi", "wasmer-wasix on a tokio with one worker thread".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}
