//! Instances: where they are, their entry, their calls.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, FailureKind, Result, Stub, Value, ValueType};

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
        let (place, instance) = instantiate(home, module)?;
        let exports = place.get(Some(&instance), "exports")?;
        let exports = exports.ok_or_else(|| Failure::engine("V8 made an instance without exports"))?;
        let (name, typed) = match entry {
            Entry::Kernel(name) => (name.as_str(), TypedEntry::Kernel),
            Entry::Command => ("_start", TypedEntry::Command),
            Entry::Function { name, arguments, result } => {
                initialise(&place, &exports)?;
                (name.as_str(), function(name, arguments, *result)?)
            }
        };
        let missing = || Failure::new(FailureKind::Export, format!("the module exports no {name:?}"));
        let function = place.get(Some(&exports), name)?.ok_or_else(missing)?;
        if module.checked.borrow().as_ref() != Some(entry) {
            check(&place, &function, entry)?;
            *module.checked.borrow_mut() = Some(entry.clone());
        }
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

/// Calls `_initialize`, where it is exported.
fn initialise(place: &Place, exports: &Held) -> Result<()> {
    match place.get(Some(exports), "_initialize")? {
        None => Ok(()),
        Some(initialize) => {
            check_type(place, &initialize, "_initialize", &[], None)?;
            place.call(&initialize, &[], Kind::Nothing).map(drop)
        }
    }
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

/// Fails unless the export is a function of the entry's type.
fn check(place: &Place, function: &Held, entry: &Entry) -> Result<()> {
    match entry {
        Entry::Kernel(name) => check_type(place, function, name, &[ValueType::I32], Some(ValueType::I64)),
        Entry::Command => check_type(place, function, "_start", &[], None),
        Entry::Function { name, arguments, result } => {
            let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
            check_type(place, function, name, &parameters, *result)
        }
    }
}

/// Says an export's type as [`check_type`] does.
const TYPE_OF: &str = "it => {
    if (!(it instanceof WebAssembly.Function)) return 'no function';
    const { parameters, results } = it.type();
    return `(${parameters}) -> (${results})`;
}";

fn check_type(
    place: &Place,
    export: &Held,
    name: &str,
    parameters: &[ValueType],
    result: Option<ValueType>,
) -> Result<()> {
    let names: Vec<String> = parameters.iter().map(ToString::to_string).collect();
    let result = result.map(|of| of.to_string()).unwrap_or_default();
    let right = format!("({}) -> ({result})", names.join(","));
    let is = place.text(&place.apply(&place.evaluate(TYPE_OF)?, &[export])?);
    if is == right {
        Ok(())
    } else {
        Err(Failure::new(FailureKind::Export, format!("the export {name:?} is {is}, not {right}")))
    }
}
