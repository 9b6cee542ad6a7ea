//! The trait that a runtime implements.

use std::path::{Path, PathBuf};

use crate::{Description, EngineSpec, Entry, Failure, Host, Result, Settings, Value};

/// Where an engine checks that the values of a call are of the function's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPath {
    /// Once, when the entry is looked up: a call only passes the values on.
    Typed,
    /// In each call, which also converts the values.
    Untyped,
}

impl CallPath {
    /// The value of the setting `call`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CallPath::Typed => "typed",
            CallPath::Untyped => "untyped",
        }
    }
}

/// What a runtime is. Apart from [`Runtime`], so that no code that measures can reach it: some engines open a library
/// to learn their version, and that would be in their first numbers.
pub trait Describe {
    /// The runtime's name and version (as the library reports it) and its configurations.
    fn describe() -> Description;
}

/// One WebAssembly runtime in one configuration.
///
/// Each method is one phase, and what must be true when it returns is part of its meaning (METHODOLOGY.md,
/// "Phases"): the worker times the calls, so work that is left for later is charged to the wrong phase. The worker
/// is generic over the runtime, so no call here is dynamic. Within a process the worker creates one runtime, makes a
/// module ready, and drops every instance before what it was made from, and that before the runtime.
///
/// Beside WASI, every runtime provides the imports `bench.start` and `bench.end` of type `() -> ()` as
/// [`crate::marks::start`] and [`crate::marks::end`]: the Sightglass ABI, by which a module marks itself what of its call
/// is to be timed.
///
/// No method prints. An error is a [`Failure`] with the engine's own message.
pub trait Runtime: Sized {
    /// Code of which nothing is left to be decoded, validated or generated.
    type Module;
    /// A module that is ready to be instantiated at its entry, any number of times.
    type Prepared;
    /// A live instance with its store, its memories and its resolved entry. Dropping it is the `teardown` phase.
    type Instance;
    /// What further threads need to make and call instances of a module: [`Runtime::share`] makes it, [`Runtime::join`]
    /// takes it. `()` where no thread but the first can.
    type Shared: Send + Sync;

    /// The stack of the thread that the worker runs on, in bytes; `None` is the process's main thread.
    /// For engines whose cost depends on the stack's size.
    const STACK: Option<usize> = None;

    /// Phase `engine`: afterwards the engine object exists and nothing about a module is known.
    ///
    /// # Errors
    /// Where the configuration is unknown, does not start from the spec's source, or the engine refuses its settings, a
    /// stub or the code cache.
    fn new(spec: &EngineSpec<'_>) -> Result<Self>;

    /// Every setting that can change a number, as resolved, read back from the engine where it can be.
    /// Called outside every window.
    fn resolved(&self) -> Settings;

    /// Files that are needed at run time beside those that are mapped into this process: data that was read, and the
    /// program and libraries of what stands for an instance. Called outside every window, after the measurements.
    fn needs(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Phase `compile`: afterwards no decoding, validation or code generation is left for this module.
    /// For a configuration that compiles apart from where it runs, the module may be good for [`Runtime::save`] only.
    /// An engine that changes or keeps the module's bytes takes them out of `wasm`: copying them is no engine's work.
    ///
    /// # Errors
    /// Where the bytes are no module, or the engine does not support it.
    fn compile(&self, wasm: &mut Vec<u8>) -> Result<Self::Module>;

    /// Phase `save`: afterwards the artifact's bytes are in the file `to`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    fn save(&self, _module: &Self::Module, _to: &Path) -> Result<()> {
        Err(Failure::unsupported("this configuration has no artifacts"))
    }

    /// Phase `load`: the postcondition of `compile`, from a file that `save` of the same configuration wrote.
    ///
    /// # Errors
    /// Where the file cannot be read or the engine refuses it.
    fn load(&self, _artifact: &Path) -> Result<Self::Module> {
        Err(Failure::unsupported("this configuration has no artifacts"))
    }

    /// The workload of this name from code that was compiled beforehand ([`Source::Linked`]). Not a phase.
    ///
    /// # Errors
    /// Where no such code is linked in.
    fn linked(&self, _workload: &str) -> Result<Self::Module> {
        Err(Failure::unsupported("this configuration runs modules, not linked code"))
    }

    /// Phase `prepare`: afterwards everything exists that an embedder makes once for a module and not for each instance, as
    /// far as the engine can: the host's functions and WASI's definitions, the imports resolved, the entry found and its
    /// type checked, its arguments in the engine's form. No phase of code that was compiled beforehand ([`Source::Linked`]).
    ///
    /// # Errors
    /// A missing import or export, or one of another type, where the engine can find that out without an instance; or that
    /// the module was compiled to be saved.
    fn prepare(&self, module: Self::Module, entry: &Entry) -> Result<Self::Prepared>;

    /// Phase `instantiate`: afterwards memory, tables and globals are initialised, imports resolved (WASI preview 1
    /// is the engine's own), the start function has run, `_initialize` was called where the entry is a function and the
    /// module exports it, and the entry can be called.
    ///
    /// # Errors
    /// A missing import or export, or one of another type, that `prepare` could not find; a start function that traps, or
    /// no memory left.
    fn instantiate(&self, prepared: &Self::Prepared, host: &Host) -> Result<Self::Instance>;

    /// Phase `call`: calls the entry by the engine's fastest safe way. Returns the kernel's checksum, the command's
    /// exit code (`proc_exit(n)` is not a failure), or the bits of the function's result ([`Value::bits`]; 0 without
    /// one, and where the entry is wide); only a kernel uses `argument`. After a trap of a kernel or function the
    /// instance can be called again.
    ///
    /// # Errors
    /// A trap, with its kind.
    fn call(instance: &mut Self::Instance, argument: i32) -> Result<i64>;

    /// All results of the last call, which returned, of an entry that is wide ([`Entry::is_wide`]), in order. Called
    /// outside every window. A runtime that refuses wide entries when it instantiates needs none.
    fn results(_instance: &Self::Instance) -> Vec<Value> {
        Vec::new()
    }

    /// Makes ready for further threads, which serve requests beside each other. Called on the worker's thread, outside
    /// every window. The code is shared as an embedder of the engine shares it, and not compiled again.
    ///
    /// # Errors
    /// Where no thread but the first can use this configuration, or this module, with the engine's reason.
    fn share(&self, _prepared: &Self::Prepared) -> Result<Self::Shared> {
        Err(Failure::unsupported("serves requests on one thread only"))
    }

    /// What a thread makes instances with, at the entry of what was shared. Called on that thread, whose stack has
    /// [`Runtime::STACK`] bytes, outside every window. The thread drops it, after its instances, before what was shared.
    ///
    /// # Errors
    /// Where the engine has no room for another thread.
    fn join(_shared: &Self::Shared, _entry: &Entry) -> Result<(Self, Self::Prepared)> {
        Err(Failure::unsupported("serves requests on one thread only"))
    }

    /// How [`Runtime::call`] calls this instance's entry. A runtime whose calls are not all typed overrides this.
    fn call_path(_instance: &Self::Instance) -> CallPath {
        CallPath::Typed
    }
}
