//! Functions of instances: found, their types checked, called.

use std::ptr;

use wasmark_adapter::{Failure, FailureKind, Result, ValueType};
use wasmedge_sys::ffi;

use super::{
    context::{Ast, name, text},
    value,
};

/// A function of an instance, as long as that lives.
pub type Function = *mut ffi::WasmEdge_FunctionInstanceContext;

/// Calls a function.
///
/// # Safety
/// The function and the executor live, and the function takes and gives as many values.
pub unsafe fn invoke(
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
#[inline(always)]
pub fn find(instance: *const ffi::WasmEdge_ModuleInstanceContext, export: &str) -> Option<Function> {
    // SAFETY: the instance lives.
    let function = unsafe { ffi::WasmEdge_ModuleInstanceFindFunction(instance, name(export)) };
    (!function.is_null()).then_some(function)
}

/// The exported function of this name, whose module was found to have it.
#[inline(always)]
pub fn get(instance: *const ffi::WasmEdge_ModuleInstanceContext, export: &str) -> Result<Function> {
    find(instance, export).ok_or_else(|| missing(export, "is not in the instance"))
}

fn missing(export: &str, problem: &str) -> Failure {
    Failure::new(FailureKind::Export, format!("the export {export:?} {problem}"))
}

/// The type of the function that a module exports under this name, as long as the module lives; null where there is none.
fn type_of(module: &Ast, export: &str) -> *const ffi::WasmEdge_FunctionTypeContext {
    // SAFETY: the list has as many entries as WasmEdge writes, and the names live as long as the module.
    unsafe {
        let count = ffi::WasmEdge_ASTModuleListExportsLength(module.get());
        let mut list = vec![ptr::null(); count as usize];
        ffi::WasmEdge_ASTModuleListExports(module.get(), list.as_mut_ptr(), count);
        let is = |one: &*const _| text(ffi::WasmEdge_ExportTypeGetExternalName(*one)) == export;
        match list.into_iter().find(is) {
            Some(one) => ffi::WasmEdge_ExportTypeGetFunctionType(module.get(), one),
            None => ptr::null(),
        }
    }
}

/// Whether a module exports a function of this name.
pub fn exports(module: &Ast, export: &str) -> bool {
    !type_of(module, export).is_null()
}

/// Fails unless a module exports a function of this name and type.
pub fn check_type(module: &Ast, export: &str, parameters: &[ValueType], results: &[ValueType]) -> Result<()> {
    let of = type_of(module, export);
    if of.is_null() {
        return Err(missing(export, "is missing, or is no function"));
    }
    let same = |own: &[ffi::WasmEdge_ValType], right: &[ValueType]| {
        // SAFETY: compares plain data.
        let equal =
            |(own, right): (&_, &_)| unsafe { ffi::WasmEdge_ValTypeIsEqual(*own, value::of_type(*right)) };
        own.len() == right.len() && own.iter().zip(right).all(equal)
    };
    // SAFETY: the module lives, and with it its types.
    let (own_parameters, own_results) = unsafe {
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
        Ok(())
    } else {
        Err(missing(export, "has another type"))
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
    let mut types = vec![value::of_type(ValueType::I32); count as usize];
    // SAFETY: the list has as many places.
    unsafe { list(of, types.as_mut_ptr(), count) };
    types
}
