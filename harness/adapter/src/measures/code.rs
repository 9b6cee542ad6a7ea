//! How much machine code an engine made for the module: what shows that a compiler compiled.

use crate::{Result, probes, protocol::Code};

/// What could be executed before there was an engine.
pub(super) struct Before<'a> {
    code: &'a Code,
    bytes: u64,
}

impl<'a> Before<'a> {
    /// Reads the process's mappings now.
    pub fn read(code: &'a Code) -> Result<Self> {
        Ok(Before { code, bytes: probes::code_bytes(None)? })
    }

    /// Bytes that can be executed now and could not before: generated code, and the artifact's.
    pub fn generated(&self) -> Result<u64> {
        let artifact = match self.code {
            Code::Artifact(path) => Some(path.as_path()),
            Code::Wasm(_) | Code::Linked(_) => None,
        };
        Ok(probes::code_bytes(artifact)?.saturating_sub(self.bytes))
    }
}
