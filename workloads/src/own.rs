//! A module without a manifest: its bytes and a few words make a workload of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use wasmark_adapter::{
    Entry, GlobalType, MemoryType, Right, Stub, StubItem, TableType, TrapKind, Value, ValueType,
    host::sha256,
    protocol::{Expected, Stdin},
};

use crate::{
    Error, Folder, Result, Workload,
    files::no_symlinks,
    manifest::Units,
    module::{Import, Item, Module, Signature, inspect},
    suggest,
    workload::Args,
};

/// What a user states of a module beside its bytes.
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
    /// What a guest reads as its stdin.
    pub stdin: Option<Stdin>,
    /// The folders that a guest sees.
    pub folders: Vec<Folder>,
    /// What is right of the output.
    pub expect: Vec<Expect>,
    /// What becomes of imports that no runtime provides.
    pub imports: Imports,
    /// Whether each call gets an instance of its own, so that no call sees what another left.
    pub fresh: bool,
}

/// Something that is right of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A command's exit code.
    Exit(i32),
    /// What a command writes to stdout, or what a function returns, as text.
    Stdout(Vec<u8>),
    /// What a command writes to stderr.
    Stderr(Vec<u8>),
    /// How the call traps.
    Trap(TrapKind),
}

/// What becomes of what a module imports and no runtime provides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Imports {
    /// The module cannot be used.
    #[default]
    Provided,
    /// Something of the declared type stands in: functions that answer with zeros, memories of zeros, tables of nulls,
    /// globals that are zero.
    Stubbed,
}

/// Every call is one unit of work.
const ONCE: Units = Units { cold: 1, interpreter: 1, baseline: 1, optimizing: 1, aot: 1, native: 1 };

