//! `noop` with a memory of a chosen size, or none. The module that a C compiler makes of it has 17 pages, which are most
//! of what an instance costs in some engines.

use serde::Deserialize;
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, MemorySection,
    MemoryType, Module, TypeSection, ValType,
};

/// `[floor]` of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Pages of the only memory; 0 is no memory at all.
    pub memory_pages: u16,
}

impl Floor {
    /// The module: `run(n)` returns n + 42, as that of `guests/c/noop.c` does.
    #[must_use]
    pub fn wasm(self) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I64]);
        let mut functions = FunctionSection::new();
        functions.function(0);
        module.section(&types).section(&functions);

        let mut exports = ExportSection::new();
        if self.memory_pages > 0 {
            let mut memories = MemorySection::new();
            memories.memory(MemoryType {
                minimum: self.memory_pages.into(),
                maximum: Some(self.memory_pages.into()),
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            module.section(&memories);
            exports.export("memory", ExportKind::Memory, 0);
        }
        exports.export("run", ExportKind::Func, 0);

        let mut run = Function::new([]);
        for instruction in [
            Instruction::LocalGet(0),
            Instruction::I64ExtendI32S,
            Instruction::I64Const(42),
            Instruction::I64Add,
            Instruction::End,
        ] {
            run.instruction(&instruction);
        }
        let mut code = CodeSection::new();
        code.function(&run);
        module.section(&exports).section(&code);
        module.finish()
    }
}
