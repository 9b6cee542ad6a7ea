//! A module's instructions, and the runs of them that are executed together.

use wasmark_workloads::profile::{Class, Mix, Static};
use wasmparser::{Parser, Payload};
use wasmtime::{Result, error::Context};

use crate::class::{class, ends_block};

/// How many instructions there are of each class, in the order of [`Class::ALL`].
pub type Counts = [u64; Class::ALL.len()];

/// The blocks of a module: instructions between two places where control may leave or come in.
#[derive(Default)]
pub struct Blocks {
    /// For each function with a body, the instructions that begin a block, ascending.
    pub starts: Vec<Vec<usize>>,
    /// The instructions of each block, in the same order.
    pub counts: Vec<Counts>,
    /// How many memories the module has.
    pub memories: u32,
}

/// Reads a module's bytes.
pub fn read(wasm: &[u8]) -> Result<(Static, Blocks)> {
    let mut blocks = Blocks::default();
    let (mut code_bytes, mut data_bytes, mut table_entries) = (0, 0, 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("failed to read the module; build it again")? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    blocks.memories += u32::from(matches!(import?.ty, wasmparser::TypeRef::Memory(_)));
                }
            }
            Payload::MemorySection(memories) => blocks.memories += memories.count(),
            Payload::TableSection(tables) => {
                for table in tables {
                    table_entries += table?.ty.initial;
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    data_bytes += segment?.data.len() as u64;
                }
            }
            Payload::CodeSectionStart { size, .. } => code_bytes = u64::from(size),
            Payload::CodeSectionEntry(body) => blocks.function(&body)?,
            _ => {}
        }
    }
    let all = total(blocks.counts.iter().map(|counts| (1, counts)));
    let module = Static {
        functions: blocks.starts.len() as u64,
        code_bytes,
        data_bytes,
        table_entries,
        instructions: all.iter().sum(),
        mix: mix(&all),
    };
    Ok((module, blocks))
}

impl Blocks {
    fn function(&mut self, body: &wasmparser::FunctionBody<'_>) -> Result<()> {
        let mut starts = Vec::new();
        // A block begins with its first instruction that does something: what gives structure needs no count.
        let mut begins = true;
        for (index, operator) in body.get_operators_reader()?.into_iter().enumerate() {
            let operator = operator?;
            if let Some(class) = class(&operator) {
                if std::mem::take(&mut begins) {
                    starts.push(index);
                    self.counts.push(Counts::default());
                }
                if let Some(counts) = self.counts.last_mut() {
                    counts[class as usize] += 1;
                }
            }
            begins |= ends_block(&operator);
        }
        self.starts.push(starts);
        Ok(())
    }
}

/// The sum of blocks that were executed so often.
pub fn total<'a>(blocks: impl Iterator<Item = (u64, &'a Counts)>) -> Counts {
    let mut sum = Counts::default();
    for (times, counts) in blocks {
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += times * count;
        }
    }
    sum
}

/// Shares in per cent, with two decimals.
pub fn mix(counts: &Counts) -> Mix {
    let all: u64 = counts.iter().sum();
    let share = |count: u64| (count as f64 / all as f64 * 10_000.0).round() / 100.0;
    let classes = Class::ALL.into_iter().zip(counts);
    classes.filter(|(_, count)| **count > 0).map(|(class, count)| (class, share(*count))).collect()
}
