//! Instances: what WASI shows them, their entry, their calls.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result, Value, ValueType};
use wasmedge_sys::ffi;

use crate::{
    c::{
        context::{self, check},
        function::{Function, export, find, invoke},
        home::Home,
        host, value,
    },
    engine::Engine,
    imports::{Imports, WASI},
    module::{Loaded, imports},
};

/// An instance and what it alone imports: WASI, and stubs with a state. Fields drop in this order.
pub struct Instance {
    entry: TypedEntry,
    executor: *mut ffi::WasmEdge_ExecutorContext,
    _home: Home,
    wasi: Option<context::Instance>,
    _imports: Option<Imports>,
    _engine: Rc<Engine>,
}

enum TypedEntry {
    Kernel(Function),
    Command(Function),
    Any {
        function: Function,
        arguments: Vec<ffi::WasmEdge_Value>,
        result: Option<ValueType>,
    },
    /// Of several results, or a vector.
    Wide(Box<Wide>),
}

/// A function whose results are read after the call.
struct Wide {
    function: Function,
    arguments: Vec<ffi::WasmEdge_Value>,
    of: Vec<ValueType>,
    results: Vec<ffi::WasmEdge_Value>,
}

impl Instance {
    /// Instantiates a module, initialises a reactor, and looks the entry up.
    pub fn new(engine: &Rc<Engine>, module: &Loaded, entry: &Entry, shown: &Host) -> Result<Instance> {
        let own = engine.own_imports()?;
        let imports = own.as_ref().unwrap_or(&engine.imports);
        let wasi = if module.imports_from.iter().any(|from| from == WASI) {
            let wasi = host::wasi(shown)?;
            imports.add_to_wasi(&wasi)?;
            Some(wasi)
        } else {
            None
        };
        // SAFETY: the instance keeps the engine, and drops its own imports and its WASI after itself.
        let home = unsafe { engine.instantiate(module, imports, wasi.as_ref()) }
            .map_err(|failure| explain(failure, imports, module, wasi.as_ref()))?;
        let (executor, instance) = (home.executor(), home.instance());
        let entry = match entry {
            Entry::Kernel(name) => {
                TypedEntry::Kernel(export(instance, name, &[ValueType::I32], &[ValueType::I64])?)
            }
            Entry::Command => TypedEntry::Command(export(instance, "_start", &[], &[])?),
            Entry::Function { name, arguments, results } => {
                if find(instance, "_initialize").is_some() {
                    let initialize = export(instance, "_initialize", &[], &[])?;
                    // SAFETY: a function of the instance, whose type was checked.
                    check(unsafe { invoke(executor, initialize, &[], &mut []) })?;
                }
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                let function = export(instance, name, &parameters, results)?;
                let arguments = arguments.iter().copied().map(value::value).collect();
                if entry.is_wide() {
                    let (of, results) = (results.clone(), results.iter().copied().map(value::zero).collect());
                    TypedEntry::Wide(Box::new(Wide { function, arguments, of, results }))
                } else {
                    TypedEntry::Any { function, arguments, result: results.first().copied() }
                }
            }
        };
        Ok(Instance { entry, executor, _home: home, wasi, _imports: own, _engine: Rc::clone(engine) })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // Where `proc_exit` ends a call, nothing is written to the result: it stays zero.
        // SAFETY: the functions are the instance's, and their types were checked: they take and give as many values.
        unsafe {
            match &mut self.entry {
                TypedEntry::Kernel(run) => {
                    let argument = ffi::WasmEdge_ValueGenI32(argument);
                    let mut checksum = ffi::WasmEdge_ValueGenI64(0);
                    check(ffi::WasmEdge_ExecutorInvoke(self.executor, *run, &argument, 1, &mut checksum, 1))?;
                    Ok(ffi::WasmEdge_ValueGetI64(checksum))
                }
                TypedEntry::Command(start) => {
                    // `proc_exit` ends the call without being a failure.
                    check(invoke(self.executor, *start, &[], &mut []))?;
                    let code = self
                        .wasi
                        .as_ref()
                        .map(|wasi| ffi::WasmEdge_ModuleInstanceWASIGetExitCode(wasi.get()));
                    Ok(i64::from(code.unwrap_or(0) as i32))
                }
                TypedEntry::Any { function, arguments, result: None } => {
                    check(invoke(self.executor, *function, arguments, &mut []))?;
                    Ok(0)
                }
                TypedEntry::Any { function, arguments, result: Some(of) } => {
                    let mut result = [value::zero(*of)];
                    check(invoke(self.executor, *function, arguments, &mut result))?;
                    Ok(value::read(result[0], *of).map_or(0, Value::bits))
                }
                TypedEntry::Wide(wide) => {
                    let Wide { function, arguments, results, .. } = &mut **wide;
                    check(invoke(self.executor, *function, arguments, results))?;
                    Ok(0)
                }
            }
        }
    }

    /// The results of the last call of a function that has several, or a vector.
    pub fn results(&self) -> Vec<Value> {
        match &self.entry {
            TypedEntry::Wide(wide) => {
                let values = wide.results.iter().zip(&wide.of);
                values.filter_map(|(result, of)| value::read(*result, *of)).collect()
            }
            TypedEntry::Kernel(_) | TypedEntry::Command(_) | TypedEntry::Any { .. } => Vec::new(),
        }
    }
}

/// Adds to a failure which import it is about: WasmEdge writes that to its log only.
fn explain(
    mut failure: Failure,
    given: &Imports,
    module: &Loaded,
    wasi: Option<&context::Instance>,
) -> Failure {
    if failure.kind == FailureKind::Import {
        let provided = |(from, import): &(String, String)| {
            let provider = if from == WASI { wasi } else { given.named(from) };
            provider.is_some_and(|provider| find(provider.get(), import).is_some())
        };
        if let Some((from, import)) = imports(&module.ast).iter().find(|import| !provided(import)) {
            failure.message = format!("{}: {import:?} of {from:?}", failure.message);
        }
    }
    failure
}
