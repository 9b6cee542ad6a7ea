//! What instances of a module are made with.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, Result, Stub};

use crate::{
    configuration::{Caller, ConfigurationSpec, Placement},
    context::{Context, Function, Held},
    entry::TypedEntry,
    imports::Imports,
    module::{Detached, Module},
    types::{self, Needs},
};

/// A module with what it imports and the names that instances are entered by.
pub struct Prepared {
    pub(crate) module: Module,
    pub(crate) entry: Rc<TypedEntry>,
    placement: Placement,
    stubs: Vec<Stub>,
    /// `None` of a module that imports nothing.
    imports: Option<Imports>,
    names: Names,
    /// `WebAssembly.Instance` of the engine's own context.
    constructor: Held,
    /// The JavaScript function that returns a caller of the entry that it gets, where JavaScript calls.
    caller: Option<Held>,
    /// The name of the entry.
    entered: String,
    needs: Needs,
}

/// The names of an isolate by which an instance's entry, and the initialiser of a reactor, are found.
pub(crate) struct Names {
    pub(crate) exports: Held,
    pub(crate) entry: Held,
    pub(crate) initialize: Option<Held>,
}

impl Names {
    fn new(context: &Context, entry: &str, needs: Needs) -> Result<Names> {
        Ok(Names {
            exports: context.string("exports")?,
            entry: context.string(entry)?,
            initialize: needs.initialize.then(|| context.string(types::INITIALIZE)).transpose()?,
        })
    }
}

/// An instance that was made: its entry, and the initialiser of a reactor.
pub(crate) type Made = (Function, Option<Function>);

impl Prepared {
    /// Checks the entry's type, and makes the imports and the names.
    pub(crate) fn new(
        configuration: &ConfigurationSpec,
        module: Module,
        stubs: &[Stub],
        entry: &Entry,
    ) -> Result<Prepared> {
        let &ConfigurationSpec { placement, caller, .. } = configuration;
        let module = match placement {
            Placement::Shared | Placement::Context => module,
            Placement::Isolate => module.for_isolates(),
        };
        let context = &module.context;
        let needs = types::check_entry(context.bytes(&module.object), entry)?;
        let name = match entry {
            Entry::Kernel(name) | Entry::Function { name, .. } => name,
            Entry::Command => "_start",
        };
        let typed = TypedEntry::new(entry)?;
        Ok(Prepared {
            caller: match caller {
                Caller::Host => None,
                Caller::JavaScript => Some(context.evaluate(&calling(typed.arity()))?),
            },
            entry: Rc::new(typed),
            placement,
            stubs: stubs.to_vec(),
            imports: needs.imports.then(|| Imports::new(context, stubs)).transpose()?,
            names: Names::new(context, name, needs)?,
            constructor: context.constructor()?,
            entered: name.to_owned(),
            needs,
            module,
        })
    }

    /// A new `WebAssembly.Instance`, in a context of its own where the configuration has one.
    #[inline(always)]
    pub(crate) fn instantiate(&self) -> Result<Made> {
        let home = &self.module.context;
        match (self.placement, self.module.detached) {
            (Placement::Shared, _) => self.beside(home.clone(), &self.constructor),
            (Placement::Context, _) => {
                let context = home.beside()?;
                let constructor = context.constructor()?;
                self.beside(context, &constructor)
            }
            (Placement::Isolate, Some(detached)) => self.apart(detached),
            (Placement::Isolate, None) => {
                Err(Failure::engine("this module was not compiled for other isolates"))
            }
        }
    }

    /// An instance in the engine's own isolate.
    #[inline(always)]
    fn beside(&self, context: Rc<Context>, constructor: &Held) -> Result<Made> {
        let instantiate = |imports: Option<&Held>| {
            context.instantiate(constructor, &self.module.object, imports, &self.names)
        };
        let (entry, initialize) = match &self.imports {
            None => instantiate(None),
            Some(imports) => imports.with(&self.module.context, |imports| instantiate(Some(imports))),
        }?;
        let entry = match &self.caller {
            None => entry,
            Some(caller) => entry.wrapped(caller)?,
        };
        Ok((entry, initialize))
    }

    /// An instance in an isolate of its own.
    fn apart(&self, Detached(code): Detached) -> Result<Made> {
        let context = Context::apart()?;
        let module = context.adopt(code)?;
        let constructor = context.constructor()?;
        let names = Names::new(&context, &self.entered, self.needs)?;
        let instantiate =
            |imports: Option<&Held>| context.instantiate(&constructor, &module, imports, &names);
        if self.needs.imports {
            Imports::new(&context, &self.stubs)?.with(&context, |imports| instantiate(Some(imports)))
        } else {
            instantiate(None)
        }
    }
}

/// The source of a function that returns a caller of a function with so many arguments.
fn calling(arguments: usize) -> String {
    let names: Vec<String> = (0..arguments).map(|number| format!("a{number}")).collect();
    let names = names.join(", ");
    format!("(entry => ({names}) => entry({names}))")
}
