//! What the host provides: functions of its own, and WASI.

use std::{
    ffi::{CString, c_char, c_void},
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
    ptr,
};

use wasmark_adapter::{Failure, FailureKind, Host, Result, StubItem, ValueType};
use wasmedge_sys::ffi;

use super::{
    context::{FunctionType, GlobalType, Instance, Limit, MemoryType, TableType, name},
    value::{of_type, zero},
};

/// A function of the host's.
pub struct Function {
    of: FunctionType,
    /// In a box, so that WasmEdge's pointer to it stays right.
    body: Box<Body>,
}

enum Body {
    Call(fn()),
    Zeros(Vec<ffi::WasmEdge_Value>),
}

impl Function {
    /// A function that calls another.
    pub fn calling(function: fn()) -> Result<Function> {
        Ok(Function { of: of_function(&[], &[])?, body: Box::new(Body::Call(function)) })
    }

    /// A function of this type that returns zeros.
    pub fn zeros(params: &[ValueType], results: &[ValueType]) -> Result<Function> {
        let zeros = results.iter().copied().map(zero).collect();
        Ok(Function { of: of_function(params, results)?, body: Box::new(Body::Zeros(zeros)) })
    }

    /// Adds it to an instance of the host's.
    ///
    /// # Safety
    /// It lives as long as the instance.
    pub unsafe fn add_to(&self, instance: &Instance, as_name: &str) -> Result<()> {
        let body = ptr::from_ref(&*self.body).cast_mut().cast();
        // SAFETY: the type and the name are copied; the body lives as promised; the instance takes the function over.
        unsafe {
            let host = ffi::WasmEdge_FunctionInstanceCreate(self.of.get(), Some(answer), body, 0);
            if host.is_null() {
                return Err(Failure::engine(format!("WasmEdge made no function {as_name:?}")));
            }
            ffi::WasmEdge_ModuleInstanceAddFunction(instance.get(), name(as_name), host);
        }
        Ok(())
    }
}

/// Adds a memory, a table or a global to an instance of the host's: of zeros, or null. Of a function nothing.
pub fn add_state(instance: &Instance, as_name: &str, item: &StubItem) -> Result<()> {
    let refused = || Failure::new(FailureKind::Resource, format!("WasmEdge made no {as_name:?} to import"));
    // SAFETY: new contexts; their types are copied, and the instance takes what is not null over.
    unsafe {
        match item {
            StubItem::Function { .. } => {}
            StubItem::Memory { memory } => {
                let of = limit(memory.minimum, memory.maximum)?;
                let of = MemoryType::own(ffi::WasmEdge_MemoryTypeCreate(of.get()))?;
                let made = ffi::WasmEdge_MemoryInstanceCreate(of.get());
                if made.is_null() {
                    return Err(refused());
                }
                ffi::WasmEdge_ModuleInstanceAddMemory(instance.get(), name(as_name), made);
            }
            StubItem::Table { table } => {
                let of = limit(table.minimum, table.maximum)?;
                let of = TableType::own(ffi::WasmEdge_TableTypeCreate(of_type(table.element), of.get()))?;
                let made = ffi::WasmEdge_TableInstanceCreate(of.get());
                if made.is_null() {
                    return Err(refused());
                }
                ffi::WasmEdge_ModuleInstanceAddTable(instance.get(), name(as_name), made);
            }
            StubItem::Global { global } => {
                let mutability = match global.mutable {
                    true => ffi::WasmEdge_Mutability_Var,
                    false => ffi::WasmEdge_Mutability_Const,
                };
                let of =
                    GlobalType::own(ffi::WasmEdge_GlobalTypeCreate(of_type(global.content), mutability))?;
                let made = ffi::WasmEdge_GlobalInstanceCreate(of.get(), zero(global.content));
                if made.is_null() {
                    return Err(refused());
                }
                ffi::WasmEdge_ModuleInstanceAddGlobal(instance.get(), name(as_name), made);
            }
        }
    }
    Ok(())
}

fn limit(minimum: u32, maximum: Option<u32>) -> Result<Limit> {
    let minimum = u64::from(minimum);
    // SAFETY: a new context, taken over.
    unsafe {
        Limit::own(match maximum {
            Some(maximum) => ffi::WasmEdge_LimitCreateWithMax(minimum, maximum.into(), false, false),
            None => ffi::WasmEdge_LimitCreate(minimum, false),
        })
    }
}

/// A new instance of the host's, without functions.
pub fn instance(of_name: &str) -> Result<Instance> {
    // SAFETY: a new context, taken over.
    unsafe { Instance::own(ffi::WasmEdge_ModuleInstanceCreate(name(of_name))) }
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
        Body::Call(function) => function(),
        // SAFETY: WasmEdge has room for as many results as the function's type has.
        Body::Zeros(zeros) => unsafe { ptr::copy_nonoverlapping(zeros.as_ptr(), results, zeros.len()) },
    }
    ffi::WasmEdge_Result { Code: ffi::WasmEdge_ErrCode_Success }
}

/// WASI preview 1 as the host sets it up.
pub fn wasi(host: &Host) -> Result<Instance> {
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
        Instance::own(ffi::WasmEdge_ModuleInstanceCreateWASIWithFds(
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
