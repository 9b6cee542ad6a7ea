//! Instances: what WASI shows them, their entry, their calls.

use std::{
    ffi::{CString, c_char},
    mem::MaybeUninit,
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
    ptr,
    rc::Rc,
};

use wasmark_adapter::{Entry, Failure, FailureKind, Host, Result};
use wasmedge_sys::ffi;

use crate::{
    context::{self, Executor, Store, check, name},
    module::{Loaded, imports},
};

/// An instance with the store that names it and the WASI that it imports. Fields drop in this order.
pub struct Instance {
    entry: TypedEntry,
    _instance: context::Instance,
    wasi: Option<context::Instance>,
    _store: Store,
    executor: Rc<Executor>,
}

enum TypedEntry {
    Kernel(*mut ffi::WasmEdge_FunctionInstanceContext),
    Command(*mut ffi::WasmEdge_FunctionInstanceContext),
}

impl Instance {
    /// Instantiates a module and looks its entry up.
    pub fn new(executor: &Rc<Executor>, module: &Loaded, entry: &Entry, host: &Host) -> Result<Instance> {
        // SAFETY: contexts that live; the store and WASI are kept as long as the instance.
        unsafe {
            let store = Store::own(ffi::WasmEdge_StoreCreate())?;
            let wasi = if module.wasi { Some(wasi(host)?) } else { None };
            if let Some(wasi) = &wasi {
                check(ffi::WasmEdge_ExecutorRegisterImport(executor.get(), store.get(), wasi.get()))?;
            }
            let mut instance = ptr::null_mut();
            check(ffi::WasmEdge_ExecutorInstantiate(
                executor.get(),
                &mut instance,
                store.get(),
                module.ast.get(),
            ))
            .map_err(|failure| explain(failure, module, wasi.as_ref()))?;
            let instance = context::Instance::own(instance)?;
            let entry = match entry {
                Entry::Kernel(name) => {
                    let types = (ffi::WasmEdge_ValTypeGenI32(), ffi::WasmEdge_ValTypeGenI64());
                    TypedEntry::Kernel(export(&instance, name, &[types.0], &[types.1])?)
                }
                Entry::Command => TypedEntry::Command(export(&instance, "_start", &[], &[])?),
                Entry::Function { .. } => return Err(Failure::unsupported("this adapter calls kernels and commands")),
            };
            Ok(Instance { entry, _instance: instance, wasi, _store: store, executor: Rc::clone(executor) })
        }
    }

    /// Calls the entry.
    #[inline]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        let executor = self.executor.get();
        // SAFETY: the function belongs to the instance, and its type was checked: it takes and gives as many values.
        unsafe {
            match self.entry {
                TypedEntry::Kernel(run) => {
                    let argument = ffi::WasmEdge_ValueGenI32(argument);
                    let mut checksum = MaybeUninit::uninit();
                    check(ffi::WasmEdge_ExecutorInvoke(
                        executor,
                        run,
                        &argument,
                        1,
                        checksum.as_mut_ptr(),
                        1,
                    ))?;
                    Ok(ffi::WasmEdge_ValueGetI64(checksum.assume_init()))
                }
                TypedEntry::Command(start) => {
                    let result =
                        ffi::WasmEdge_ExecutorInvoke(executor, start, ptr::null(), 0, ptr::null_mut(), 0);
                    // `proc_exit` ends the call without being a failure.
                    check(result)?;
                    let code = self
                        .wasi
                        .as_ref()
                        .map(|wasi| ffi::WasmEdge_ModuleInstanceWASIGetExitCode(wasi.get()));
                    Ok(i64::from(code.unwrap_or(0) as i32))
                }
            }
        }
    }
}

/// The exported function of this name, if it has this type.
fn export(
    instance: &context::Instance,
    export: &str,
    parameters: &[ffi::WasmEdge_ValType],
    results: &[ffi::WasmEdge_ValType],
) -> Result<*mut ffi::WasmEdge_FunctionInstanceContext> {
    let missing =
        |problem: &str| Failure::new(FailureKind::Export, format!("the export {export:?} {problem}"));
    // SAFETY: the instance lives, and with it its functions and their types; lists are read where their length fits.
    unsafe {
        let function = ffi::WasmEdge_ModuleInstanceFindFunction(instance.get(), name(export));
        if function.is_null() {
            return Err(missing("is missing, or is no function"));
        }
        let of = ffi::WasmEdge_FunctionInstanceGetFunctionType(function);
        let mut types = [MaybeUninit::uninit(); 1];
        let mut same = |count: u32, right: &[ffi::WasmEdge_ValType], list: List| {
            count as usize == right.len() && {
                list(of, types.as_mut_ptr().cast(), count);
                types
                    .iter()
                    .zip(right)
                    .all(|(own, right)| ffi::WasmEdge_ValTypeIsEqual(own.assume_init(), *right))
            }
        };
        let of_type = same(
            ffi::WasmEdge_FunctionTypeGetParametersLength(of),
            parameters,
            ffi::WasmEdge_FunctionTypeGetParameters,
        ) && same(
            ffi::WasmEdge_FunctionTypeGetReturnsLength(of),
            results,
            ffi::WasmEdge_FunctionTypeGetReturns,
        );
        if of_type { Ok(function) } else { Err(missing("has another type")) }
    }
}

/// A function that lists the types of a function's parameters or results.
type List =
    unsafe extern "C" fn(*const ffi::WasmEdge_FunctionTypeContext, *mut ffi::WasmEdge_ValType, u32) -> u32;

/// Adds to a failure which import it is about: WasmEdge writes that to its log only.
fn explain(mut failure: Failure, module: &Loaded, wasi: Option<&context::Instance>) -> Failure {
    if failure.kind == FailureKind::Import {
        let provided = |(of, import): &(String, String)| {
            of == "wasi_snapshot_preview1"
                // SAFETY: WASI lives.
                && wasi.is_some_and(|wasi| unsafe {
                    !ffi::WasmEdge_ModuleInstanceFindFunction(wasi.get(), name(import)).is_null()
                })
        };
        if let Some((of, import)) = imports(&module.ast).iter().find(|import| !provided(import)) {
            failure.message = format!("{}: {import:?} of {of:?}", failure.message);
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
