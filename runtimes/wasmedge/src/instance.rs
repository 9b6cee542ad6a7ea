//! Instances: what WASI shows them, their entry, their calls.

use std::{
    ffi::{CString, c_char},
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
    rc::Rc,
};

use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result, ValueType};
use wasmedge_sys::ffi;

use crate::{
    context::{self, check, name},
    engine::{Engine, Home},
    imports::WASI,
    module::{Loaded, imports},
    values,
};

/// An instance and the WASI that it imports. Fields drop in this order.
pub struct Instance {
    entry: TypedEntry,
    executor: *mut ffi::WasmEdge_ExecutorContext,
    _home: Home,
    wasi: Option<context::Instance>,
    _engine: Rc<Engine>,
}

/// A function of the instance, as long as it lives.
type Function = *mut ffi::WasmEdge_FunctionInstanceContext;

enum TypedEntry {
    Kernel(Function),
    Command(Function),
    Any { function: Function, arguments: Vec<ffi::WasmEdge_Value>, result: Option<ValueType> },
}

impl Instance {
    /// Instantiates a module, initialises a reactor, and looks the entry up.
    pub fn new(engine: &Rc<Engine>, module: &Loaded, entry: &Entry, host: &Host) -> Result<Instance> {
        let wasi = if module.imports_from.iter().any(|from| from == WASI) {
            let wasi = wasi(host)?;
            engine.imports.add_to_wasi(&wasi)?;
            Some(wasi)
        } else {
            None
        };
        let home = engine
            .instantiate(module, wasi.as_ref())
            .map_err(|failure| explain(failure, engine, module, wasi.as_ref()))?;
        let (executor, instance) = (home.executor(), home.instance());
        let entry = match entry {
            Entry::Kernel(name) => {
                TypedEntry::Kernel(export(instance, name, &[ValueType::I32], &[ValueType::I64])?)
            }
            Entry::Command => TypedEntry::Command(export(instance, "_start", &[], &[])?),
            Entry::Function { name, arguments, result } => {
                if find(instance, "_initialize").is_some() {
                    let initialize = export(instance, "_initialize", &[], &[])?;
                    // SAFETY: a function of the instance, whose type was checked.
                    check(unsafe { invoke(executor, initialize, &[], &mut []) })?;
                }
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                let function = export(instance, name, &parameters, result.as_slice())?;
                let arguments = arguments.iter().copied().map(values::value).collect();
                TypedEntry::Any { function, arguments, result: *result }
            }
        };
        Ok(Instance { entry, executor, _home: home, wasi, _engine: Rc::clone(engine) })
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // Where `proc_exit` ends a call, nothing is written to the result: it stays zero.
        // SAFETY: the functions are the instance's, and their types were checked: they take and give as many values.
        unsafe {
            match &self.entry {
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
                    let mut result = [values::zero(*of)];
                    check(invoke(self.executor, *function, arguments, &mut result))?;
                    Ok(values::bits(result[0], *of))
                }
            }
        }
    }
}

/// Calls a function.
///
/// # Safety
/// The function and the executor live, and the function takes and gives as many values.
unsafe fn invoke(
    executor: *mut ffi::WasmEdge_ExecutorContext,
    function: Function,
    arguments: &[ffi::WasmEdge_Value],
    results: &mut [ffi::WasmEdge_Value],
) -> ffi::WasmEdge_Result {
    let lengths = (arguments.len() as u32, results.len() as u32);
    // SAFETY: as promised by the caller; the lists have these lengths.
    unsafe {
        ffi::WasmEdge_ExecutorInvoke(
            executor,
            function,
            arguments.as_ptr(),
            lengths.0,
            results.as_mut_ptr(),
            lengths.1,
        )
    }
}

/// The exported function of this name, if there is one.
fn find(instance: *const ffi::WasmEdge_ModuleInstanceContext, export: &str) -> Option<Function> {
    // SAFETY: the instance lives.
    let function = unsafe { ffi::WasmEdge_ModuleInstanceFindFunction(instance, name(export)) };
    (!function.is_null()).then_some(function)
}

