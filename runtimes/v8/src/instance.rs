//! Instances: where they are, their entry, their calls.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, Result, Stub, Value, ValueType};

use crate::{
    Home,
    configuration::Placement,
    imports::Imports,
    module::{Detached, Module},
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
    Function {
        arguments: Vec<Number>,
        result: Kind,
    },
    /// Of several results; of the last call, in JavaScript's array.
    Several {
        arguments: Vec<Number>,
        results: Vec<ValueType>,
        last: Option<Held>,
    },
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
            Entry::Function { name, arguments, results } => {
                if let Some(initialize) = place.get(Some(&exports), "_initialize")? {
                    place.call(&initialize, &[], Kind::Nothing)?;
                }
                (name.as_str(), function(name, arguments, results)?)
            }
        };
        let function = place.get(Some(&exports), name)?.ok_or_else(|| missing(name))?;
        Ok(Instance { entry: typed, function, place })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        let kernel = [Number { kind: Kind::I32, bits: i64::from(argument as u32) }];
        let (arguments, result) = match &mut self.entry {
            TypedEntry::Kernel => (&kernel[..], Kind::I64),
            TypedEntry::Command => (&[][..], Kind::Nothing),
            TypedEntry::Function { arguments, result } => (arguments.as_slice(), *result),
            TypedEntry::Several { arguments, last, .. } => {
                *last = Some(self.place.call_for_several(&self.function, arguments)?);
                return Ok(0);
            }
        };
        self.place.call(&self.function, arguments, result)
    }

    /// The results of the last call of a function that has several.
    pub fn results(&self) -> Vec<Value> {
        let TypedEntry::Several { results, last: Some(array), .. } = &self.entry else { return Vec::new() };
        let read = |(index, of): (usize, &ValueType)| {
            let value = self.place.get(Some(array), &index.to_string()).ok()??;
            Value::from_bits(*of, self.place.read(&value, Kind::of(*of)?))
        };
        results.iter().enumerate().filter_map(read).collect()
    }
}

/// A new `WebAssembly.Instance`, and where it is.
fn instantiate(home: &Home, module: &Module) -> Result<(Rc<Place>, Held)> {
    let place = match (home.placement, &module.detached) {
        (Placement::Shared, _) => home.place.clone(),
        (Placement::Context, _) => Place::new(home.place.isolate())?,
        (Placement::Isolate, Some(detached)) => return apart(detached, &home.stubs),
        (Placement::Isolate, None) => {
            return Err(Failure::engine("this module was not compiled for other isolates"));
        }
    };
    let constructor = place.constructor()?;
    let instance = home
        .imports
        .with(&home.place, |imports| place.construct(&constructor, &[&module.object, imports]))?;
    Ok((place, instance))
}

/// A new instance in an isolate of its own.
fn apart(detached: &Detached, stubs: &[Stub]) -> Result<(Rc<Place>, Held)> {
    let place = Place::new(&Isolate::new())?;
    let module = place.adopt(detached.code)?;
    let constructor = place.constructor()?;
    let instance = if detached.imports {
        let imports = Imports::new(&place, stubs)?;
        imports.with(&place, |imports| place.construct(&constructor, &[&module, imports]))
    } else {
        place.construct(&constructor, &[&module])
    };
    Ok((place, instance?))
}

/// The entry that is a function, if it can be called from outside.
fn function(name: &str, arguments: &[Value], results: &[ValueType]) -> Result<TypedEntry> {
    let refuse = |why: &str| Failure::unsupported(format!("call {name:?}, {why}"));
    if arguments.len() > MOST_ARGUMENTS {
        return Err(refuse(&format!("which takes more than {MOST_ARGUMENTS} arguments")));
    }
    let vectors =
        || refuse("which takes or returns a vector: V8's calls come from JavaScript, which has none");
    let arguments: Option<Vec<Number>> = arguments.iter().copied().map(Number::of).collect();
    let arguments = arguments.ok_or_else(vectors)?;
    let kinds: Option<Vec<Kind>> = results.iter().copied().map(Kind::of).collect();
    Ok(match kinds.ok_or_else(vectors)?.as_slice() {
        [] => TypedEntry::Function { arguments, result: Kind::Nothing },
        [one] => TypedEntry::Function { arguments, result: *one },
        _ => TypedEntry::Several { arguments, results: results.to_vec(), last: None },
    })
}
