//! The types of a module's exports: V8 says them to JavaScript alone.

use std::rc::Rc;

use wasmark_adapter::{Entry, Failure, FailureKind, Result, ValueType};

use crate::place::{Held, Place};

/// Says the type of an export, of what `WebAssembly.Module.exports` returns.
const SAY: &str = "(exports, name) => {
    const it = exports.find(it => it.name === name);
    if (it === undefined) return 'not there';
    return it.kind === 'function' ? `(${it.type.parameters}) -> (${it.type.results})` : `a ${it.kind}`;
}";

/// Exports to try it with.
const EXAMPLE: &str = "[{ name: 'run', kind: 'function', type: { parameters: ['i32'], results: ['i64'] } }]";

/// What says types.
pub struct Types {
    place: Rc<Place>,
    exports: Held,
    say: Held,
}

impl Types {
    /// Of modules in this place.
    pub fn new(place: &Rc<Place>) -> Result<Types> {
        let exports = place.evaluate("WebAssembly.Module.exports")?;
        let types = Types { place: place.clone(), exports, say: place.evaluate(SAY)? };
        // V8 compiles a script when it runs it, which is not to be part of a module's first instance.
        types.say(&place.evaluate(EXAMPLE)?, "run")?;
        Ok(types)
    }

    /// Fails unless the module can be entered there.
    pub fn check_entry(&self, module: &Held, entry: &Entry) -> Result<()> {
        let exports = self.place.apply(&self.exports, &[module])?;
        let check =
            |name: &str, parameters: &[ValueType], result| self.check(&exports, name, parameters, result);
        match entry {
            Entry::Kernel(name) => check(name, &[ValueType::I32], Some(ValueType::I64)),
            Entry::Command => check("_start", &[], None),
            Entry::Function { name, arguments, result } => {
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                check(name, &parameters, *result)?;
                let initialize = self.say(&exports, "_initialize")?;
                if initialize == "not there" { Ok(()) } else { check("_initialize", &[], None) }
            }
        }
    }

    fn check(
        &self,
        exports: &Held,
        name: &str,
        parameters: &[ValueType],
        result: Option<ValueType>,
    ) -> Result<()> {
        let names: Vec<String> = parameters.iter().map(ToString::to_string).collect();
        let result = result.map(|of| of.to_string()).unwrap_or_default();
        let right = format!("({}) -> ({result})", names.join(","));
        let is = self.say(exports, name)?;
        if is == right {
            Ok(())
        } else {
            Err(Failure::new(
                FailureKind::Export,
                format!("the export {name:?} is {is}, and should be {right}"),
            ))
        }
    }

    fn say(&self, exports: &Held, name: &str) -> Result<String> {
        let name = self.place.string(name)?;
        Ok(self.place.text(&self.place.apply(&self.say, &[exports, &name])?))
    }
}
