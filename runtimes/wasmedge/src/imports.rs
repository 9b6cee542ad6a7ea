//! What modules import beside WASI: the marks of the Sightglass ABI, and stubs.

use wasmark_adapter::{Result, Stub, marks};

use crate::c::{
    context,
    host::{self, Function},
};

/// WASI preview 1's name as an import.
pub const WASI: &str = "wasi_snapshot_preview1";

/// Instances of the host's that the instances of all modules share, by name. They drop before their functions.
pub struct Imports {
    modules: Vec<(String, context::Instance)>,
    functions: Vec<Provided>,
}

/// A function of the host's, and its two names as an import.
struct Provided {
    module: String,
    name: String,
    function: Function,
}

impl Imports {
    /// The marks and the stubs.
    pub fn new(stubs: &[Stub]) -> Result<Imports> {
        let provided = |module: &str, name: &str, function: Result<Function>| {
            Ok(Provided { module: module.to_owned(), name: name.to_owned(), function: function? })
        };
        let marks = marks::FUNCTIONS
            .into_iter()
            .map(|(name, mark)| provided(marks::MODULE, name, Function::calling(mark)));
        let stubs = stubs
            .iter()
            .map(|stub| provided(&stub.module, &stub.name, Function::zeros(&stub.params, &stub.results)));
        let functions = marks.chain(stubs).collect::<Result<Vec<Provided>>>()?;

        let mut modules: Vec<(String, context::Instance)> = Vec::new();
        for function in functions.iter().filter(|function| function.module != WASI) {
            if !modules.iter().any(|(known, _)| *known == function.module) {
                let module = host::instance(&function.module)?;
                define(&functions, &function.module, &module)?;
                modules.push((function.module.clone(), module));
            }
        }
        Ok(Imports { modules, functions })
    }

    /// The instance of this name; `None` for WASI and for what nobody provides.
    pub fn named(&self, module: &str) -> Option<&context::Instance> {
        self.modules.iter().find(|(known, _)| known == module).map(|(_, instance)| instance)
    }

    /// Adds the stubs that bear WASI's name to an instance of WASI.
    pub fn add_to_wasi(&self, wasi: &context::Instance) -> Result<()> {
        define(&self.functions, WASI, wasi)
    }
}

/// Adds the functions of `module` to its instance.
fn define(functions: &[Provided], module: &str, instance: &context::Instance) -> Result<()> {
    for provided in functions.iter().filter(|provided| provided.module == module) {
        // SAFETY: the functions live as long as `Imports`, which outlives every instance.
        unsafe { provided.function.add_to(instance, &provided.name)? };
    }
    Ok(())
}
