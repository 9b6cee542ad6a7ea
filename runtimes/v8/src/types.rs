//! The types of a module's exports: V8 shows them to JavaScript alone.

use wasmark_adapter::{Entry, Failure, FailureKind, Result, ValueType};

use crate::context::{Context, Held};

/// Returns the type of an export as text, from what `WebAssembly.Module.exports` returns.
const TYPE_OF: &str = "(exports, name) => {
    const it = exports.find(it => it.name === name);
    if (it === undefined) return 'not there';
    return it.kind === 'function' ? `(${it.type.parameters}) -> (${it.type.results})` : `a ${it.kind}`;
}";

/// The types of one module's exports.
struct Types<'a> {
    context: &'a Context,
    exports: Held,
    type_of: Held,
}

/// The initialiser of a reactor.
pub const INITIALIZE: &str = "_initialize";

/// Fails unless the module can be entered there. Whether it is a reactor that is to be initialised.
pub fn check_entry(context: &Context, module: &Held, entry: &Entry) -> Result<bool> {
    let exports = context.apply(&context.evaluate("WebAssembly.Module.exports")?, &[module])?;
    let types = Types { context, exports, type_of: context.evaluate(TYPE_OF)? };
    match entry {
        Entry::Kernel(name) => types.check(name, &[ValueType::I32], &[ValueType::I64])?,
        Entry::Command => types.check("_start", &[], &[])?,
        Entry::Function { name, arguments, results } => {
            let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
            types.check(name, &parameters, results)?;
            if types.of(INITIALIZE)? != "not there" {
                types.check(INITIALIZE, &[], &[])?;
                return Ok(true);
            }
        }
    }
    Ok(false)
}

impl Types<'_> {
    fn check(&self, name: &str, parameters: &[ValueType], results: &[ValueType]) -> Result<()> {
        let names = |of: &[ValueType]| of.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let right = format!("({}) -> ({})", names(parameters), names(results));
        let is = self.of(name)?;
        if is == right {
            return Ok(());
        }
        Err(Failure::new(FailureKind::Export, format!("the export {name:?} is {is}, and should be {right}")))
    }

    fn of(&self, name: &str) -> Result<String> {
        let name = self.context.string(name)?;
        Ok(self.context.text(&self.context.apply(&self.type_of, &[&self.exports, &name])?))
    }
}