/// The exported function of this name, if it has this type.
fn export(
    instance: *const ffi::WasmEdge_ModuleInstanceContext,
    export: &str,
    parameters: &[ValueType],
    results: &[ValueType],
) -> Result<Function> {
    let missing =
        |problem: &str| Failure::new(FailureKind::Export, format!("the export {export:?} {problem}"));
    let function = find(instance, export).ok_or_else(|| missing("is missing, or is no function"))?;
    let same = |own: &[ffi::WasmEdge_ValType], right: &[ValueType]| {
        // SAFETY: compares plain data.
        let equal =
            |(own, right): (&_, &_)| unsafe { ffi::WasmEdge_ValTypeIsEqual(*own, values::of_type(*right)) };
        own.len() == right.len() && own.iter().zip(right).all(equal)
    };
    // SAFETY: the instance lives, and with it its functions and their types.
    let (own_parameters, own_results) = unsafe {
        let of = ffi::WasmEdge_FunctionInstanceGetFunctionType(function);
        let lengths = (
            ffi::WasmEdge_FunctionTypeGetParametersLength(of),
            ffi::WasmEdge_FunctionTypeGetReturnsLength(of),
        );
        (
            types(of, lengths.0, ffi::WasmEdge_FunctionTypeGetParameters),
            types(of, lengths.1, ffi::WasmEdge_FunctionTypeGetReturns),
        )
    };
    if same(&own_parameters, parameters) && same(&own_results, results) {
        Ok(function)
    } else {
        Err(missing("has another type"))
    }
}

/// A function that lists the types of a function's parameters or results.
type List =
    unsafe extern "C" fn(*const ffi::WasmEdge_FunctionTypeContext, *mut ffi::WasmEdge_ValType, u32) -> u32;

/// `count` types of a function's parameters or results.
///
/// # Safety
/// The function's type lives.
unsafe fn types(
    of: *const ffi::WasmEdge_FunctionTypeContext,
    count: u32,
    list: List,
) -> Vec<ffi::WasmEdge_ValType> {
    let mut types = vec![values::of_type(ValueType::I32); count as usize];
    // SAFETY: the list has as many places.
    unsafe { list(of, types.as_mut_ptr(), count) };
    types
}

/// Adds to a failure which import it is about: WasmEdge writes that to its log only.
fn explain(
    mut failure: Failure,
    engine: &Engine,
    module: &Loaded,
    wasi: Option<&context::Instance>,
) -> Failure {
    if failure.kind == FailureKind::Import {
        let provided = |(from, import): &(String, String)| {
            let provider = if from == WASI { wasi } else { engine.imports.named(from) };
            provider.is_some_and(|provider| find(provider.get(), import).is_some())
        };
        if let Some((from, import)) = imports(&module.ast).iter().find(|import| !provided(import)) {
            failure.message = format!("{}: {import:?} of {from:?}", failure.message);
        }
    }
    failure
}

/// WASI preview 1 as the host says.
fn wasi(host: &Host) -> Result<context::Instance> {
    let args = texts(host.args.iter().map(|arg| arg.clone().into_bytes()))?;
    let env = texts(host.env.iter().map(|(name, value)| format!("{name}={value}").into_bytes()))?;
    let dirs = host
        .preopens
        .iter()
        .map(|preopen| [preopen.guest.as_bytes(), b":", preopen.host.as_os_str().as_bytes()].concat());
    let dirs = texts(dirs)?;
    let list = |texts: &[CString]| texts.iter().map(|text| text.as_ptr()).collect::<Vec<*const c_char>>();
    let (args, env, dirs) = ((list(&args), args), (list(&env), env), (list(&dirs), dirs));
    // SAFETY: WasmEdge copies the lists; the descriptors are open, and stay the host's.
    unsafe {
        context::Instance::own(ffi::WasmEdge_ModuleInstanceCreateWASIWithFds(
            args.0.as_ptr(),
            args.0.len() as u32,
            env.0.as_ptr(),
            env.0.len() as u32,
            dirs.0.as_ptr(),
            dirs.0.len() as u32,
            host.stdin.as_raw_fd(),
            host.stdout.as_raw_fd(),
            host.stderr.as_raw_fd(),
        ))
    }
}

fn texts(texts: impl Iterator<Item = Vec<u8>>) -> Result<Vec<CString>> {
    let texts: std::result::Result<_, _> = texts.map(CString::new).collect();
    texts.map_err(|error| Failure::engine(format!("give the guest {error}: remove the NUL")))
}
