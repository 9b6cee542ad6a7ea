//! A module that nobody wrote a manifest for: what its bytes and a few words say makes a workload of it.

use std::{collections::BTreeMap, fs, path::PathBuf};

use wasmark_adapter::{Entry, Stub, Value, ValueType, host::sha256, protocol::Expected};

use crate::{
    Folder, Workload,
    load::no_symlinks,
    manifest::Units,
    module::{Item, Module, Signature, inspect},
    suggest,
    workload::Args,
};

/// What is said of a module beside its bytes.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The module's file.
    pub module: PathBuf,
    /// The workload's name; the file's without its ending if there is none.
    pub name: Option<String>,
    /// The export to call; chosen if there is only one to choose.
    pub invoke: Option<String>,
    /// Its arguments: a command's without the program's name, or a function's numbers.
    pub arguments: Vec<String>,
    /// The environment that a guest sees.
    pub env: Vec<(String, String)>,
    /// The file that a guest reads as its stdin.
    pub stdin: Option<PathBuf>,
    /// The folders that a guest sees.
    pub folders: Vec<Folder>,
    /// What is right of the output.
    pub expect: Vec<Expect>,
    /// What becomes of imports that nobody provides.
    pub imports: Imports,
    /// Whether each call gets an instance of its own, so that no call sees what another left.
    pub fresh: bool,
}

/// Something that is right of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A command's exit code.
    Exit(i32),
    /// What a command writes to stdout, or the number that a function returns.
    Stdout(Vec<u8>),
    /// What a command writes to stderr.
    Stderr(Vec<u8>),
}

/// What becomes of functions that a module imports and nobody provides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Imports {
    /// The module cannot be used.
    #[default]
    Provided,
    /// They answer with zeros.
    Stubbed,
}

/// Every call is one unit of work.
const ONCE: Units = Units { cold: 1, interpreter: 1, baseline: 1, optimizing: 1, aot: 1, native: 1 };

/// Makes a workload of a module.
///
/// # Errors
/// Where the file is no module, what is to be called or given does not fit it, or it imports what nobody provides:
/// a sentence that completes "failed to ...".
pub fn workload(own: &Own) -> Result<Workload, String> {
    let path = &own.module;
    let at_fault = |message: String| format!("{message} ({})", path.display());
    let wasm = path
        .canonicalize()
        .map_err(|error| format!("read {}: {error}; name a module's file", path.display()))?;
    let bytes =
        fs::read(&wasm).map_err(|error| format!("read {}: {error}; name a module's file", path.display()))?;
    let module = inspect(&bytes).map_err(|refusal| at_fault(refusal.to_string()))?;
    let stubs = stubs(&module, own.imports).map_err(at_fault)?;
    let entry = entry(&module, own).map_err(at_fault)?;
    for folder in &own.folders {
        no_symlinks(&folder.host)?;
    }
    let stdin = own.stdin.as_ref().map(|file| {
        file.canonicalize().map_err(|error| format!("read {}: {error}; name a file", file.display()))
    });
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = own.name.clone().unwrap_or_else(|| stem.clone());
    let program = std::iter::once(format!("{stem}.wasm"));
    let expected = expected(&entry, &own.expect)?;
    Ok(Workload {
        about: format!("{}, {}", path.display(), of_entry(&entry)),
        name,
        why: String::new(),
        language: String::new(),
        program: None,
        variant: None,
        boundary: None,
        memory: None,
        tags: Vec::new(),
        unit: "call".to_string(),
        sha256: sha256(&bytes),
        manifest: None,
        wasm,
        wasm_bytes: bytes.len() as u64,
        module,
        args: Args::Fixed(program.chain(own.arguments.iter().cloned()).collect()),
        env: own.env.clone(),
        stdin: stdin.transpose()?,
        folders: own.folders.clone(),
        stubs,
        entry,
        units: ONCE,
        expected: expected.map(|expected| (ONCE.cold, expected)).into_iter().collect(),
        known_issues: Vec::new(),
        fresh: own.fresh,
    })
}

fn of_entry(entry: &Entry) -> String {
    match entry {
        Entry::Command => "a command".to_string(),
        Entry::Kernel(name) => format!("the function {name:?}"),
        Entry::Function { name, arguments, .. } => {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            format!("{name}({})", arguments.join(", "))
        }
    }
}

