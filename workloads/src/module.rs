//! What a module's bytes show of it: imports, exports, and the proposals that it needs.

use std::fmt;

use wasmark_adapter::marks;
use wasmparser::{
    BinaryReader, BinaryReaderError, CompositeInnerType, MemoryType, Parser, RefType, Validator,
    WasmFeatures,
    types::{CoreTypeId, EntityType, Types, TypesRef},
};

/// The proposals beyond the first WebAssembly release, oldest first, by the names that manifests and runtimes'
/// descriptions use.
pub const PROPOSALS: [(&str, WasmFeatures); 22] = [
    ("mutable-global", WasmFeatures::MUTABLE_GLOBAL),
    ("saturating-float-to-int", WasmFeatures::SATURATING_FLOAT_TO_INT),
    ("sign-extension", WasmFeatures::SIGN_EXTENSION),
    ("multi-value", WasmFeatures::MULTI_VALUE),
    ("bulk-memory", WasmFeatures::BULK_MEMORY),
    // With the long form of call_indirect's table index that linkers write.
    ("reference-types", WasmFeatures::REFERENCE_TYPES),
    ("simd", WasmFeatures::SIMD),
    ("relaxed-simd", WasmFeatures::RELAXED_SIMD),
    ("extended-const", WasmFeatures::EXTENDED_CONST),
    ("tail-call", WasmFeatures::TAIL_CALL),
    ("threads", WasmFeatures::THREADS),
    ("multi-memory", WasmFeatures::MULTI_MEMORY),
    ("memory64", WasmFeatures::MEMORY64),
    ("exceptions", WasmFeatures::EXCEPTIONS),
    ("function-references", WasmFeatures::FUNCTION_REFERENCES),
    ("gc", WasmFeatures::GC),
    ("wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC),
    ("custom-page-sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS),
    ("memory-control", WasmFeatures::MEMORY_CONTROL),
    ("stack-switching", WasmFeatures::STACK_SWITCHING),
    ("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS),
];

/// The bytes before a module's first section: magic number and version.
const HEADER: usize = 8;
/// The kind of a custom section.
const CUSTOM: u8 = 0;

/// The name that WASI preview 1 is imported from.
pub const WASI: &str = "wasi_snapshot_preview1";

/// The proposal of WASI by which a guest starts threads. Modules need it by an import, and not by their code.
pub const WASI_THREADS: &str = "wasi-threads";
/// The import of [`WASI_THREADS`]: its two names.
const THREAD_SPAWN: [&str; 2] = ["wasi", "thread-spawn"];

/// The facts of a valid core module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The proposals that it needs, in [`PROPOSALS`]' order, then [`WASI_THREADS`].
    pub proposals: Vec<String>,
    /// What it imports, in order.
    pub imports: Vec<Import>,
    /// What it exports, in order.
    pub exports: Vec<Export>,
    /// The bytes of its custom sections: names, producers, debugging information. No engine has to load them.
    pub custom_bytes: u64,
    /// Bytes that its memories have at first, imported ones first.
    pub memories: Vec<u64>,
    /// Elements that its tables have at first, imported ones first.
    pub tables: Vec<u64>,
}

/// What a memory is that threads share.
const SHARED: &str = "shared";

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The first name.
    pub module: String,
    /// The second name.
    pub name: String,
    /// What it is.
    pub item: Item,
}

impl Import {
    /// Whether it is WASI preview 1 or a mark of the Sightglass ABI, which every runtime provides.
    fn usual(&self) -> bool {
        match self.module.as_str() {
            WASI => true,
            marks::MODULE => marks::FUNCTIONS.iter().any(|(name, _)| *name == self.name),
            _ => false,
        }
    }

    fn starts_threads(&self) -> bool {
        [self.module.as_str(), self.name.as_str()] == THREAD_SPAWN
    }
}

/// One export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is.
    pub item: Item,
}

/// What is imported or exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A function.
    Function(Signature),
    /// A memory.
    Memory {
        /// Pages at first.
        initial: u64,
        /// The most pages, if the module states it.
        maximum: Option<u64>,
        /// What makes it more than a memory of the first release, if anything does.
        beyond: Option<&'static str>,
    },
    /// A table.
    Table {
        /// The type of its elements, by its name in the text format.
        element: String,
        /// Elements at first.
        initial: u64,
        /// The most elements, if the module states them.
        maximum: Option<u64>,
    },
    /// A global.
    Global {
        /// The type of its value.
        content: String,
        /// Whether it can be written to.
        mutable: bool,
    },
    /// A tag of exceptions.
    Tag,
}

