//! What modules may import: the marks of the Sightglass ABI, and stubs. JavaScript is what V8's hosts are written in.

use std::ffi::c_void;

use wasmark_adapter::{Failure, Result, Stub, StubItem, ValueType, marks};

use crate::context::{Context, Held};

/// What makes the object of all imports, for any module.
pub struct Imports {
    make: Held,
    marks: [Held; 2],
    /// The object of all instances, where no import has a state.
    shared: Option<Held>,
}

impl Imports {
    /// Of modules in this context.
    pub fn new(context: &Context, stubs: &[Stub]) -> Result<Imports> {
        let marks = [context.function(start)?, context.function(end)?];
        let make = context.evaluate(&source(stubs)?)?;
        let mut imports = Imports { make, marks, shared: None };
        if !stubs.iter().any(Stub::has_state) {
            imports.shared = Some(imports.anew(context)?);
        }
        Ok(imports)
    }

    /// Does something with the object for one instance.
    pub fn with<T>(&self, context: &Context, then: impl FnOnce(&Held) -> Result<T>) -> Result<T> {
        match &self.shared {
            Some(shared) => then(shared),
            None => then(&self.anew(context)?),
        }
    }

    fn anew(&self, context: &Context) -> Result<Held> {
        let [start, end] = &self.marks;
        context.apply(&self.make, &[start, end])
    }
}

/// A script whose value makes the object from the marks.
fn source(stubs: &[Stub]) -> Result<String> {
    let mut source = format!("(start, end) => {{ const all = {{ {:?}: {{ start, end }} }};\n", marks::MODULE);
    for Stub { module, name, item } in stubs {
        let item = stand_in(item).ok_or_else(|| {
            let message = "JavaScript has no vectors";
            Failure::unsupported(format!("stand in for {name:?} of {module:?}: {message}"))
        })?;
        // Rust's literals of text are JavaScript's.
        source.push_str(&format!("(all[{module:?}] ??= {{}})[{name:?}] = {item};\n"));
    }
    source.push_str("return all; }");
    Ok(source)
}

/// What stands in for an import, in JavaScript; `None` of one with a vector.
fn stand_in(item: &StubItem) -> Option<String> {
    let maximum = |most: Option<u32>| most.map(|most| format!(", maximum: {most}")).unwrap_or_default();
    Some(match item {
        StubItem::Function { results, .. } => {
            let zeros: Option<Vec<&str>> = results.iter().copied().map(zero).collect();
            let answer = match zeros?.as_slice() {
                [] => "undefined".to_owned(),
                [one] => (*one).to_owned(),
                several => format!("[{}]", several.join(", ")),
            };
            format!("() => {answer}")
        }
        StubItem::Memory { memory } => {
            let (least, most) = (memory.minimum, maximum(memory.maximum));
            format!("new WebAssembly.Memory({{ initial: {least}{most} }})")
        }
        StubItem::Table { table } => {
            let element = if table.element == ValueType::ExternRef { "externref" } else { "anyfunc" };
            let (least, most) = (table.minimum, maximum(table.maximum));
            format!("new WebAssembly.Table({{ element: '{element}', initial: {least}{most} }}, null)")
        }
        StubItem::Global { global } => {
            let (of, zero) = (global.content, zero(global.content)?);
            let of = if of == ValueType::FuncRef { "anyfunc".to_owned() } else { of.to_string() };
            format!("new WebAssembly.Global({{ value: '{of}', mutable: {} }}, {zero})", global.mutable)
        }
    })
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
