//! Exports of any type that are called with the same values each time.
//!
//! By `Func::call_unchecked`, with the values in the form that wasmtime's code takes them in. `TypedFunc::call` makes this
//! array of its arguments and then does the same, so the two cost the same; but its types are Rust's, and there would
//! have to be one for each of the signatures. Its other check, that the function has this type, is made once, in the
//! module. `Func::call` would check and convert in each call, which takes several times as long as
//! a call that does nothing.

use wasmark_adapter::{Value, ValueType};
use wasmtime::{AsContextMut, Func, ValRaw};

/// What a function is called with, and what it returns.
#[derive(Clone)]
pub(crate) struct Invocation {
    arguments: Box<[ValRaw]>,
    results: Vec<ValueType>,
}

impl Invocation {
    /// Of these arguments and these types of results.
    pub(crate) fn new(arguments: &[Value], results: &[ValueType]) -> Invocation {
        Invocation { arguments: arguments.iter().copied().map(raw).collect(), results: results.to_vec() }
    }
}

/// An export, its arguments and the place of its results.
pub(crate) struct Function {
    function: Func,
    arguments: Box<[ValRaw]>,
    results: Vec<ValueType>,
    /// The arguments before a call, the results after it: as many as there are of either.
    values: Box<[ValRaw]>,
    /// The type of the result where there is one, and it is no vector.
    scalar: Option<ValueType>,
}

impl Function {
    /// A function with what it is called with.
    ///
    /// # Safety
    /// It takes these arguments and returns values of these types.
    pub(crate) unsafe fn new(function: Func, invocation: &Invocation) -> Function {
        let Invocation { arguments, results } = invocation.clone();
        let scalar = match results.as_slice() {
            [ValueType::V128] => None,
            [one] => Some(*one),
            _ => None,
        };
        let values = vec![ValRaw::i64(0); arguments.len().max(results.len())].into();
        Function { function, arguments, results, values, scalar }
    }

    /// Calls it. Returns the bits of its result where that is one number.
    ///
    /// # Errors
    /// What ended the call.
    #[inline]
    pub(crate) fn call(&mut self, store: impl AsContextMut) -> wasmtime::Result<i64> {
        self.values[..self.arguments.len()].copy_from_slice(&self.arguments);
        // SAFETY: the function is of the store that it was found in, and takes values of the arguments' types and returns
        // some of the results' types; there are places for as many, and none is a reference.
        unsafe { self.function.call_unchecked(store, &raw mut *self.values)? };
        Ok(match self.scalar {
            None => 0,
            Some(of) => bits(self.values[0], of),
        })
    }

    /// The results of the last call that returned.
    pub(crate) fn results(&self) -> Vec<Value> {
        let value = |(raw, of): (&ValRaw, &ValueType)| match of {
            ValueType::V128 => Some(Value::V128(raw.get_v128())),
            of => Value::from_bits(*of, bits(*raw, *of)),
        };
        self.values.iter().zip(&self.results).filter_map(value).collect()
    }
}

fn raw(value: Value) -> ValRaw {
    match value {
        Value::I32(value) => ValRaw::i32(value),
        Value::I64(value) => ValRaw::i64(value),
        Value::F32(bits) => ValRaw::f32(bits),
        Value::F64(bits) => ValRaw::f64(bits),
        Value::V128(bits) => ValRaw::v128(bits),
    }
}

/// The bits of a number.
#[inline]
fn bits(raw: ValRaw, of: ValueType) -> i64 {
    match of {
        ValueType::I32 => i64::from(raw.get_u32()),
        ValueType::F32 => i64::from(raw.get_f32()),
        ValueType::F64 => raw.get_f64() as i64,
        _ => raw.get_i64(),
    }
}
