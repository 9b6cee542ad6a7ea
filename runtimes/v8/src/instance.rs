//! Instances and their calls.

use std::rc::Rc;

use wasmark_adapter::{Result, Value, ValueType};

use crate::{
    context::{Function, Held},
    entry::TypedEntry,
    prepared::Prepared,
    shim::Kind,
};

/// An instance with its entry: what it exports keeps it from the garbage collector.
pub struct Instance {
    entry: Rc<TypedEntry>,
    /// Of the last call, what several results are in: JavaScript's array. In a box: what an instance takes includes the room
    /// for it.
    last: Option<Box<Held>>,
    function: Function,
}

impl Instance {
    /// Instantiates a module, in a context of its own where the configuration has one, and looks its entry up.
    #[inline(always)]
    pub(crate) fn new(prepared: &Prepared) -> Result<Instance> {
        let (function, initialize) = prepared.instantiate()?;
        if let Some(initialize) = initialize {
            initialize.call(&[], Kind::Nothing)?;
        }
        Ok(Instance { entry: prepared.entry.clone(), last: None, function })
    }

    /// Calls the entry.
    #[inline(always)]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        match &*self.entry {
            TypedEntry::Kernel => self.function.call_kernel(argument),
            TypedEntry::Command => self.function.call(&[], Kind::Nothing),
            TypedEntry::Function { arguments, result } => self.function.call(arguments, *result),
            TypedEntry::Several { arguments, .. } => {
                self.last = Some(Box::new(self.function.call_for_several(arguments)?));
                Ok(0)
            }
        }
    }

    /// The results of the last call of a function that has several.
    pub fn results(&self) -> Vec<Value> {
        let (TypedEntry::Several { results, .. }, Some(array)) = (&*self.entry, &self.last) else {
            return Vec::new();
        };
        let context = self.function.context();
        let read = |(index, of): (usize, &ValueType)| {
            let index = context.string(&index.to_string()).ok()?;
            let value = context.get(Some(array), &index).ok()??;
            Value::from_bits(*of, context.read(&value, Kind::of(*of)?))
        };
        results.iter().enumerate().filter_map(read).collect()
    }
}
