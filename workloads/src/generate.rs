//! Modules of any size by a seeded generator of our own: what a start costs depends on how many functions, bytes of
//! data and table entries there are, and the suite's real programs differ in everything else too.
//!
//! The same [`Shape`] gives the same bytes, which the manifest's `sha256` holds to. Every function can be reached from
//! `run`, which calls through some of them, directly and through the table, and reads data.

mod body;
mod floor;
mod kinds;
mod random;

use serde::Deserialize;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, Instruction, MemorySection, MemoryType, Module,
    RefType, TableSection, TableType, TypeSection, ValType,
};

use body::{SCRATCH, SCRATCH_INTEGERS, Surroundings, TRACE, body, place};
pub use floor::Floor;
use kinds::{SIGNATURES, type_of};
use random::Random;

use crate::{Error, Result};

/// How much a generated module holds: `[generate]` of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Functions besides `run`.
    pub functions: u32,
    /// Bytes of data in the memory from its start.
    pub data_bytes: u32,
    /// Functions in the table; without any there is no table.
    pub table_entries: u32,
    /// What the random choices begin from.
    pub seed: u64,
}

/// The most of each: a number with a digit too many must not take the machine's memory.
const MOST: Shape =
    Shape { functions: 100_000, data_bytes: 64 << 20, table_entries: 1_000_000, seed: u64::MAX };

const PAGE: u32 = 65_536;
/// Paths through the functions in a unit of work.
const PATHS: i32 = 16;
/// The prime of the guests' checksums (`guests/c/kernel.h`).
const PRIME: i64 = 1_099_511_628_211;

impl Shape {
    /// The module.
    ///
    /// # Errors
    /// Where it would hold nothing to run, or too much.
    pub fn wasm(&self) -> Result<Vec<u8>> {
        for (field, asked, least, most) in [
            ("functions", self.functions, 1, MOST.functions),
            ("data_bytes", self.data_bytes, 0, MOST.data_bytes),
            ("table_entries", self.table_entries, 0, MOST.table_entries),
        ] {
            if !(least..=most).contains(&asked) {
                return Err(Error::Shape { field, asked, least, most });
            }
        }
        Ok(self.module().finish())
    }

    fn module(&self) -> Module {
        let mut module = Module::new();
        module.section(&types()).section(&self.functions());
        if self.table_entries > 0 {
            module.section(&self.table());
        }
        module.section(&self.memory()).section(&global()).section(&self.exports());
        if self.table_entries > 0 {
            module.section(&self.elements());
        }
        module.section(&self.code());
        if self.data_bytes > 0 {
            module.section(&self.data());
        }
        module
    }

    fn functions(&self) -> FunctionSection {
        let mut section = FunctionSection::new();
        for index in 0..self.functions {
            section.function(type_of(index));
        }
        section.function(SIGNATURES.len() as u32);
        section
    }

