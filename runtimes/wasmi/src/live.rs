//! Linked modules and their instances, whichever their stores carry: nothing, or what WASI needs.

use wasmark_adapter::{CallPath, Entry, Failure, FailureKind, Result, Stub, Value};
use wasmi::{Linker, Module, Store};

use crate::{
    Instance, Wasmi,
    entry::{Place, TypedEntry},
    failure, imports,
};

/// A module with its imports and its entry. wasmi resolves the imports for each instance.
#[derive(Clone)]
pub struct Linked<Guest> {
    module: Module,
    linker: Linker<Guest>,
    entry: Place,
}

/// A store with one instance in it.
pub struct Live<Guest> {
    store: Store<Guest>,
    entry: TypedEntry<Guest>,
}

impl<Guest: 'static> Linked<Guest> {
    /// The module at its entry, with what the linker has, the marks, and the stubs that are functions.
    ///
    /// # Errors
    /// Where the module lacks the entry, or an import is defined twice.
    pub(crate) fn new(
        module: Module,
        mut linker: Linker<Guest>,
        entry: &Entry,
        stubs: &[Stub],
    ) -> Result<Linked<Guest>> {
        let entry = Place::find(&module, entry)?;
        imports::define(&mut linker, stubs).map_err(|error| Failure::new(FailureKind::Import, error))?;
        Ok(Linked { module, linker, entry })
    }

    /// An instance in a store of its own, which carries `guest`, as `kind` makes it an instance of the adapter's: the store is
    /// moved once, into its last place.
    ///
    /// # Errors
    /// Where an import is missing, or the start function or the initialiser ended otherwise.
    #[inline(always)]
    pub(crate) fn instantiate(
        &self,
        Wasmi { engine, spec, stubs }: &Wasmi,
        guest: Guest,
        kind: impl FnOnce(Live<Guest>) -> Instance,
    ) -> Result<Instance> {
        let Linked { module, linker, entry } = self;
        let mut store = Store::new(engine, guest);
        if spec.fuel {
            store.set_fuel(u64::MAX).map_err(|error| failure::of(&error))?;
        }
        let instance = if stubs.iter().any(Stub::has_state) {
            let mut linker = linker.clone();
            imports::define_state(&mut linker, &mut store, stubs).map_err(|error| failure::of(&error))?;
            linker.instantiate_and_start(&mut store, module)
        } else {
            linker.instantiate_and_start(&mut store, module)
        };
        let instance = instance.map_err(|error| failure::of(&error))?;
        let entry = entry.of(&mut store, &instance)?;
        Ok(kind(Live { store, entry }))
    }
}

impl<Guest: 'static> Live<Guest> {
    /// Calls the entry: the bits of its result where that is one number, a command's exit code.
    ///
    /// # Errors
    /// What ended the call.
    #[inline(always)]
    pub(crate) fn call(&mut self, argument: i32) -> Result<i64> {
        let Live { store, entry } = self;
        let result = match entry {
            TypedEntry::Kernel(run) => run.call(store, argument),
            TypedEntry::Command(start) => match start.call(store, ()) {
                Ok(()) => Ok(0),
                Err(error) => error.i32_exit_status().map(i64::from).ok_or(error),
            },
            TypedEntry::Function(function) => function.call(store),
        };
        result.map_err(|error| failure::of(&error))
    }

    /// The results of the last call that returned, where they are more than one number.
    pub(crate) fn results(&self) -> Vec<Value> {
        match &self.entry {
            TypedEntry::Function(function) => function.results(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) => Vec::new(),
        }
    }

    /// How the entry is called.
    pub(crate) fn call_path(&self) -> CallPath {
        match &self.entry {
            TypedEntry::Function(function) => function.path(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) => CallPath::Typed,
        }
    }
}