/// A function's type, its value types by their names in the text format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Parameters.
    pub params: Vec<String>,
    /// Results.
    pub results: Vec<String>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}) -> ({})", self.params.join(", "), self.results.join(", "))
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Function(signature) => write!(f, "a function {signature}"),
            Item::Memory { .. } => f.write_str("a memory"),
            Item::Table { .. } => f.write_str("a table"),
            Item::Global { .. } => f.write_str("a global"),
            Item::Tag => f.write_str("a tag"),
        }
    }
}

impl Module {
    /// The imports that no runtime provides: neither WASI preview 1, nor the marks of the Sightglass ABI, nor, of a module
    /// that starts threads, the function that does and the memory that they share.
    pub fn unprovided(&self) -> impl Iterator<Item = &Import> {
        let threads = self.imports.iter().any(Import::starts_threads);
        let of_threads = move |import: &Import| {
            let shared = matches!(import.item, Item::Memory { beyond: Some(SHARED), .. });
            import.starts_threads() || (threads && shared)
        };
        self.imports.iter().filter(move |import| !import.usual() && !of_threads(import))
    }

    /// The export of this name.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<&Item> {
        self.exports.iter().find(|export| export.name == name).map(|export| &export.item)
    }
}

/// Why bytes are no module that can be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The bytes do not begin like a module.
    #[error(
        "failed to read the module: it does not begin with the four bytes of WebAssembly; name a .wasm file, and \
         convert a .wat file with wat2wasm or wasm-tools first"
    )]
    NotWasm,
    /// A component.
    #[error(
        "failed to read the module: it is a component, and core modules are measured; build for wasm32-wasip1 \
         instead of wasm32-wasip2"
    )]
    Component,
    /// The bytes end too early.
    #[error("failed to read the module: it breaks off after {0} bytes; copy or build it again")]
    Truncated(usize),
    /// Not valid, with every proposal that is known; in the validator's words.
    #[error("failed to validate the module: {0}; build it again")]
    Invalid(String),
}

/// Reads the facts of a module.
///
/// # Errors
/// Where the bytes are no valid core module.
pub fn inspect(bytes: &[u8]) -> Result<Module, Refusal> {
    if !bytes.starts_with(b"\0asm") {
        return Err(Refusal::NotWasm);
    }
    if Parser::is_component(bytes) {
        return Err(Refusal::Component);
    }
    let (features, types) = needed(bytes)?;
    let types = types.as_ref();
    let proposals =
        PROPOSALS.iter().filter(|(_, bits)| features.intersects(*bits)).map(|(name, _)| (*name).to_owned());
    let imports = types.core_imports().into_iter().flatten().map(|(module, name, entity)| Import {
        module: module.to_owned(),
        name: name.to_owned(),
        item: item(types, entity),
    });
    let imports: Vec<Import> = imports.collect();
    let threads = imports.iter().any(Import::starts_threads).then(|| WASI_THREADS.to_owned());
    let exports = types
        .core_exports()
        .into_iter()
        .flatten()
        .map(|(name, entity)| Export { name: name.to_owned(), item: item(types, entity) });
    Ok(Module {
        proposals: proposals.chain(threads).collect(),
        imports,
        exports: exports.collect(),
        custom_bytes: custom_bytes(bytes),
        memories: (0..types.memory_count()).map(|index| size(types.memory_at(index))).collect(),
        tables: (0..types.table_count()).map(|index| types.table_at(index).initial).collect(),
    })
}

/// The bytes of a valid module's custom sections, with those that give their kind and length.
fn custom_bytes(bytes: &[u8]) -> u64 {
    let mut reader = BinaryReader::new(bytes.get(HEADER..).unwrap_or_default(), 0);
    let mut sum = 0;
    while !reader.eof() {
        let start = reader.current_position();
        let (Ok(kind), Ok(length)) = (reader.read_u8(), reader.read_var_u32()) else { break };
        if reader.read_bytes(length as usize).is_err() {
            break;
        }
        if kind == CUSTOM {
            sum += (reader.current_position() - start) as u64;
        }
    }
    sum
}

/// What a memory has at first. The largest of 64-bit memories have one byte more than the number can be.
fn size(memory: MemoryType) -> u64 {
    let page = 1u64.checked_shl(memory.page_size_log2.unwrap_or(16)).unwrap_or(u64::MAX);
    memory.initial.saturating_mul(page)
}

