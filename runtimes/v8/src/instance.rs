//! Instances and their calls.

use std::rc::Rc;

use wasmark_adapter::{Result, Value, ValueType};

use crate::{
    context::{Context, Held},
    entry::TypedEntry,
    prepared::Prepared,
    shim::{Kind, Number},
};

/// An instance with its entry: what it exports keeps it from the garbage collector.
pub struct Instance {
    entry: Rc<TypedEntry>,
    /// Of the last call, what several results are in: JavaScript's array. In a box: what an instance takes includes the room
    /// for it.
    last: Option<Box<Held>>,
    function: Held,
    context: Rc<Context>,
}

impl Instance {
    /// Instantiates a module, in a context of its own where the configuration has one, and looks its entry up.
    pub(crate) fn new(prepared: &Prepared) -> Result<Instance> {
        let (context, function, initialize) = prepared.instantiate()?;
        if let Some(initialize) = initialize {
            context.call(&initialize, &[], Kind::Nothing)?;
        }
        Ok(Instance { entry: prepared.entry.clone(), last: None, function, context })
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
                self.last = Some(Box::new(self.context.call_for_several(&self.function, arguments)?));
                return Ok(0);
            }
        };
        self.context.call(&self.function, arguments, result)
    }

    /// The results of the last call of a function that has several.
    pub fn results(&self) -> Vec<Value> {
        let (TypedEntry::Several { results, .. }, Some(array)) = (&*self.entry, &self.last) else {
            return Vec::new();
        };
        let read = |(index, of): (usize, &ValueType)| {
            let index = self.context.string(&index.to_string()).ok()?;
            let value = self.context.get(Some(array), &index).ok()??;
            Value::from_bits(*of, self.context.read(&value, Kind::of(*of)?))
        };
        results.iter().enumerate().filter_map(read).collect()
    }
}
