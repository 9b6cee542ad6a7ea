//! wasmi's configurations, and what the engine reports of them.

use wasmark_adapter::{Configuration, Failure, Limits, Purpose, Result, Settings, Source, Tier};
use wasmi::{CompilationMode, Config, Engine};

/// One way to run modules.
pub(crate) struct ConfigurationSpec {
    name: &'static str,
    about: &'static str,
    purposes: &'static [Purpose],
    mode: CompilationMode,
    /// Whether instructions are counted; they never run out.
    pub(crate) fuel: bool,
}

/// What wasmi's users get by default first.
const CONFIGURATIONS: [ConfigurationSpec; 4] = [
    ConfigurationSpec {
        name: "lazy-translation",
        about: "validates when it compiles, translates each function at its first call (the default)",
        purposes: &[Purpose::Default],
        mode: CompilationMode::LazyTranslation,
        fuel: false,
    },
    ConfigurationSpec {
        name: "lazy",
        about: "validates and translates each function at its first call",
        purposes: &[Purpose::Start],
        mode: CompilationMode::Lazy,
        fuel: false,
    },
    ConfigurationSpec {
        name: "eager",
        about: "validates and translates every function when it compiles",
        purposes: &[],
        mode: CompilationMode::Eager,
        fuel: false,
    },
    ConfigurationSpec {
        name: "fuel",
        about: "as eager, and counts fuel, of which there is enough",
        purposes: &[],
        mode: CompilationMode::Eager,
        fuel: true,
    },
];

/// What all of them run beyond WebAssembly 1.0: wasmi's defaults. Vectors would need a feature of the crate.
const PROPOSALS: [&str; 10] = [
    "bulk-memory",
    "extended-const",
    "memory64",
    "multi-memory",
    "multi-value",
    "mutable-global",
    "reference-types",
    "saturating-float-to-int",
    "sign-extension",
    "tail-call",
];

/// Every configuration, for people.
pub(crate) fn describe() -> Vec<Configuration> {
    let configuration = |spec: &ConfigurationSpec| Configuration {
        name: spec.name.to_owned(),
        formerly: Vec::new(),
        tier: Tier::Interpreter,
        about: spec.about.to_owned(),
        starts_from: vec![Source::Wasm],
        proposals: PROPOSALS.map(str::to_owned).to_vec(),
        wasi: true,
        purposes: spec.purposes.to_vec(),
        licence: None,
        serial: true,
        code_cache: false,
        limits: Limits::default(),
    };
    CONFIGURATIONS.iter().map(configuration).collect()
}

/// The configuration of this name.
///
/// # Errors
/// Where there is none, or `source` is no module.
pub(crate) fn find(name: &str, source: Source) -> Result<&'static ConfigurationSpec> {
    let spec = CONFIGURATIONS.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let names = CONFIGURATIONS.each_ref().map(|spec| spec.name).join(", ");
        Failure::unsupported(format!("wasmi has no configuration {name:?}: choose one of {names}"))
    })?;
    match source {
        Source::Wasm => Ok(spec),
        Source::Artifact | Source::Linked => Err(Failure::unsupported("wasmi runs modules only")),
    }
}

impl ConfigurationSpec {
    /// wasmi's settings.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.compilation_mode(self.mode).consume_fuel(self.fuel);
        config
    }
}

/// What the engine is set to, read back where it shows it: wasmi shows its settings in `Debug` alone. Stack heights
/// are in bytes, recursion in calls.
pub(crate) fn resolved(engine: &Engine) -> Settings {
    let shown = format!("{:?}", engine.config());
    let read = |field: &str| {
        let (_, rest) = shown.split_once(&format!(" {field}: "))?;
        rest.split([',', ' ']).next().map(str::to_owned)
    };
    let shown =
        READ_BACK.map(|field| (field.to_owned(), read(field).unwrap_or_else(|| "not shown".to_owned())));
    shown.into_iter().chain(FIXED.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

const READ_BACK: [&str; 6] = [
    "compilation_mode",
    "consume_fuel",
    "max_recursion_depth",
    "min_stack_height",
    "max_stack_height",
    "max_cached_stacks",
];

const FIXED: [(&str, &str); 4] = [
    ("dispatch", "tail calls where the target has them"),
    ("memory", "allocated and zeroed for each instance, no copy-on-write"),
    ("stores", "one for each instance"),
    ("wasi", "wasmi_wasi, synchronous"),
];
