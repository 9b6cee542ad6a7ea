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
        let check = |name: &str, parameters: &[ValueType], results: &[ValueType]| {
            self.check(&exports, name, (parameters, results))
        };
        match entry {
            Entry::Kernel(name) => check(name, &[ValueType::I32], &[ValueType::I64]),
            Entry::Command => check("_start", &[], &[]),
            Entry::Function { name, arguments, results } => {
                let parameters: Vec<ValueType> = arguments.iter().map(|value| value.of()).collect();
                check(name, &parameters, results)?;
                let initialize = self.say(&exports, "_initialize")?;
                if initialize == "not there" { Ok(()) } else { check("_initialize", &[], &[]) }
            }
        }
    }

    fn check(
        &self,
        exports: &Held,
        name: &str,
        (parameters, results): (&[ValueType], &[ValueType]),
    ) -> Result<()> {
        let names = |of: &[ValueType]| of.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let right = format!("({}) -> ({})", names(parameters), names(results));
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