/// The functions that nobody provides, as stubs where they may be.
fn stubs(module: &Module, imports: Imports) -> Result<Vec<Stub>, String> {
    let mut stubs = Vec::new();
    for import in module.imports.iter().filter(|import| !import.provided()) {
        let name = format!("{}.{}", import.module, import.name);
        let Item::Function(signature) = &import.item else {
            return Err(format!(
                "provide the import {name}, {}: only functions can be stubbed; build the module without it",
                import.item
            ));
        };
        if imports == Imports::Provided {
            let missing = module.imports.iter().filter(|import| !import.provided());
            let missing: Vec<String> = missing.map(|one| format!("{}.{}", one.module, one.name)).collect();
            return Err(format!(
                "provide the imports {}: no runtime has them; add --stub-imports to answer them with zeros",
                missing.join(", ")
            ));
        }
        let types = |names: &[String]| -> Result<Vec<ValueType>, String> {
            let of = |text: &String| {
                ValueType::named(text).ok_or_else(|| {
                    format!("stub the import {name}: it has a value of the type {text}; build the module without it")
                })
            };
            names.iter().map(of).collect()
        };
        stubs.push(Stub {
            module: import.module.clone(),
            name: import.name.clone(),
            params: types(&signature.params)?,
            results: types(&signature.results)?,
        });
    }
    Ok(stubs)
}

/// What is called: what the user named, else `_start`, else the only export that can be.
fn entry(module: &Module, own: &Own) -> Result<Entry, String> {
    let functions: BTreeMap<&str, &Signature> = module
        .exports
        .iter()
        .filter_map(|export| match &export.item {
            Item::Function(signature) => Some((export.name.as_str(), signature)),
            _ => None,
        })
        .collect();
    let described = |name: &&str| format!("{name} {}", functions[*name]);
    let name = match &own.invoke {
        Some(name) => name.as_str(),
        None if functions.contains_key("_start") => "_start",
        None => {
            // What begins with an underscore or belongs to an allocator is there for toolchains.
            let for_tools = |name: &str| {
                name.starts_with(['_', '$'])
                    || name.starts_with("cabi_")
                    || ["malloc", "free"].contains(&name)
            };
            let names: Vec<&str> = functions.keys().copied().filter(|name| !for_tools(name)).collect();
            match *names.as_slice() {
                [only] => only,
                [] => return Err("find a function to call: the module exports none; export one".to_string()),
                _ => {
                    let list: Vec<String> = names.iter().map(described).collect();
                    return Err(format!(
                        "choose what to call: name one with --invoke, there are\n  {}",
                        list.join("\n  ")
                    ));
                }
            }
        }
    };
    let Some(signature) = functions.get(name) else {
        let near = suggest(name, functions.keys().copied());
        let near = near.map_or_else(
            || format!("there are {}", functions.keys().copied().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean {near:?}?"),
        );
        return Err(format!("find the exported function {name:?}; {near}"));
    };
    if name == "_start" {
        return Ok(Entry::Command);
    }
    let given = own.arguments.len();
    if given != signature.params.len() {
        return Err(format!("call {name} {signature} with {given} arguments; write them after --"));
    }
    let argument = |(of, text): (&String, &String)| {
        ValueType::named(of)
            .and_then(|of| Value::parse(of, text))
            .ok_or_else(|| format!("give {name} {signature} the argument {text:?}: it is no {of}"))
    };
    let arguments: Result<Vec<Value>, String> =
        signature.params.iter().zip(&own.arguments).map(argument).collect();
    let result = match signature.results.as_slice() {
        [] => None,
        [of] => {
            Some(ValueType::named(of).filter(|of| Value::from_bits(*of, 0).is_some()).ok_or_else(|| {
                format!("call {name} {signature}: only results that are numbers are compared; invoke another")
            })?)
        }
        _ => return Err(format!("call {name} {signature}: it returns several values; invoke another")),
    };
    Ok(Entry::Function { name: name.to_string(), arguments: arguments?, result })
}

fn expected(entry: &Entry, said: &[Expect]) -> Result<Option<Expected>, String> {
    if said.is_empty() {
        return Ok(None);
    }
    let (mut exit_code, mut stdout, mut stderr) = (None, None, None);
    for one in said {
        let twice = match one {
            Expect::Exit(code) => exit_code.replace(*code).is_some(),
            Expect::Stdout(bytes) => stdout.replace(bytes).is_some(),
            Expect::Stderr(bytes) => stderr.replace(bytes).is_some(),
        };
        if twice {
            return Err("expect two different things of one output; name one".to_string());
        }
    }
    if let Entry::Function { name, result, .. } = entry {
        let number = stdout.filter(|_| exit_code.is_none() && stderr.is_none());
        let number = number.map(|bytes| String::from_utf8_lossy(bytes).trim().to_string());
        let value = number.zip(*result).and_then(|(text, of)| Value::parse(of, &text));
        let refused = || format!("expect that of the function {name}: write the number that it returns");
        return value.map(|value| Some(Expected::Returned(Some(value)))).ok_or_else(refused);
    }
    // Who says what is printed, and no more, expects the program to end well.
    let printed = stdout.is_some() || stderr.is_some();
    Ok(Some(Expected::Command {
        exit_code: exit_code.or(printed.then_some(0)),
        stdout_sha256: stdout.map(|bytes| sha256(bytes)),
        stderr_sha256: stderr.map(|bytes| sha256(bytes)),
    }))
}
