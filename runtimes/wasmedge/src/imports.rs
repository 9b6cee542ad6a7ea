//! What modules import beside WASI: the marks of the Sightglass ABI, and stubs.

use wasmark_adapter::{Result, Stub, StubItem, marks};

use crate::c::{
    context,
    host::{self, Function},
};

/// WASI preview 1's name as an import.
pub const WASI: &str = "wasi_snapshot_preview1";

/// Instances of the host's that all instances of a module share, or, where one has a state, those of one instance; by
/// name. They drop before their functions.
pub struct Imports {
    modules: Vec<(String, context::Instance)>,
    functions: Vec<Provided>,
    states: Vec<Stub>,
}

/// A function of the host's, and its two names as an import.
struct Provided {
    module: String,
    name: String,
    function: Function,
}

impl Imports {
    /// What modules with these names as the first ones of their imports are given: the marks and the stubs.
    pub fn new(stubs: &[Stub], wanted: &[String]) -> Result<Imports> {
        let stubs = || stubs.iter().filter(|stub| wanted.contains(&stub.module));
        let provided = |module: &str, name: &str, function: Result<Function>| {
            Ok(Provided { module: module.to_owned(), name: name.to_owned(), function: function? })
        };
        let marked = wanted.iter().any(|module| module == marks::MODULE);
        let marks = marks::FUNCTIONS
            .into_iter()
            .filter(|_| marked)
            .map(|(name, mark)| provided(marks::MODULE, name, Function::calling(mark)));
        let zeros = stubs().filter_map(|Stub { module, name, item }| match item {
            StubItem::Function { params, results } => {
                Some(provided(module, name, Function::zeros(params, results)))
            }
            _ => None,
        });
        let functions = marks.chain(zeros).collect::<Result<Vec<Provided>>>()?;
        let states = stubs().filter(|stub| stub.has_state()).cloned().collect();
        let mut imports = Imports { modules: Vec::new(), functions, states };
        let of_functions = imports.functions.iter().map(|function| &function.module);
        let of_states = imports.states.iter().map(|stub| &stub.module);
        let mut names: Vec<String> = of_functions.chain(of_states).cloned().collect();
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().filter(|name| name != WASI) {
            let module = host::instance(&name)?;
            imports.define(&name, &module)?;
            imports.modules.push((name, module));
        }
        Ok(imports)
    }

    /// The instance of this name; `None` for WASI and for what is not provided.
    pub fn named(&self, module: &str) -> Option<&context::Instance> {
        self.modules.iter().find(|(known, _)| known == module).map(|(_, instance)| instance)
    }

    /// Adds the stubs that bear WASI's name to an instance of WASI.
    pub fn add_to_wasi(&self, wasi: &context::Instance) -> Result<()> {
        self.define(WASI, wasi)
    }

    /// Adds what is of `module` to its instance.
    fn define(&self, module: &str, instance: &context::Instance) -> Result<()> {
        for provided in self.functions.iter().filter(|provided| provided.module == module) {
            // SAFETY: the functions live as long as `Imports`, which outlives every instance.
            unsafe { provided.function.add_to(instance, &provided.name)? };
        }
        for stub in self.states.iter().filter(|stub| stub.module == module) {
            host::add_state(instance, &stub.name, &stub.item)?;
        }
        Ok(())
    }
}
