//! `wasmark inspect`: what a module is, what it needs, and which configurations can run it. Runs nothing.

use std::{collections::BTreeMap, fmt, path::Path};

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use wasmark_adapter::{Configuration, Limits, Source, host::sha256, marks};
use wasmark_reports::format::counted;
use wasmark_runner::{
    exit, plan,
    terminal::{print, print_json},
    workers::{Missing, Roster},
};
use wasmark_workloads::{
    Module,
    module::{Export, Import, Item, Signature},
};
use wasmparser::{MemoryType, Validator, WasmFeatures};

use crate::{options::Inspect, tables::Texts};

#[derive(Serialize)]
struct Document {
    sha256: String,
    bytes: usize,
    kind: &'static str,
    proposals: Vec<String>,
    imports: Vec<String>,
    /// Imports that no configuration provides.
    missing: Vec<String>,
    exports: Vec<String>,
    memories: Vec<Memory>,
    /// Why each configuration does not run it; none for one that does.
    configurations: BTreeMap<String, Option<String>>,
    /// The exported functions that calls from outside do not reach, for each configuration that has such.
    uncallable: BTreeMap<String, Vec<String>>,
    /// What the configurations admit, where that is less than the engine does.
    limits: BTreeMap<String, Limits>,
    unavailable: BTreeMap<String, String>,
}

/// A memory in the limits that the module states, in pages.
#[derive(Serialize)]
struct Memory {
    minimum: u64,
    maximum: Option<u64>,
    memory64: bool,
    shared: bool,
}

impl From<MemoryType> for Memory {
    fn from(memory: MemoryType) -> Memory {
        let MemoryType { initial: minimum, maximum, memory64, shared, .. } = memory;
        Memory { minimum, maximum, memory64, shared }
    }
}

fn pages(number: u64) -> String {
    counted(number as usize, "page", "pages")
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.maximum {
            Some(maximum) => write!(f, "{} to {}", self.minimum, pages(maximum))?,
            None => write!(f, "{}, no maximum", pages(self.minimum))?,
        }
        f.write_str(if self.memory64 { ", 64-bit" } else { "" })?;
        f.write_str(if self.shared { ", shared" } else { "" })
    }
}

/// Inspects a module.
pub(super) fn inspect(options: &Inspect) -> Result<u8> {
    let path = &options.module;
    let bytes = std::fs::read(path)
        .with_context(|| format!("failed to read {}; name a module's file", path.display()))?;
    let module =
        wasmark_workloads::inspect(&bytes).map_err(|refusal| anyhow!("{refusal} ({})", path.display()))?;
    let roster = Roster::gather(&options.runtimes.runtimes, &options.external.workers, Missing::Leave)?;
    let missing: Vec<String> = module.unprovided().map(import).collect();
    let configurations = roster
        .configurations()
        .map(|(runtime, _, one)| (format!("{runtime}/{}", one.name), obstacle(one, &module, &missing)));
    let document = Document {
        sha256: sha256(&bytes),
        bytes: bytes.len(),
        kind: kind(&module),
        proposals: module.proposals.clone(),
        imports: module.imports.iter().map(import).collect(),
        exports: module.exports.iter().map(|one| format!("{}: {}", one.name, one.item)).collect(),
        memories: memories(&bytes)?,
        configurations: configurations.collect(),
        uncallable: roster
            .configurations()
            .map(|(runtime, _, one)| (format!("{runtime}/{}", one.name), uncallable(one, &module)))
            .filter(|(_, names)| !names.is_empty())
            .collect(),
        limits: roster
            .configurations()
            .filter(|(_, _, one)| !one.limits.is_none())
            .map(|(runtime, _, one)| (format!("{runtime}/{}", one.name), one.limits.clone()))
            .collect(),
        missing,
        unavailable: roster.unavailable.clone(),
    };
    if options.json.json {
        print_json(&document)?;
    } else {
        print(&text(path, &document));
    }
    Ok(exit::OK)
}

