//! Instances: their entry, their calls.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, Result, Value, ValueType};

use crate::{
    place::{Held, Place},
    prepared::Prepared,
    shim::{Kind, MOST_ARGUMENTS, Number},
};

/// An instance with its entry: what it exports keeps it from the garbage collector.
pub struct Instance {
    entry: Rc<TypedEntry>,
    /// Of the last call, what several results are in: JavaScript's array. In a box: what an instance takes includes the room
    /// for it.
    last: Option<Box<Held>>,
    function: Held,
    place: Rc<Place>,
}

/// How a function is called.
pub(crate) enum TypedEntry {
    Kernel,
    Command,
    Function {
        arguments: Vec<Number>,
        result: Kind,
    },
    /// Of several results.
    Several {
        arguments: Vec<Number>,
        results: Vec<ValueType>,
    },
}

impl TypedEntry {
    /// The number of its arguments.
    pub(crate) fn arity(&self) -> usize {
        match self {
            TypedEntry::Kernel => 1,
            TypedEntry::Command => 0,
            TypedEntry::Function { arguments, .. } | TypedEntry::Several { arguments, .. } => arguments.len(),
        }
    }

    /// Of an entry, if it can be called from outside.
    pub(crate) fn new(entry: &Entry) -> Result<TypedEntry> {
        match entry {
            Entry::Kernel(_) => Ok(TypedEntry::Kernel),
            Entry::Command => Ok(TypedEntry::Command),
            Entry::Function { name, arguments, results } => function(name, arguments, results),
        }
    }
}

impl Instance {
    /// Instantiates a module, in a place of its own where the configuration has one, and looks its entry up.
    pub(crate) fn new(prepared: &Prepared) -> Result<Instance> {
        let (place, function, initialize) = prepared.instantiate()?;
        if let Some(initialize) = initialize {
            place.call(&initialize, &[], Kind::Nothing)?;
        }
        Ok(Instance { entry: prepared.entry.clone(), last: None, function, place })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        let kernel = [Number { kind: Kind::I32, bits: i64::from(argument as u32) }];
        let (arguments, result) = match &*self.entry {
            TypedEntry::Kernel => (&kernel[..], Kind::I64),
            TypedEntry::Command => (&[][..], Kind::Nothing),
            TypedEntry::Function { arguments, result } => (arguments.as_slice(), *result),
            TypedEntry::Several { arguments, .. } => {
                self.last = Some(Box::new(self.place.call_for_several(&self.function, arguments)?));
                return Ok(0);
            }
        };
        self.place.call(&self.function, arguments, result)
    }

    /// The results of the last call of a function that has several.
    pub fn results(&self) -> Vec<Value> {
        let (TypedEntry::Several { results, .. }, Some(array)) = (&*self.entry, &self.last) else {
            return Vec::new();
        };
        let read = |(index, of): (usize, &ValueType)| {
            let index = self.place.string(&index.to_string()).ok()?;
            let value = self.place.get(Some(array), &index).ok()??;
            Value::from_bits(*of, self.place.read(&value, Kind::of(*of)?))
        };
        results.iter().enumerate().filter_map(read).collect()
    }
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
        _ => TypedEntry::Several { arguments, results: results.to_vec() },
    })
}
