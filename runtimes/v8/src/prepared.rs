//! What instances of a module are made with.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, Result, Stub};

use crate::{
    configuration::{Caller, ConfigurationSpec, Placement},
    entry::TypedEntry,
    imports::Imports,
    module::{Detached, Module},
    place::{Held, Isolate, Place},
    types,
};

/// A module with what it imports and the names that instances are entered by.
pub struct Prepared {
    pub(crate) module: Module,
    pub(crate) entry: Rc<TypedEntry>,
    placement: Placement,
    stubs: Vec<Stub>,
    imports: Imports,
    names: Names,
    /// `WebAssembly.Instance` of the engine's own context.
    constructor: Held,
    /// The JavaScript function that returns a caller of the entry that it gets, where JavaScript calls.
    caller: Option<Held>,
    /// The name of the entry, and whether the module is a reactor.
    entered: (String, bool),
}

/// The names of an isolate by which an instance's entry is found.
pub(crate) struct Names {
    exports: Held,
    entry: Held,
    initialize: Option<Held>,
}

impl Names {
    fn new(place: &Place, (entry, initialize): (&str, bool)) -> Result<Names> {
        Ok(Names {
            exports: place.string("exports")?,
            entry: place.string(entry)?,
            initialize: initialize.then(|| place.string(types::INITIALIZE)).transpose()?,
        })
    }

    /// The function that an instance is entered by, and the initialiser of a reactor.
    pub(crate) fn find(&self, place: &Place, instance: &Held) -> Result<(Held, Option<Held>)> {
        let missing = || Failure::engine("V8 made an instance without an export of its module");
        let exports = place.get(Some(instance), &self.exports)?.ok_or_else(missing)?;
        let get = |name: &Held| place.get(Some(&exports), name)?.ok_or_else(missing);
        Ok((get(&self.entry)?, self.initialize.as_ref().map(get).transpose()?))
    }
}

/// An instance that was made: where it is, its entry, and the initialiser of a reactor.
pub(crate) type Made = (Rc<Place>, Held, Option<Held>);

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
            Placement::Isolate => module.for_isolates()?,
        };
        let place = &module.place;
        let initialize = types::check_entry(place, &module.object, entry)?;
        let name = match entry {
            Entry::Kernel(name) | Entry::Function { name, .. } => name,
            Entry::Command => "_start",
        };
        let typed = TypedEntry::new(entry)?;
        Ok(Prepared {
            caller: match caller {
                Caller::Host => None,
                Caller::JavaScript => Some(place.evaluate(&calling(typed.arity()))?),
            },
            entry: Rc::new(typed),
            placement,
            stubs: stubs.to_vec(),
            imports: Imports::new(place, stubs)?,
            names: Names::new(place, (name, initialize))?,
            constructor: place.constructor()?,
            entered: (name.to_owned(), initialize),
            module,
        })
    }

    /// A new `WebAssembly.Instance`, in a place of its own where the configuration has one.
    pub(crate) fn instantiate(&self) -> Result<Made> {
        let home = &self.module.place;
        match (self.placement, &self.module.detached) {
            (Placement::Shared, _) => self.beside(home.clone(), &self.constructor),
            (Placement::Context, _) => {
                let place = Place::new(home.isolate())?;
                let constructor = place.constructor()?;
                self.beside(place, &constructor)
            }
            (Placement::Isolate, Some(detached)) => self.apart(detached),
            (Placement::Isolate, None) => {
                Err(Failure::engine("this module was not compiled for other isolates"))
            }
        }
    }

    /// An instance in the engine's own isolate.
    fn beside(&self, place: Rc<Place>, constructor: &Held) -> Result<Made> {
        let instance = self.imports.with(&self.module.place, |imports| {
            place.construct(constructor, &[&self.module.object, imports])
        })?;
        let (entry, initialize) = self.names.find(&place, &instance)?;
        let entry = match &self.caller {
            None => entry,
            Some(caller) => place.apply(caller, &[&entry])?,
        };
        Ok((place, entry, initialize))
    }

    /// An instance in an isolate of its own.
    fn apart(&self, detached: &Detached) -> Result<Made> {
        let place = Place::new(&Isolate::new())?;
        let module = place.adopt(detached.code)?;
        let constructor = place.constructor()?;
        let instance = if detached.imports {
            let imports = Imports::new(&place, &self.stubs)?;
            imports.with(&place, |imports| place.construct(&constructor, &[&module, imports]))
        } else {
            place.construct(&constructor, &[&module])
        }?;
        let (name, initialize) = &self.entered;
        let (entry, initialize) = Names::new(&place, (name, *initialize))?.find(&place, &instance)?;
        Ok((place, entry, initialize))
    }
}

/// The source of a function that returns a caller of a function with so many arguments.
fn calling(arguments: usize) -> String {
    let names: Vec<String> = (0..arguments).map(|number| format!("a{number}")).collect();
    let names = names.join(", ");
    format!("(entry => ({names}) => entry({names}))")
}
