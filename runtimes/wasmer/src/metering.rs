//! wasmer's own metering, for an engine that compiles more than one module.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmer::{
    LocalFunctionIndex, ModuleInfo,
    sys::{FunctionMiddleware, MiddlewareError, ModuleMiddleware, wasmparser::Operator},
};
use wasmer_middlewares::Metering;

/// What [`middleware`] does, for people.
pub(crate) const ABOUT: &str = "wasmer-middlewares: a point for each operator of 2^64 - 1";

/// Counts operators, up to a limit that no workload reaches.
pub(crate) fn middleware() -> Arc<dyn ModuleMiddleware> {
    Arc::new(PerModule(Mutex::new(fresh())))
}

type Points = Metering<fn(&Operator<'_>) -> u64>;

fn fresh() -> Points {
    Metering::new(u64::MAX, |_| 1)
}

/// wasmer's metering panics at the second module that it sees: each gets its own here. Modules are compiled one
/// after the other, each in the order in which these methods are.
#[derive(Debug)]
struct PerModule(Mutex<Points>);

impl PerModule {
    fn current(&self) -> MutexGuard<'_, Points> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ModuleMiddleware for PerModule {
    fn transform_module_info(&self, module: &mut ModuleInfo) -> Result<(), MiddlewareError> {
        let mut current = self.current();
        *current = fresh();
        current.transform_module_info(module)
    }

    fn generate_function_middleware<'a>(
        &self,
        function: LocalFunctionIndex,
    ) -> Box<dyn FunctionMiddleware<'a> + 'a> {
        self.current().generate_function_middleware(function)
    }
}