/// What the module is for, by what it exports and imports.
fn kind(module: &Module) -> &'static str {
    let function = |name: &str| matches!(module.export(name), Some(Item::Function(_)));
    match () {
        () if module.imports.iter().any(|one| one.module == marks::MODULE) => {
            "a benchmark of the Sightglass ABI"
        }
        () if function("_start") => "a WASI command: it runs once per instance",
        () if function("_initialize") => "a WASI reactor: its exports are called after _initialize",
        () => "a library: its exports are called",
    }
}

fn import(import: &Import) -> String {
    format!("{}.{}: {}", import.module, import.name, import.item)
}

/// The module's memories, imported ones first, whether or not they are exported.
fn memories(bytes: &[u8]) -> Result<Vec<Memory>> {
    let types = Validator::new_with_features(WasmFeatures::all())
        .validate_all(bytes)
        .context("failed to validate the module; build it again")?;
    let types = types.as_ref();
    Ok((0..types.memory_count()).map(|index| types.memory_at(index).into()).collect())
}

/// Why the configuration does not run the module, if it does not.
fn obstacle(configuration: &Configuration, module: &Module, missing: &[String]) -> Option<String> {
    if plan::preferred(configuration) == Source::Linked {
        return Some("runs no modules".to_string());
    }
    plan::lacks(configuration, module)
        .or_else(|| (!missing.is_empty()).then(|| format!("no runtime provides {}", missing.join(", "))))
}

/// The functions whose parameters or results have a type that the configuration's calls do not pass.
fn uncallable(configuration: &Configuration, module: &Module) -> Vec<String> {
    let passes = |name: &String| configuration.limits.not_in_calls.iter().all(|of| of.to_string() != *name);
    let function = |export: &Export| match &export.item {
        Item::Function(Signature { params, results }) => {
            (!params.iter().chain(results).all(passes)).then(|| export.name.clone())
        }
        _ => None,
    };
    module.exports.iter().filter_map(function).collect()
}

/// Limits for people.
fn limits(limits: &Limits) -> String {
    let Limits { memory_bytes, table_elements, memories, tables, stack_bytes, not_in_calls: _, instead: _ } =
        limits;
    let number = |number: &Option<u64>, what: &str| number.map(|number| format!("{number} {what}"));
    let all = [
        memory_bytes.map(|bytes| format!("{} pages of a memory", bytes >> 16)),
        number(table_elements, "elements of a table"),
        number(memories, "memories"),
        number(tables, "tables"),
        stack_bytes.map(|bytes| format!("{} KiB of stack", bytes >> 10)),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn text(path: &Path, document: &Document) -> String {
    let list = |list: &[String]| if list.is_empty() { "none".to_string() } else { list.join("\n") };
    let memories: Vec<String> = document.memories.iter().map(Memory::to_string).collect();
    let mut facts = Texts::new(&[]);
    facts.row(["module", &path.display().to_string()]);
    facts.row(["sha256", &document.sha256]);
    facts.row(["bytes", &document.bytes.to_string()]);
    facts.row(["is", document.kind]);
    facts.row(["needs", &list(&document.proposals)]);
    facts.row(["imports", &list(&document.imports)]);
    facts.row(["no runtime provides", &list(&document.missing)]);
    facts.row(["exports", &list(&document.exports)]);
    facts.row(["memories", &list(&memories)]);
    let mut configurations = Texts::new(&["CONFIGURATION", "RUNS IT", "WASMARK SETS, AT MOST"]);
    for (id, obstacle) in &document.configurations {
        let runs = match (obstacle, document.uncallable.get(id)) {
            (Some(why), _) => format!("no: {why}"),
            (None, Some(names)) => format!("yes, but calls of {} are unsupported", names.join(", ")),
            (None, None) => "yes".to_string(),
        };
        let set = document.limits.get(id).map(limits).unwrap_or_default();
        configurations.row([id.as_str(), &runs, &set]);
    }
    let mut text = format!("{facts}\n\n{configurations}\n");
    for (name, reason) in &document.unavailable {
        text.push_str(&format!("{name} is unavailable: {reason}\n"));
    }
    text
}