/// Makes a workload of a module.
///
/// # Errors
/// Where the file is no module, what is to be called or given does not fit it, or it imports what no runtime provides.
pub fn workload(own: &Own) -> Result<Workload> {
    let path = &own.module;
    let at_fault = |error: Error| Error::OfModule { path: path.clone(), error: Box::new(error) };
    let unreadable = |path: &Path, remedy| {
        let path = path.to_owned();
        move |error| Error::Io { doing: "read", path, error, remedy }
    };
    let wasm = path.canonicalize().map_err(unreadable(path, "name a module's file"))?;
    let bytes = fs::read(&wasm).map_err(unreadable(path, "name a module's file"))?;
    let module = inspect(&bytes).map_err(|refusal| at_fault(refusal.into()))?;
    let stubs = stubs(&module, own.imports).map_err(at_fault)?;
    let entry = entry(&module, own).map_err(at_fault)?;
    for folder in &own.folders {
        no_symlinks(&folder.host)?;
    }
    let found = |file: &PathBuf| file.canonicalize().map_err(unreadable(file, "name a file"));
    let stdin = own.stdin.as_ref().map(|stdin| match stdin {
        Stdin::File(file) => found(file).map(Stdin::File),
        Stdin::Pipe { pipe } => found(pipe).map(|pipe| Stdin::Pipe { pipe }),
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
        operations: None,
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

/// What stands in for imports that no runtime provides, where something may.
fn stubs(module: &Module, imports: Imports) -> Result<Vec<Stub>> {
    let missing: Vec<&Import> = module.unprovided().collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    if imports == Imports::Provided {
        let names = missing.into_iter().map(named).collect();
        let rule = "no runtime has them; add --stub-imports to stand in for them with zeros";
        return Err(Error::Imports { doing: "provide the imports", names, rule });
    }
    let (mut stubs, mut without): (Vec<Stub>, Vec<String>) = (Vec::new(), Vec::new());
    for import in missing {
        match stub(&import.item) {
            Some(item) => {
                let stub = Stub { module: import.module.clone(), name: import.name.clone(), item };
                // A module may import one thing twice.
                if !stubs.contains(&stub) {
                    stubs.push(stub);
                }
            }
            None => without.push(named(import)),
        }
    }
    if without.is_empty() {
        return Ok(stubs);
    }
    let rule = "there is no stand-in of their types; build the module without them";
    Err(Error::Imports { doing: "stub the imports", names: without, rule })
}

/// An import's names, and what it is where it is no function.
fn named(import: &Import) -> String {
    let name = format!("{}.{}", import.module, import.name);
    match &import.item {
        Item::Function(_) => name,
        item => format!("{name} ({item})"),
    }
}

/// What stands in for an import, if anything can.
fn stub(item: &Item) -> Option<StubItem> {
    let types =
        |names: &[String]| names.iter().map(|name| ValueType::named(name)).collect::<Option<Vec<_>>>();
    let limits = |initial: u64, maximum: Option<u64>| {
        let maximum = maximum.map(u32::try_from).transpose().ok()?;
        Some((u32::try_from(initial).ok()?, maximum))
    };
    match item {
        Item::Function(Signature { params, results }) => {
            Some(StubItem::Function { params: types(params)?, results: types(results)? })
        }
        Item::Memory { initial, maximum, beyond: None } => {
            let (minimum, maximum) = limits(*initial, *maximum)?;
            Some(StubItem::Memory { memory: MemoryType { minimum, maximum } })
        }
        Item::Table { element, initial, maximum } => {
            let (minimum, maximum) = limits(*initial, *maximum)?;
            let element = ValueType::named(element)?;
            Some(StubItem::Table { table: TableType { element, minimum, maximum } })
        }
        Item::Global { content, mutable } => {
            let content = ValueType::named(content)?;
            Some(StubItem::Global { global: GlobalType { content, mutable: *mutable } })
        }
        Item::Memory { .. } | Item::Tag => None,
    }
}

/// What is called: what the user named, else `_start`, else the only export that can be.
fn entry(module: &Module, own: &Own) -> Result<Entry> {
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
                [] => return Err(Error::NoFunction),
                _ => return Err(Error::Functions(names.iter().map(described).collect())),
            }
        }
    };
    let Some(signature) = functions.get(name) else {
        let near = suggest(name, functions.keys().copied());
        let hint = near.map_or_else(
            || format!("there are {}", functions.keys().copied().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean {near:?}?"),
        );
        return Err(Error::Unknown { what: "exported function", name: format!("{name:?}"), hint });
    };
    if name == "_start" {
        return Ok(Entry::Command);
    }
    let function = described(&name);
    let given = own.arguments.len();
    if given != signature.params.len() {
        return Err(Error::ArgumentCount { function, given });
    }
    let argument = |(of, text): (&String, &String)| {
        let value = ValueType::named(of).and_then(|of| Value::parse(of, text));
        let (text, of) = (text.clone(), of.clone());
        value.ok_or_else(|| Error::Argument { function: function.clone(), text, of })
    };
    let arguments: Result<Vec<Value>> = signature.params.iter().zip(&own.arguments).map(argument).collect();
    // References have no text.
    let crosses = |of: &String| ValueType::named(of).filter(|of| Value::zero(*of).is_some());
    let results: Option<Vec<ValueType>> = signature.results.iter().map(crosses).collect();
    let results = results.ok_or_else(|| Error::Results(function.clone()))?;
    Ok(Entry::Function { name: name.to_string(), arguments: arguments?, results })
}

fn expected(entry: &Entry, stated: &[Expect]) -> Result<Option<Expected>> {
    if stated.is_empty() {
        return Ok(None);
    }
    let (mut exit_code, mut stdout, mut stderr, mut trap) = (None, None, None, None);
    for one in stated {
        let twice = match one {
            Expect::Exit(code) => exit_code.replace(*code).is_some(),
            Expect::Stdout(bytes) => stdout.replace(bytes).is_some(),
            Expect::Stderr(bytes) => stderr.replace(bytes).is_some(),
            Expect::Trap(kind) => trap.replace(*kind).is_some(),
        };
        if twice || (trap.is_some() && stated.len() > 1) {
            return Err(Error::TwoExpectations);
        }
    }
    if let Some(kind) = trap {
        return Ok(Some(Expected::Trap(kind)));
    }
    if let Entry::Function { name, results, .. } = entry {
        let text = stdout.filter(|_| exit_code.is_none() && stderr.is_none());
        let values = text.and_then(|bytes| returned(results, &String::from_utf8_lossy(bytes)));
        return values.map(|values| Some(Expected::Returned(values))).ok_or_else(|| {
            let results = results.iter().map(ToString::to_string).collect();
            Error::Expectation { function: name.clone(), results }
        });
    }
    // An expectation of what is printed, and no more, expects the program to end well.
    let printed = stdout.is_some() || stderr.is_some();
    Ok(Some(Expected::Command {
        exit_code: exit_code.or(printed.then_some(0)),
        stdout_sha256: stdout.map(|bytes| sha256(bytes)),
        stderr_sha256: stderr.map(|bytes| sha256(bytes)),
    }))
}

/// The values of these types that a text has, with commas or spaces between them and parentheses around or not.
fn returned(results: &[ValueType], text: &str) -> Option<Vec<Right>> {
    let inner = text.trim();
    let inner = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inner);
    // The commas in a vector have no space after them.
    let words: Vec<&str> = inner.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
    if words.len() != results.len() || words.is_empty() {
        return None;
    }
    results.iter().zip(words).map(|(of, word)| Right::parse(*of, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_returns_is_read_as_it_is_shown() {
        let results = [ValueType::I32, ValueType::F64, ValueType::V128];
        let one = Right::Exactly(Value::I32(1));
        let vector = Right::Exactly(Value::V128(4 << 96 | 3 << 64 | 2 << 32 | 1));
        for text in ["1 NaN i32x4:1,2,3,4", "(1, NaN, i32x4:1,2,3,4)\n", "1,  nan, i32x4:1,2,3,4"] {
            let right = returned(&results, text).expect("three values");
            assert_eq!(right, [one, Right::Nan { nan: ValueType::F64 }, vector], "{text}");
        }
        assert_eq!(returned(&results[..1], "1"), Some(vec![one]));
        for text in ["1", "1 2", "1 2 3", "1 2 i32x4:1,2,3,4 5", ""] {
            assert_eq!(returned(&results, text), None, "{text}");
        }
    }

    #[test]
    fn a_trap_is_expected_alone() {
        let trap = Expect::Trap(TrapKind::Unreachable);
        let of = |stated: &[Expect]| expected(&Entry::Command, stated);
        let alone = of(std::slice::from_ref(&trap)).expect("a trap");
        assert_eq!(alone, Some(Expected::Trap(TrapKind::Unreachable)));
        assert!(of(&[trap.clone(), Expect::Exit(0)]).is_err());
        assert!(of(&[Expect::Exit(0), trap]).is_err());
    }
}
