//! What modules import beside WASI: the marks of the Sightglass ABI, and stubs.

use std::{ffi::c_void, ptr};

use wasmark_adapter::{Failure, Result, Stub, ValueType, marks};
use wasmedge_sys::ffi;

use crate::{
    context::{self, FunctionType, name},
    values::{of_type, zero},
};

/// WASI preview 1's name as an import.
pub const WASI: &str = "wasi_snapshot_preview1";

/// Instances of the host's that the instances of all modules share, by name.
pub struct Imports {
    modules: Vec<(String, context::Instance)>,
    functions: Vec<Function>,
}

/// A function of the host's.
struct Function {
    module: String,
    name: String,
    of: FunctionType,
    /// In a box, so that WasmEdge's pointer to it stays right.
    body: Box<Body>,
}

enum Body {
    Mark(fn()),
    Zeros(Vec<ffi::WasmEdge_Value>),
}

impl Imports {
    /// The marks and the stubs.
    pub fn new(stubs: &[Stub]) -> Result<Imports> {
        let marks = marks::FUNCTIONS.into_iter().map(|(name, mark)| {
            let of = of_function(&[], &[])?;
            Ok(Function {
                module: marks::MODULE.to_owned(),
                name: name.to_owned(),
                of,
                body: Box::new(Body::Mark(mark)),
            })
        });
        let stubs = stubs.iter().map(|stub| {
            let of = of_function(&stub.params, &stub.results)?;
            let body = Box::new(Body::Zeros(stub.results.iter().copied().map(zero).collect()));
            Ok(Function { module: stub.module.clone(), name: stub.name.clone(), of, body })
        });
        let functions = marks.chain(stubs).collect::<Result<Vec<Function>>>()?;

        let mut modules: Vec<(String, context::Instance)> = Vec::new();
        for function in functions.iter().filter(|function| function.module != WASI) {
            if !modules.iter().any(|(known, _)| *known == function.module) {
                // SAFETY: a new context, taken over.
                let module = unsafe {
                    context::Instance::own(ffi::WasmEdge_ModuleInstanceCreate(name(&function.module)))?
                };
                define(&functions, &function.module, &module)?;
                modules.push((function.module.clone(), module));
            }
        }
        Ok(Imports { modules, functions })
    }

    /// The instance of this name; `None` for WASI and for what nobody provides.
    pub fn named(&self, module: &str) -> Option<&context::Instance> {
        self.modules.iter().find(|(known, _)| known == module).map(|(_, instance)| instance)
    }

    /// Adds the stubs that bear WASI's name to an instance of WASI.
    pub fn add_to_wasi(&self, wasi: &context::Instance) -> Result<()> {
        define(&self.functions, WASI, wasi)
    }
}

/// Adds the functions of `module` to its instance.
fn define(functions: &[Function], module: &str, instance: &context::Instance) -> Result<()> {
    for function in functions.iter().filter(|function| function.module == module) {
        let body = ptr::from_ref(&*function.body).cast_mut().cast();
        // SAFETY: the type and the name are copied; the body lives as long as `Imports`, which outlives every
        // instance; the instance takes the function over.
        unsafe {
            let host = ffi::WasmEdge_FunctionInstanceCreate(function.of.get(), Some(answer), body, 0);
            if host.is_null() {
                return Err(Failure::engine(format!("WasmEdge made no function {:?}", function.name)));
            }
            ffi::WasmEdge_ModuleInstanceAddFunction(instance.get(), name(&function.name), host);
        }
    }
    Ok(())
}

fn of_function(params: &[ValueType], results: &[ValueType]) -> Result<FunctionType> {
    let list = |types: &[ValueType]| types.iter().copied().map(of_type).collect::<Vec<_>>();
    let (params, results) = (list(params), list(results));
    let lengths = (params.len() as u32, results.len() as u32);
    // SAFETY: the lists are read, within their lengths, during the call.
    unsafe {
        FunctionType::own(ffi::WasmEdge_FunctionTypeCreate(
            params.as_ptr(),
            lengths.0,
            results.as_ptr(),
            lengths.1,
        ))
    }
}

unsafe extern "C" fn answer(
    body: *mut c_void,
    _frame: *const ffi::WasmEdge_CallingFrameContext,
    _params: *const ffi::WasmEdge_Value,
    results: *mut ffi::WasmEdge_Value,
) -> ffi::WasmEdge_Result {
    // SAFETY: the body that the function was made with.
    match unsafe { &*body.cast::<Body>() } {
        Body::Mark(mark) => mark(),
        // SAFETY: WasmEdge has room for as many results as the function's type has.
        Body::Zeros(zeros) => unsafe { ptr::copy_nonoverlapping(zeros.as_ptr(), results, zeros.len()) },
    }
    ffi::WasmEdge_Result { Code: ffi::WasmEdge_ErrCode_Success }
}
