//! `wasmark inspect`: what a module is, what it needs, and which configurations can run it. Runs nothing.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use wasmark_adapter::{Configuration, Source, host::sha256, marks};
use wasmark_workloads::{
    Module,
    module::{Import, Item},
};

use super::{print, print_json, table};
use crate::{
    exit,
    options::Inspect,
    plan,
    workers::{Missing, Roster},
};

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
    memory: Option<String>,
    /// Why each configuration does not run it; none for one that does.
    configurations: BTreeMap<String, Option<String>>,
    unavailable: BTreeMap<String, String>,
}

/// Inspects a module.
pub(super) fn inspect(options: &Inspect) -> Result<u8> {
    let path = &options.module;
    let bytes = std::fs::read(path)
        .with_context(|| format!("failed to read {}; name a module's file", path.display()))?;
    let module = wasmark_workloads::inspect(&bytes)
        .map_err(|refusal| anyhow!("failed to {refusal} ({})", path.display()))?;
    let roster = Roster::gather(&options.runtimes.runtimes, &options.strangers.workers, Missing::Leave)?;
    let missing: Vec<String> = module.imports.iter().filter(|one| !one.provided()).map(import).collect();
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
        memory: memory(&module),
        configurations: configurations.collect(),
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

/// The memory that the module has or wants, in the limits that it states.
fn memory(module: &Module) -> Option<String> {
    let imported = module.imports.iter().map(|one| &one.item);
    let exported = module.exports.iter().map(|one| &one.item);
    imported.chain(exported).find_map(|item| match item {
        Item::Memory { initial, maximum } => Some(match maximum {
            Some(maximum) => format!("{initial} to {maximum} pages"),
            None => format!("{initial} pages, no maximum"),
        }),
        _ => None,
    })
}

/// Why the configuration does not run the module, if it does not.
fn obstacle(configuration: &Configuration, module: &Module, missing: &[String]) -> Option<String> {
    if plan::preferred(configuration) == Source::Linked {
        return Some("runs no modules".to_string());
    }
    plan::lacks(configuration, module)
        .or_else(|| (!missing.is_empty()).then(|| format!("nobody provides {}", missing.join(", "))))
}

fn text(path: &Path, document: &Document) -> String {
    let list = |list: &[String]| if list.is_empty() { "none".to_string() } else { list.join("\n") };
    let mut facts = table::<0>([]);
    facts.add_row(["module", &path.display().to_string()]);
    facts.add_row(["sha256", &document.sha256]);
    facts.add_row(["bytes", &document.bytes.to_string()]);
    facts.add_row(["is", document.kind]);
    facts.add_row(["needs", &list(&document.proposals)]);
    facts.add_row(["imports", &list(&document.imports)]);
    facts.add_row(["nobody provides", &list(&document.missing)]);
    facts.add_row(["exports", &list(&document.exports)]);
    facts.add_row(["memory", document.memory.as_deref().unwrap_or("none that it shows")]);
    let mut configurations = table(["CONFIGURATION", "RUNS IT"]);
    for (id, obstacle) in &document.configurations {
        configurations
            .add_row([id.as_str(), &obstacle.as_ref().map_or("yes".to_string(), |why| format!("no: {why}"))]);
    }
    let mut text = format!("{facts}\n\n{configurations}\n");
    for (name, reason) in &document.unavailable {
        text.push_str(&format!("{name} is unavailable: {reason}\n"));
    }
    text
}
