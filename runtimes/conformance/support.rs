//! What the promises share: a module of a few lines, its entry, its host, and files of the test's own.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
};

use wasmark_adapter::{Entry, FailureKind, Host, Runtime, protocol::Invocation};

/// Adds its argument to a number in memory, 40 at first.
pub const COUNTER: &str = r#"(module
    (memory (export "memory") 1)
    (data (i32.const 8) "\28")
    (func (export "run") (param i32) (result i64)
        (i64.store (i32.const 8) (i64.add (i64.load (i32.const 8)) (i64.extend_i32_s (local.get 0))))
        (i64.load (i32.const 8))))"#;

pub fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's module")
}

pub fn kernel() -> Entry {
    Entry::Kernel("run".to_owned())
}

pub fn host() -> Host {
    Host::new(&invocation(), &[]).expect("a host")
}

pub fn invocation() -> Invocation {
    Invocation { argument: 0, args: vec!["program".to_owned()], env: vec![], stdin: None, expected: None }
}

pub fn contents(file: &File) -> String {
    let mut file = file.try_clone().expect("a descriptor");
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}

pub fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_PKG_NAME"));
    let unique = std::thread::current().name().unwrap_or_default().replace("::", "-");
    let folder = folder.join(format!("{}-{unique}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// What instances of `text` are made from.
pub fn prepared<R: Runtime>(runtime: &R, text: &str, entry: &Entry) -> R::Prepared {
    let module = runtime.compile(&mut wasm(text)).expect("a module");
    runtime.prepare(module, entry).expect("what instances are made from")
}

/// What preparing or instantiating `text` with `entry` fails with.
pub fn refusal<R: Runtime>(runtime: &R, text: &str, entry: &Entry) -> FailureKind {
    let module = runtime.compile(&mut wasm(text)).expect("a module");
    let prepared = runtime.prepare(module, entry);
    let instance = prepared.and_then(|prepared| runtime.instantiate(&prepared, &host()).map(drop));
    let refused = instance.expect_err("a failure");
    assert!(!refused.message.is_empty());
    refused.kind
}
