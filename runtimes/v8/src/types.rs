//! The types of a module's exports, read from its bytes: V8 shows them to JavaScript alone, and behind a flag that no host
//! sets.

use std::fmt;

use wasmark_adapter::{Entry, Failure, FailureKind, Result, ValueType};
use wasmparser::{CompositeInnerType, ExternalKind, FuncType, Parser, Payload, RefType, TypeRef, ValType};

/// The initialiser of a reactor.
pub const INITIALIZE: &str = "_initialize";

/// What instances of a module need.
#[derive(Clone, Copy)]
pub struct Needs {
    /// Whether the module imports anything.
    pub imports: bool,
    /// Whether it is a reactor that is to be initialised.
    pub initialize: bool,
}

/// What instances of the module of these bytes need, which V8 compiled.
///
/// # Errors
/// Where the module cannot be entered there.
pub fn check_entry(wasm: &[u8], entry: &Entry) -> Result<Needs> {
    let types = Types::read(wasm).map_err(Failure::engine)?;
    let mut needs = Needs { imports: types.imports, initialize: false };
    match entry {
        Entry::Kernel(name) => types.check(name, &[ValueType::I32], &[ValueType::I64])?,
        Entry::Command => types.check("_start", &[], &[])?,
        Entry::Function { name, arguments, results } => {
            let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
            types.check(name, &parameters, results)?;
            if types.of(INITIALIZE).is_some() {
                types.check(INITIALIZE, &[], &[])?;
                needs.initialize = true;
            }
        }
    }
    Ok(needs)
}

/// The types of one module's exports, in order, and whether it has imports.
struct Types<'a> {
    exports: Vec<(&'a str, Exported)>,
    imports: bool,
}

/// What is exported.
enum Exported {
    Function(FuncType),
    Other(&'static str),
}

impl<'a> Types<'a> {
    /// Reads the sections before the code.
    fn read(wasm: &'a [u8]) -> wasmparser::Result<Types<'a>> {
        // By their indexes: types, where they are of functions, and the types of functions.
        let (mut types, mut functions, mut exports) = (Vec::new(), Vec::new(), Vec::new());
        let mut imports = false;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        types.extend(group?.into_types().map(|one| match one.composite_type.inner {
                            CompositeInnerType::Func(function) => Some(function),
                            _ => None,
                        }));
                    }
                }
                Payload::ImportSection(section) => {
                    imports |= section.count() > 0;
                    for import in section.into_imports() {
                        if let TypeRef::Func(of) | TypeRef::FuncExact(of) = import?.ty {
                            functions.push(of);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for of in section {
                        functions.push(of?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let of = functions.get(export.index as usize);
                        let function = || types.get(*of? as usize).cloned().flatten();
                        let is = match export.kind {
                            ExternalKind::Func | ExternalKind::FuncExact => {
                                function().map_or(Exported::Other("a function"), Exported::Function)
                            }
                            ExternalKind::Memory => Exported::Other("a memory"),
                            ExternalKind::Table => Exported::Other("a table"),
                            ExternalKind::Global => Exported::Other("a global"),
                            ExternalKind::Tag => Exported::Other("a tag"),
                        };
                        exports.push((export.name, is));
                    }
                }
                Payload::CodeSectionStart { .. } => break,
                _ => {}
            }
        }
        Ok(Types { exports, imports })
    }

    fn of(&self, name: &str) -> Option<&Exported> {
        self.exports.iter().find(|(one, _)| *one == name).map(|(_, is)| is)
    }

    fn check(&self, name: &str, parameters: &[ValueType], results: &[ValueType]) -> Result<()> {
        let right = text(parameters, results);
        let is = self.of(name).map_or_else(|| "not there".to_owned(), ToString::to_string);
        if is == right {
            return Ok(());
        }
        Err(Failure::new(FailureKind::Export, format!("the export {name:?} is {is}, and should be {right}")))
    }
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |of: &[ValType]| of.iter().copied().map(named).collect::<Vec<_>>();
        match self {
            Exported::Function(of) => f.write_str(&text(&names(of.params()), &names(of.results()))),
            Exported::Other(what) => f.write_str(what),
        }
    }
}

/// The name of a type as [`ValueType`] has it.
fn named(of: ValType) -> String {
    match of {
        ValType::Ref(RefType::FUNCREF) => ValueType::FuncRef.to_string(),
        ValType::Ref(RefType::EXTERNREF) => ValueType::ExternRef.to_string(),
        other => other.to_string(),
    }
}

fn text<T: ToString>(parameters: &[T], results: &[T]) -> String {
    let names = |of: &[T]| of.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    format!("({}) -> ({})", names(parameters), names(results))
}
