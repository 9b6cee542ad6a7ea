//! The export that instances are entered by: its type is checked once in the module. WasmEdge finds functions of instances
//! by their names.

use wasmark_adapter::{Entry, Result, Value, ValueType};
use wasmedge_sys::ffi;

use crate::c::{
    context::{Ast, check},
    function::{Function, check_type, exports, get, invoke},
    home::Home,
    value,
};

/// An entry in a module, of the right type.
pub enum Place {
    Kernel(String),
    Command,
    Function {
        name: String,
        arguments: Vec<ffi::WasmEdge_Value>,
        results: Vec<ValueType>,
        /// Whether there are several results, or a vector.
        wide: bool,
        /// Whether the module is a reactor.
        initialize: bool,
    },
}

/// An entry of an instance. In boxes, so that an instance with another entry is no larger for it.
pub enum TypedEntry {
    Kernel(Function),
    Command(Function),
    Any(Box<Any>),
    /// Of several results, or a vector.
    Wide(Box<Wide>),
}

/// A function with at most one result.
pub struct Any {
    pub function: Function,
    pub arguments: Vec<ffi::WasmEdge_Value>,
    pub result: Option<ValueType>,
}

/// A function whose results are read after the call.
pub struct Wide {
    pub function: Function,
    pub arguments: Vec<ffi::WasmEdge_Value>,
    pub results: Vec<ffi::WasmEdge_Value>,
    of: Vec<ValueType>,
}

impl Wide {
    /// The results of the last call that returned.
    pub fn read(&self) -> Vec<Value> {
        let values = self.results.iter().zip(&self.of);
        values.filter_map(|(result, of)| value::read(*result, *of)).collect()
    }
}

const START: &str = "_start";
const INITIALIZE: &str = "_initialize";

impl Place {
    /// The entry `entry` of the module.
    ///
    /// # Errors
    /// Where there is no such export, or it is of another type.
    pub fn find(module: &Ast, entry: &Entry) -> Result<Place> {
        Ok(match entry {
            Entry::Kernel(name) => {
                check_type(module, name, &[ValueType::I32], &[ValueType::I64])?;
                Place::Kernel(name.clone())
            }
            Entry::Command => {
                check_type(module, START, &[], &[])?;
                Place::Command
            }
            Entry::Function { name, arguments, results } => {
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                check_type(module, name, &parameters, results)?;
                let initialize = exports(module, INITIALIZE);
                if initialize {
                    check_type(module, INITIALIZE, &[], &[])?;
                }
                Place::Function {
                    name: name.clone(),
                    arguments: arguments.iter().copied().map(value::value).collect(),
                    results: results.clone(),
                    wide: entry.is_wide(),
                    initialize,
                }
            }
        })
    }

    /// The entry of an instance of this module, which is initialised first where it is a reactor.
    ///
    /// # Errors
    /// What ended the initialiser.
    #[inline(always)]
    pub fn of(&self, home: &Home) -> Result<TypedEntry> {
        let instance = home.instance();
        Ok(match self {
            Place::Kernel(name) => TypedEntry::Kernel(get(instance, name)?),
            Place::Command => TypedEntry::Command(get(instance, START)?),
            Place::Function { name, arguments, results, wide, initialize } => {
                if *initialize {
                    let initialize = get(instance, INITIALIZE)?;
                    // SAFETY: a function of the instance, whose type was checked.
                    check(unsafe { invoke(home.executor(), initialize, &[], &mut []) })?;
                }
                let (function, arguments) = (get(instance, name)?, arguments.clone());
                if *wide {
                    let (of, results) = (results.clone(), results.iter().copied().map(value::zero).collect());
                    TypedEntry::Wide(Box::new(Wide { function, arguments, results, of }))
                } else {
                    TypedEntry::Any(Box::new(Any { function, arguments, result: results.first().copied() }))
                }
            }
        })
    }
}
