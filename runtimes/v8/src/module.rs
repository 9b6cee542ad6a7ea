//! Modules: compiled, or loaded from V8's code cache.

use std::{path::Path, rc::Rc};

use wasmark_adapter::{Failure, FailureKind, Result};

use crate::{
    context::{Context, Held},
    shim,
};

/// What artifacts begin with: a name, then the length of the module's bytes in little-endian order, then those, then
/// the code.
const MAGIC: &[u8; 8] = b"\0wasmv8\0";

/// A module in the engine's own context.
pub struct Module {
    pub(crate) object: Held,
    pub(crate) context: Rc<Context>,
    /// For other isolates than the engine's.
    pub(crate) detached: Option<Detached>,
}

/// The native code that an isolate makes its own module from.
#[derive(Clone, Copy)]
pub(crate) struct Detached(pub *const shim::Shared);

// SAFETY: native code is of no isolate. V8 made this handle of it so that other threads' isolates share it, and it
// lives as long as the process.
unsafe impl Send for Detached {}
// SAFETY: the same; adopting it copies the handle, whose counter is atomic.
unsafe impl Sync for Detached {}

impl Module {
    /// A module of the engine's context.
    pub fn new(context: &Rc<Context>, object: Held) -> Module {
        Module { object, context: context.clone(), detached: None }
    }

    /// The same, to be instantiated in other isolates.
    pub(crate) fn for_isolates(self) -> Module {
        Module { detached: Some(self.detached()), ..self }
    }

    /// The module of native code that another isolate made, to be instantiated here and in other isolates.
    pub(crate) fn adopted(context: &Rc<Context>, detached: Detached) -> Result<Module> {
        let module = Module::new(context, context.adopt(detached.0)?);
        Ok(Module { detached: Some(detached), ..module })
    }

    /// Its native code, for other isolates.
    pub(crate) fn detached(&self) -> Detached {
        self.detached.unwrap_or_else(|| Detached(self.context.share(&self.object)))
    }

    /// Writes the artifact.
    pub fn save(&self, to: &Path) -> Result<()> {
        let (wasm, code) = self.context.save(&self.object).ok_or_else(|| {
            Failure::unsupported(
                "V8's code cache keeps TurboFan's code alone, and there is none of this module",
            )
        })?;
        let length = (wasm.len() as u64).to_le_bytes();
        Ok(std::fs::write(to, [MAGIC, length.as_slice(), &wasm, &code].concat())?)
    }

    /// Reads an artifact.
    pub fn load(context: &Rc<Context>, artifact: &Path) -> Result<Module> {
        let bytes = std::fs::read(artifact)?;
        let invalid = || Failure::new(FailureKind::Invalid, "not an artifact of V8's; compile it again");
        let (wasm, code) = parts(&bytes).ok_or_else(invalid)?;
        Ok(Module::new(context, context.load(wasm, code)?))
    }
}

/// The module's bytes and the code of an artifact.
fn parts(artifact: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = artifact.strip_prefix(MAGIC)?.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}
