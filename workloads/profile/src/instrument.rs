//! The same module with a counter before each of its blocks, in a memory of their own.

use std::convert::Infallible;

use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Instruction, MemArg, MemArgTarget, MemorySection, MemoryType,
    Module, SectionId,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{ExportSectionReader, FunctionBody, MemorySectionReader, Parser};
use wasmtime::{Result, error::Context};

use crate::blocks::Blocks;

/// The export of the counters' memory.
pub const COUNTERS: &str = "wasmark counters";

/// Bytes of a counter.
pub const COUNTER: usize = size_of::<u64>();

struct Instrument<'a> {
    blocks: &'a Blocks,
    /// Whether the counters' memory is there already.
    has_counters: bool,
    /// The next function with a body, and the next counter.
    function: usize,
    counter: u64,
}

/// Adds the counters of `blocks`, which are those of this module.
pub fn instrument(wasm: &[u8], blocks: &Blocks) -> Result<Vec<u8>> {
    let mut module = Module::new();
    Instrument { blocks, has_counters: false, function: 0, counter: 0 }
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .context("failed to put counters into the module")?;
    Ok(module.finish())
}

impl Reencode for Instrument<'_> {
    type Error = Infallible;

    // The new memory is the last one: no index of the module's own changes.
    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        section: MemorySectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_memory_section(self, memories, section)?;
        self.add_counters(memories);
        Ok(())
    }

    // A module without a memory of its own gets the section, too.
    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        _: Option<SectionId>,
        before: Option<SectionId>,
    ) -> Result<(), Error> {
        use SectionId::{Function, Import, Memory, Table, Type};
        let later = !matches!(before, Some(Type | Import | Function | Table | Memory));
        if later && !self.has_counters {
            let mut memories = MemorySection::new();
            self.add_counters(&mut memories);
            module.section(&memories);
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        exports.export(COUNTERS, ExportKind::Memory, self.blocks.memories);
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut reader = body.get_operators_reader()?;
        let mut starts = self.blocks.starts[self.function].iter().peekable();
        for index in 0.. {
            if reader.eof() {
                break;
            }
            if starts.next_if_eq(&&index).is_some() {
                self.count().iter().for_each(|instruction| {
                    function.instruction(instruction);
                });
            }
            function.instruction(&self.parse_instruction(&mut reader)?);
        }
        code.function(&function);
        self.function += 1;
        Ok(())
    }
}

impl Instrument<'_> {
    fn add_counters(&mut self, memories: &mut MemorySection) {
        let pages = (self.blocks.counts.len() * COUNTER).div_ceil(65_536) as u64;
        memories.memory(MemoryType {
            minimum: pages,
            maximum: Some(pages),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        self.has_counters = true;
    }

    /// Adds one to the next counter.
    fn count(&mut self) -> [Instruction<'static>; 6] {
        let place = MemArg {
            offset: self.counter,
            align: 3,
            target: MemArgTarget::Memory(self.blocks.memories),
            ordering: None,
        };
        self.counter += COUNTER as u64;
        [
            Instruction::I32Const(0),
            Instruction::I32Const(0),
            Instruction::I64Load(place),
            Instruction::I64Const(1),
            Instruction::I64Add,
            Instruction::I64Store(place),
        ]
    }
}
