//! What instances of a module are made from.

use std::{rc::Rc, sync::Arc};

use wasmark_adapter::{Entry, Failure, FailureKind, Result, Stub};

use crate::{
    c::{
        context::{self, Ast, Store},
        function::find,
        home::{self, Home},
    },
    engine::Engine,
    entry::Place,
    imports::{Imports, WASI},
    module::imports,
};

/// A module with what it imports and the place of its entry. Fields drop in this order.
pub struct Prepared {
    /// Where instances are entered.
    pub entry: Place,
    /// Where all instances find what they import; `None` where an instance has WASI, imports with a state, or a VM.
    store: Option<Store>,
    /// What all instances import, but where one has a state.
    pub imports: Imports,
    /// The names of the modules that it imports from, each once.
    imports_from: Vec<String>,
    /// The validated module.
    pub module: Arc<Ast>,
    /// What makes and calls instances.
    pub engine: Rc<Engine>,
}

impl Prepared {
    /// Makes the host's functions and finds the entry.
    pub fn new(engine: &Rc<Engine>, module: Arc<Ast>, entry: &Entry) -> Result<Prepared> {
        let entry = Place::find(&module, entry)?;
        let mut imports_from: Vec<String> = imports(&module).into_iter().map(|(from, _)| from).collect();
        imports_from.sort_unstable();
        imports_from.dedup();
        let given = Imports::new(&engine.stubs, &imports_from)?;
        let own = engine.configuration.compiles_per_instance()
            || engine.stubs.iter().any(Stub::has_state)
            || imports_from.iter().any(|from| from == WASI);
        let all = || imports_from.iter().filter_map(|name| given.named(name));
        let store = if own { None } else { Some(home::store(&engine.executor, all())?) };
        Ok(Prepared { entry, store, imports: given, imports_from, module, engine: Rc::clone(engine) })
    }

    /// Whether the module imports WASI.
    #[inline(always)]
    pub fn has_wasi(&self) -> bool {
        self.imports_from.iter().any(|from| from == WASI)
    }

    /// Imports of an instance's own, where a stub has a state.
    #[inline(always)]
    pub fn own_imports(&self) -> Result<Option<Imports>> {
        let Engine { stubs, .. } = &*self.engine;
        stubs.iter().any(Stub::has_state).then(|| Imports::new(stubs, &self.imports_from)).transpose()
    }

    /// Instantiates the module with what it imports, WASI where it is given.
    ///
    /// # Safety
    /// This, the imports and WASI live as long as the instance.
    #[inline(always)]
    pub unsafe fn instantiate(&self, given: &Imports, wasi: Option<&context::Instance>) -> Result<Home> {
        let engine = &self.engine;
        let imports = self.imports_from.iter().filter_map(|name| given.named(name));
        let imports = wasi.into_iter().chain(imports);
        // SAFETY: as promised by the caller.
        let home = unsafe {
            match &self.store {
                Some(store) => Home::shared(&engine.executor, &self.module, store),
                None if engine.configuration.compiles_per_instance() => {
                    Home::vm(&engine.settings, &self.module, imports)
                }
                None => Home::apart(&engine.executor, &self.module, imports),
            }
        };
        home.map_err(|failure| self.explain(failure, given, wasi))
    }

    /// Adds to a failure which import it is about: WasmEdge writes that to its log only.
    #[cold]
    fn explain(&self, mut failure: Failure, given: &Imports, wasi: Option<&context::Instance>) -> Failure {
        if failure.kind == FailureKind::Import {
            let provided = |(from, import): &(String, String)| {
                let provider = if from == WASI { wasi } else { given.named(from) };
                provider.is_some_and(|provider| find(provider.get(), import).is_some())
            };
            if let Some((from, import)) = imports(&self.module).iter().find(|import| !provided(import)) {
                failure.message = format!("{}: {import:?} of {from:?}", failure.message);
            }
        }
        failure
    }
}
