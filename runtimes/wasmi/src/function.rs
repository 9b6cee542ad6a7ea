//! Exports of any type that are called with the same values each time: by wasmi's typed interface where their type is a
//! common one, else by the one that checks and converts values in each call.

use wasmark_adapter::{CallPath, Value, ValueType, with_arguments};
use wasmi::{Error, F32, F64, Func, Store, TypedFunc, Val, WasmParams, WasmResults};

/// An export of an instance whose store carries a `Guest`, with its arguments.
pub(crate) enum Function<Guest> {
    /// Up to two arguments and one result, all numbers. A pointer to code for one signature: calling through it takes
    /// the place of choosing among all signatures. wasmi's interpreter is in each, so there are not more of them.
    Typed(Typed<Guest>),
    /// Any other.
    Untyped { function: Func, arguments: Vec<Val>, results: Vec<Val>, wide: bool },
}

impl<Guest: 'static> Function<Guest> {
    /// A function, which takes these arguments and returns values of these types.
    pub(crate) fn new(
        function: Func,
        store: &Store<Guest>,
        arguments: &[Value],
        results: &[ValueType],
    ) -> Function<Guest> {
        if let Some(typed) = typed(function, store, arguments, results) {
            return Function::Typed(typed);
        }
        let wide = results.len() > 1 || results.contains(&ValueType::V128);
        let arguments = arguments.iter().copied().map(value).collect();
        Function::Untyped { function, arguments, results: vec![Val::I32(0); results.len()], wide }
    }

    /// Calls it. Returns the bits of its result where that is one number.
    ///
    /// # Errors
    /// What ended the call.
    #[inline]
    pub(crate) fn call(&mut self, store: &mut Store<Guest>) -> std::result::Result<i64, Error> {
        match self {
            Function::Typed(call) => call(store),
            Function::Untyped { function, arguments, results, wide } => {
                function.call(store, arguments, results)?;
                Ok(if *wide { 0 } else { results.first().and_then(number).map_or(0, Value::bits) })
            }
        }
    }

    /// The results of the last call that returned, where they are more than one number.
    pub(crate) fn results(&self) -> Vec<Value> {
        match self {
            Function::Typed(_) => Vec::new(),
            Function::Untyped { results, .. } => results.iter().filter_map(number).collect(),
        }
    }

    /// How it is called.
    pub(crate) fn path(&self) -> CallPath {
        match self {
            Function::Typed(_) => CallPath::Typed,
            Function::Untyped { .. } => CallPath::Untyped,
        }
    }
}

/// A call that wasmi checks once.
type Typed<Guest> = Box<dyn Fn(&mut Store<Guest>) -> std::result::Result<i64, Error>>;

/// The call of a function with these arguments and at most one result; `None` where there is no code for its type.
fn typed<Guest: 'static>(
    function: Func,
    store: &Store<Guest>,
    arguments: &[Value],
    results: &[ValueType],
) -> Option<Typed<Guest>> {
    macro_rules! typed {
        ($($argument:ident)*) => {{
            macro_rules! returning {
                ($of:ty, $bits:expr) => {{
                    let function: TypedFunc<_, $of> = typed_by(function, store, ($($argument,)*))?;
                    Some(Box::new(move |store: &mut Store<Guest>| {
                        function.call(store, ($($argument,)*)).map($bits)
                    }) as Typed<Guest>)
                }};
            }
            match results {
                [] => returning!((), |()| 0_i64),
                [ValueType::I32] => returning!(i32, |value: i32| Value::I32(value).bits()),
                [ValueType::I64] => returning!(i64, |value: i64| value),
                [ValueType::F32] => returning!(f32, |value: f32| Value::F32(value.to_bits()).bits()),
                [ValueType::F64] => returning!(f64, |value: f64| Value::F64(value.to_bits()).bits()),
                _ => None,
            }
        }};
    }
    with_arguments!(arguments, typed, up to 2)
}

/// The function as one that takes values of the types of `_arguments`.
fn typed_by<Params: WasmParams, Results: WasmResults, Guest>(
    function: Func,
    store: &Store<Guest>,
    _arguments: Params,
) -> Option<TypedFunc<Params, Results>> {
    function.typed(store).ok()
}

fn value(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value),
        Value::I64(value) => Val::I64(value),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
        Value::V128(bits) => Val::V128(bits.into()),
    }
}

/// A value that is no reference.
fn number(value: &Val) -> Option<Value> {
    Some(match value {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::F32(value) => Value::F32(value.to_bits()),
        Val::F64(value) => Value::F64(value.to_bits()),
        Val::V128(value) => Value::V128(value.as_u128()),
        _ => return None,
    })
}
