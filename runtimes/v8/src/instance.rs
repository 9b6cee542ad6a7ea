//! Instances: where they are, their entry, their calls.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, Result, Stub, Value, ValueType};

use crate::{
    Home,
    configuration::Placement,
    imports,
    module::{Module, Shared},
    place::{Held, Isolate, Place},
    shim::{Kind, MOST_ARGUMENTS, Number},
};

/// An instance with its entry: what it exports keeps it from the garbage collector.
pub struct Instance {
    entry: TypedEntry,
    function: Held,
    place: Rc<Place>,
}

enum TypedEntry {
    Kernel,
    Command,
    Function { arguments: Vec<Number>, result: Kind },
}

impl Instance {
    /// Instantiates a module, in a place of its own where the configuration says so, and looks its entry up.
    pub(crate) fn new(home: &Home, module: &Module, entry: &Entry) -> Result<Instance> {
        module.check(&home.types, entry)?;
        let (place, instance) = instantiate(home, module)?;
        let missing = |name: &str| Failure::engine(format!("V8 made an instance without {name:?}"));
        let exports = place.get(Some(&instance), "exports")?.ok_or_else(|| missing("exports"))?;
        let (name, typed) = match entry {
            Entry::Kernel(name) => (name.as_str(), TypedEntry::Kernel),
            Entry::Command => ("_start", TypedEntry::Command),
            Entry::Function { name, arguments, result } => {
                if let Some(initialize) = place.get(Some(&exports), "_initialize")? {
                    place.call(&initialize, &[], Kind::Nothing)?;
                }
                (name.as_str(), function(name, arguments, *result)?)
            }
        };
        let function = place.get(Some(&exports), name)?.ok_or_else(|| missing(name))?;
        Ok(Instance { entry: typed, function, place })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        let (arguments, result) = match &self.entry {
            TypedEntry::Kernel => (&[Number::from(Value::I32(argument))][..], Kind::I64),
            TypedEntry::Command => (&[][..], Kind::Nothing),
            TypedEntry::Function { arguments, result } => (arguments.as_slice(), *result),
        };
        self.place.call(&self.function, arguments, result)
    }
}

/// A new `WebAssembly.Instance`, and where it is.
fn instantiate(home: &Home, module: &Module) -> Result<(Rc<Place>, Held)> {
    let (place, imports) = match (home.placement, &module.shared) {
        (Placement::Shared, _) => (home.place.clone(), &home.imports),
        (Placement::Context, _) => (Place::new(home.place.isolate())?, &home.imports),
        (Placement::Isolate, Some(shared)) => return apart(shared, &home.stubs),
        (Placement::Isolate, None) => {
            return Err(Failure::engine("this module was not compiled for other isolates"));
        }
    };
    let instance = place.construct(&place.constructor()?, &[&module.object, imports])?;
    Ok((place, instance))
}

/// A new instance in an isolate of its own.
fn apart(shared: &Shared, stubs: &[Stub]) -> Result<(Rc<Place>, Held)> {
    let place = Place::new(&Isolate::new())?;
    let module = place.adopt(shared.code)?;
    let constructor = place.constructor()?;
    let instance = if shared.imports {
        place.construct(&constructor, &[&module, &imports::object(&place, stubs)?])
    } else {
        place.construct(&constructor, &[&module])
    };
    Ok((place, instance?))
}

/// The entry that is a function, if it can be called from outside.
fn function(name: &str, arguments: &[Value], result: Option<ValueType>) -> Result<TypedEntry> {
    let refuse = |why: &str| Failure::unsupported(format!("call {name:?}, {why}"));
    if arguments.len() > MOST_ARGUMENTS {
        return Err(refuse(&format!("which takes more than {MOST_ARGUMENTS} arguments")));
    }
    let result = Kind::of(result).ok_or_else(|| refuse("which returns no number"))?;
    Ok(TypedEntry::Function { arguments: arguments.iter().copied().map(Number::from).collect(), result })
}