/// A set of features that validates the module, none of which was added without need. Begins with the first release
/// and adds what is missed where validation stops. Where no single feature leads further, begins with everything and
/// leaves out, newest first, what is not missed: a validation of the whole module for each.
fn needed(bytes: &[u8]) -> Result<(WasmFeatures, Types), Refusal> {
    let mut features = WasmFeatures::MVP;
    loop {
        match validate(bytes, features) {
            Ok(types) => return Ok((features, types)),
            Err(error) => match missing(bytes, features, &error) {
                Some(missing) => features |= missing,
                None => break,
            },
        }
    }
    let mut features = PROPOSALS.iter().fold(WasmFeatures::MVP, |all, (_, feature)| all | *feature);
    let mut types = validate(bytes, features).map_err(|error| {
        if error.offset() >= bytes.len() as u64 || error.message().contains("unexpected end") {
            Refusal::Truncated(bytes.len())
        } else {
            Refusal::Invalid(error.to_string())
        }
    })?;
    for (_, feature) in PROPOSALS.iter().rev() {
        let without = features - *feature;
        if let Ok(smaller) = validate(bytes, without) {
            (features, types) = (without, smaller);
        }
    }
    Ok((features, types))
}

/// The feature that the validator missed: the one that it states, else the oldest with which it gets further.
fn missing(bytes: &[u8], features: WasmFeatures, error: &BinaryReaderError) -> Option<WasmFeatures> {
    let lacking = || PROPOSALS.iter().map(|(_, feature)| *feature).filter(|one| !features.contains(*one));
    let stated = error.missing_wasm_feature();
    let further = |one: &WasmFeatures| match validate(bytes, features | *one) {
        Ok(_) => true,
        Err(next) => next.offset() > error.offset(),
    };
    lacking().find(|one| stated == Some(*one)).or_else(|| lacking().find(further))
}

fn validate(bytes: &[u8], features: WasmFeatures) -> wasmparser::Result<Types> {
    Validator::new_with_features(features).validate_all(bytes)
}

fn item(types: TypesRef<'_>, entity: EntityType) -> Item {
    match entity {
        EntityType::Func(id) | EntityType::FuncExact(id) => Item::Function(signature(types, id)),
        EntityType::Memory(memory) => Item::Memory {
            initial: memory.initial,
            maximum: memory.maximum,
            beyond: match memory {
                MemoryType { shared: true, .. } => Some(SHARED),
                MemoryType { memory64: true, .. } => Some("of 64-bit addresses"),
                MemoryType { page_size_log2: Some(_), .. } => Some("of pages of another size"),
                _ => None,
            },
        },
        EntityType::Table(table) => Item::Table {
            // `(ref null func)` is the type's long form.
            element: match table.element_type {
                RefType::FUNCREF => "funcref".to_owned(),
                RefType::EXTERNREF => "externref".to_owned(),
                other => other.to_string(),
            },
            initial: table.initial,
            maximum: table.maximum,
        },
        EntityType::Global(global) => {
            Item::Global { content: global.content_type.to_string(), mutable: global.mutable }
        }
        EntityType::Tag(_) => Item::Tag,
    }
}

fn signature(types: TypesRef<'_>, id: CoreTypeId) -> Signature {
    match &types[id].composite_type.inner {
        CompositeInnerType::Func(function) => Signature {
            params: function.params().iter().map(ToString::to_string).collect(),
            results: function.results().iter().map(ToString::to_string).collect(),
        },
        // A function's type is a function type in a module that was validated.
        _ => Signature::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_are_counted_with_their_heads_and_nothing_else_is() {
        let empty = b"\0asm\x01\0\0\0";
        // A type section, and a custom section of five bytes, whose length is written short and long.
        let types = [1, 4, 1, 0x60, 0, 0];
        let (short, long) = ([0, 5, 1, b'x', 1, 2, 3], [0, 0x85, 0x80, 0, 1, b'x', 1, 2, 3]);
        let of = |parts: &[&[u8]]| inspect(&parts.concat()).expect("a module").custom_bytes;
        assert_eq!(of(&[empty, &types]), 0);
        assert_eq!(of(&[empty, &short, &types]), 7);
        assert_eq!(of(&[empty, &short, &types, &long]), 16);
    }
    #[test]
    fn a_module_that_starts_threads_needs_them_and_gets_its_memory() {
        let module =
            |imports: &str| inspect(&wat::parse_str(format!("(module {imports})")).expect("a module"));
        let unprovided = |imports: &str| {
            let module = module(imports).expect("a module");
            let names: Vec<String> = module.unprovided().map(|import| import.name.clone()).collect();
            (module.proposals.last().cloned(), names)
        };
        let memory = r#"(import "env" "memory" (memory 1 1 shared))"#;
        let spawn = r#"(import "wasi" "thread-spawn" (func (param i32) (result i32)))"#;
        assert_eq!(unprovided(&format!("{spawn} {memory}")), (Some(WASI_THREADS.to_owned()), vec![]));
        assert_eq!(unprovided(memory), (Some("threads".to_owned()), vec!["memory".to_owned()]));
        let unshared = r#"(import "env" "memory" (memory 1))"#;
        assert_eq!(unprovided(&format!("{spawn} {unshared}")).1, ["memory"]);
    }
}
