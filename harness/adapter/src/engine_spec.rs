//! What an engine is made for.

use std::path::Path;

use crate::{Source, Stub};

/// What an engine is made for.
#[derive(Clone, Copy, Debug)]
pub struct EngineSpec<'a> {
    /// The configuration's name within the runtime.
    pub configuration: &'a str,
    /// What the process will run from, so that an engine that needs no compiler for artifacts leaves it out.
    pub source: Source,
    /// What stands in for imports that no runtime provides; one with a state is made anew for each instance.
    pub stubs: &'a [Stub],
    /// The folder in which the engine's own cache keeps the code that it compiles, and looks for what it compiled before.
    /// `None` turns the cache off. Only a configuration with a [`crate::Configuration::code_cache`] gets one.
    pub code_cache: Option<&'a Path>,
}

impl<'a> EngineSpec<'a> {
    /// A configuration that starts from `source`, without stubs and without a code cache.
    #[must_use]
    pub fn new(configuration: &'a str, source: Source) -> EngineSpec<'a> {
        EngineSpec { configuration, source, stubs: &[], code_cache: None }
    }
}
