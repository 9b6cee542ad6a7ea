//! What modules may import: the marks of the Sightglass ABI, and stubs. JavaScript is what V8's hosts are written in.

use std::ffi::c_void;

use wasmark_adapter::{Failure, Result, Stub, ValueType, marks};

use crate::place::{Held, Place};

/// The object of all imports, for any module.
pub fn object(place: &Place, stubs: &[Stub]) -> Result<Held> {
    let (start, end) = (place.function(start)?, place.function(end)?);
    place.apply(&place.evaluate(&source(stubs)?)?, &[&start, &end])
}

/// A script whose value makes the object from the marks.
fn source(stubs: &[Stub]) -> Result<String> {
    let mut source = format!("(start, end) => {{ const all = {{ {:?}: {{ start, end }} }};\n", marks::MODULE);
    for Stub { module, name, results, .. } in stubs {
        let zeros: Option<Vec<&str>> = results.iter().copied().map(zero).collect();
        let zeros = zeros.ok_or_else(|| {
            Failure::unsupported(format!(
                "answer {name:?} of {module:?} with zeros: V8's hosts return no vectors"
            ))
        })?;
        let answer = match zeros.as_slice() {
            [] => "undefined".to_owned(),
            [one] => (*one).to_owned(),
            several => format!("[{}]", several.join(", ")),
        };
        // Rust's literals of text are JavaScript's.
        source.push_str(&format!("(all[{module:?}] ??= {{}})[{name:?}] = () => {answer};\n"));
    }
    source.push_str("return all; }");
    Ok(source)
}

/// The zero of a type in JavaScript; `None` of a type that has none.
fn zero(of: ValueType) -> Option<&'static str> {
    match of {
        ValueType::I32 | ValueType::F32 | ValueType::F64 => Some("0"),
        ValueType::I64 => Some("0n"),
        ValueType::FuncRef | ValueType::ExternRef => Some("null"),
        ValueType::V128 => None,
    }
}

extern "C" fn start(_: *const c_void) {
    marks::start();
}

extern "C" fn end(_: *const c_void) {
    marks::end();
}