    fn table(&self) -> TableSection {
        let entries = u64::from(self.table_entries);
        let mut section = TableSection::new();
        section.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: entries,
            maximum: Some(entries),
            shared: false,
        });
        section
    }

    fn memory(&self) -> MemorySection {
        let pages = u64::from(self.data_bytes.div_ceil(PAGE).max(1));
        let mut section = MemorySection::new();
        section.memory(MemoryType {
            minimum: pages,
            maximum: Some(pages),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        section
    }

    fn exports(&self) -> ExportSection {
        let mut section = ExportSection::new();
        section.export("memory", ExportKind::Memory, 0).export("run", ExportKind::Func, self.functions);
        section
    }

    /// The entries' types go round as the functions' do, so that a call site knows where those of its type are.
    fn elements(&self) -> ElementSection {
        let mut random = Random::new(self.seed, u64::MAX);
        let types = SIGNATURES.len() as u32;
        let of_type =
            |wanted: u32, random: &mut Random| match self.functions.saturating_sub(wanted).div_ceil(types) {
                0 => 0,
                many => wanted + types * random.below(many),
            };
        let entries: Vec<u32> =
            (0..self.table_entries).map(|entry| of_type(entry % types, &mut random)).collect();
        let mut section = ElementSection::new();
        section.active(None, &ConstExpr::i32_const(0), Elements::Functions(entries.into()));
        section
    }

    fn code(&self) -> CodeSection {
        let around = Surroundings::new(self.seed, self.functions, self.data_bytes);
        let mut section = CodeSection::new();
        for index in 0..self.functions {
            section.function(&body(index, around));
        }
        section.function(&self.run());
        section
    }

    /// Bytes that no engine can leave out for being zero.
    fn data(&self) -> DataSection {
        let mut random = Random::new(self.seed, 0);
        let bytes: Vec<u8> = (0..self.data_bytes).map(|_| (random.next() >> 24) as u8 | 1).collect();
        let mut section = DataSection::new();
        section.active(0, &ConstExpr::i32_const(0), bytes);
        section
    }

    /// `run(n)`: from a scratch of zeros, `n` times some paths through the functions and one word of each page of
    /// the data; then what the functions left in the scratch and in the global.
    fn run(&self) -> Function {
        use Instruction::*;
        const N: u32 = 0;
        const CHECKSUM: u32 = 1;
        const AT: u32 = 2;
        let mut code = Function::new([(1, ValType::I64), (1, ValType::I32)]);
        let mut emit = |all: &[Instruction<'_>]| all.iter().for_each(|one| _ = code.instruction(one));
        let word = |offset: u32| place(offset.into(), 3);
        // checksum = fold(checksum, the value on the stack)
        let fold = [
            LocalGet(CHECKSUM),
            I64Xor,
            I64Const(PRIME),
            I64Mul,
            LocalTee(CHECKSUM),
            LocalGet(CHECKSUM),
            I64Const(29),
            I64ShrU,
            I64Xor,
            LocalSet(CHECKSUM),
        ];
        // The arguments of the functions' first type.
        let arguments = [LocalGet(CHECKSUM), I64Const(32), I64ShrU, I32WrapI64, LocalGet(CHECKSUM)];
        // at += step, and again while at != end
        let next = |step: i32, end: u32| {
            [LocalGet(AT), I32Const(step), I32Add, LocalTee(AT), I32Const(end as i32), I32Ne, BrIf(0), End]
        };

        emit(&[I64Const(PRIME), LocalSet(CHECKSUM), I32Const(0), GlobalSet(TRACE)]);
        emit(&[Loop(BlockType::Empty), LocalGet(AT), I64Const(0), I64Store(word(0))]);
        emit(&next(8, SCRATCH));
        emit(&[Block(BlockType::Empty), Loop(BlockType::Empty), LocalGet(N), I32Eqz, BrIf(1)]);

        emit(&[I32Const(0), LocalSet(AT), Loop(BlockType::Empty)]);
        emit(&arguments);
        emit(&[Call(0)]);
        emit(&fold);
        if self.table_entries > 0 {
            let types = SIGNATURES.len() as u32;
            let of_the_type = self.table_entries.div_ceil(types) as i32;
            emit(&arguments);
            emit(&[LocalGet(CHECKSUM), I32WrapI64, I32Const(of_the_type), I32RemU]);
            emit(&[I32Const(types as i32), I32Mul, CallIndirect { type_index: 0, table_index: 0 }]);
            emit(&fold);
        }
        emit(&next(1, PATHS as u32));

        if self.data_bytes > 0 {
            let pages = self.data_bytes.div_ceil(PAGE);
            emit(&[I32Const(0), LocalSet(AT), Loop(BlockType::Empty)]);
            emit(&[LocalGet(AT), I32Const(PAGE.ilog2() as i32), I32Shl, I64Load(word(SCRATCH))]);
            emit(&fold);
            emit(&next(1, pages));
        }

        emit(&[LocalGet(N), I32Const(-1), I32Add, LocalSet(N), Br(0), End, End]);
        emit(&[I32Const(0), LocalSet(AT), Loop(BlockType::Empty), LocalGet(AT), I64Load(word(0))]);
        emit(&fold);
        emit(&next(8, SCRATCH_INTEGERS));
        emit(&[GlobalGet(TRACE), I64ExtendI32U]);
        emit(&fold);
        emit(&[LocalGet(CHECKSUM), End]);
        code
    }
}

fn global() -> GlobalSection {
    let mut section = GlobalSection::new();
    let integer = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    section.global(integer, &ConstExpr::i32_const(0));
    section
}

/// The functions' types, then that of `run`.
fn types() -> TypeSection {
    let mut section = TypeSection::new();
    for (parameters, result) in SIGNATURES {
        section.ty().function(parameters.iter().map(|one| one.encoded()), result.map(|one| one.encoded()));
    }
    section.ty().function([ValType::I32], [ValType::I64]);
    section
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use wasmark_adapter::host::sha256;

    use super::*;
    use crate::{inspect, manifest::Manifest};

    const BASE: Shape = Shape { functions: 10, data_bytes: 0, table_entries: 0, seed: 1 };

    #[test]
    fn every_shape_is_a_valid_module_of_webassembly_1_0() {
        for seed in 0..20 {
            for (functions, data_bytes, table_entries) in
                [(1, 0, 0), (1, 1, 1), (7, 263, 3), (300, 264, 9), (300, 65_537, 1_000), (9, 1 << 20, 0)]
            {
                let shape = Shape { functions, data_bytes, table_entries, seed };
                let module = inspect(&shape.wasm().expect("a module")).expect("a valid module");
                assert!(module.proposals.is_empty() && module.imports.is_empty(), "{shape:?}");
                let run = module.export("run").map(ToString::to_string);
                assert_eq!(run.as_deref(), Some("a function (i32) -> (i64)"), "{shape:?}");
            }
        }
    }

    /// The versions that are linked.
    const LOCK: &str = include_str!("../../Cargo.lock");

    #[test]
    fn the_suite_s_modules_are_what_their_shapes_give() {
        let package = LOCK.split("name = \"wasm-encoder\"\nversion = \"").nth(1).expect("a package");
        let toolchain = format!("wasm-encoder {}", package.split('"').next().expect("a version"));
        let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
        let mut seen = 0;
        for folder in fs::read_dir(suite).expect("the suite").flatten() {
            let Ok(text) = fs::read_to_string(folder.path().join("workload.toml")) else { continue };
            let manifest: Manifest = toml::from_str(&text).expect("a manifest");
            let Some(shape) = manifest.generate else { continue };
            let hash = sha256(&shape.wasm().expect("a module"));
            assert_eq!(hash, manifest.sha256, "{}", manifest.name);
            assert_eq!(toolchain, manifest.toolchain, "{}: write the one that is linked", manifest.name);
            seen += 1;
        }
        assert!(seen >= 9, "{seen}");
    }

    #[test]
    fn a_shape_has_one_module_and_each_seed_another() {
        let wasm = |shape: Shape| shape.wasm().expect("a module");
        assert_eq!(wasm(BASE), wasm(BASE));
        assert_ne!(wasm(BASE), wasm(Shape { seed: 2, ..BASE }));
    }

    #[test]
    fn more_of_anything_is_a_larger_module() {
        let size = |shape: Shape| shape.wasm().expect("a module").len();
        for (more, least, most) in [
            (Shape { functions: 1_010, ..BASE }, 100_000, 400_000),
            (Shape { data_bytes: 100_000, ..BASE }, 100_000, 100_500),
            (Shape { table_entries: 100_000, ..BASE }, 100_000, 100_500),
        ] {
            let grown = size(more) - size(BASE);
            assert!((least..=most).contains(&grown), "{more:?}: {grown}");
        }
    }

    #[test]
    fn what_is_no_module_or_too_large_is_refused() {
        for (shape, part) in [
            (Shape { functions: 0, ..BASE }, "functions = 0; write 1 to 100000"),
            (Shape { data_bytes: u32::MAX, ..BASE }, "data_bytes = 4294967295"),
            (Shape { table_entries: 1_000_001, ..BASE }, "table_entries = 1000001"),
        ] {
            let refusal = shape.wasm().expect_err("a refusal").to_string();
            assert!(refusal.contains(part), "{refusal}");
        }
    }
}
