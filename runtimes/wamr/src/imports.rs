//! What modules may import beside WASI: the marks of the Sightglass ABI, and stubs.

use std::ffi::CString;

use wasmark_adapter::{Failure, FailureKind, Result, Stub, StubItem, ValueType, marks};
use wasmark_wamr_sys::{Api, Handle, Native};

/// Provides them, for the rest of the process. WAMR links imports when it loads a module: none is loaded yet.
pub fn provide(api: &Api, stubs: &[Stub]) -> Result<()> {
    for (name, mark) in [("start", start as Native), ("end", end)] {
        provide_one(api, marks::MODULE, name, mark)?;
    }
    for Stub { module, name, item } in stubs {
        let why_not = match item {
            StubItem::Function { params, results } if answerable(params, results) => {
                provide_one(api, module, name, zero)?;
                continue;
            }
            StubItem::Function { .. } => {
                "answer it with zeros: WAMR's hosts take no vectors, and return one number or externref"
            }
            StubItem::Memory { .. } | StubItem::Table { .. } | StubItem::Global { .. } => {
                "stand in for it: WAMR's hosts provide functions, and no memory, table or global"
            }
        };
        return Err(Failure::unsupported(format!("{why_not} ({name:?} of {module:?})")));
    }
    Ok(())
}

fn provide_one(api: &Api, module: &str, name: &str, function: Native) -> Result<()> {
    let text = |text: &str| {
        CString::new(text).map_err(|error| Failure::unsupported(format!("provide an import: {error}")))
    };
    // WAMR keeps the pointers for as long as it lets modules import the function, which has no end.
    let [module, name] = [text(module)?, text(name)?].map(CString::into_raw);
    // SAFETY: the names are C strings that live as long as the process.
    if unsafe { (api.wasmark_wamr_provide)(module, name, function) } {
        Ok(())
    } else {
        Err(Failure::new(FailureKind::Resource, "WAMR has no memory for an import"))
    }
}

/// Whether WAMR can call a host's function of this type, and zero is the answer.
fn answerable(params: &[ValueType], results: &[ValueType]) -> bool {
    // WAMR's null of a function is another number.
    let results_fit = match results {
        [] => true,
        [of] => !matches!(of, ValueType::V128 | ValueType::FuncRef),
        _ => false,
    };
    results_fit && !params.contains(&ValueType::V128)
}

extern "C" fn start(_: Handle, _: *mut u64) {
    marks::start();
}

extern "C" fn end(_: Handle, _: *mut u64) {
    marks::end();
}

extern "C" fn zero(_: Handle, cells: *mut u64) {
    // SAFETY: WAMR gives 16 cells or more, whatever the type.
    unsafe { *cells = 0 }
}
