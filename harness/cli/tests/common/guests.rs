//! Suites of small modules in the text format, for guests that go wrong.

use std::fs;

use wasmark_adapter::host::sha256;

use super::World;

/// A kernel that is right: `run(n)` is n.
pub const GOOD: &str = r#"(module (memory (export "memory") 1)
    (func (export "run") (param i32) (result i64) (i64.extend_i32_s (local.get 0))))"#;

/// Calls itself until its argument has wrapped around, and loads what comes back: no compiler makes a loop of it.
pub const RECURSION: &str = r#"(module (memory (export "memory") 1)
    (func $run (export "run") (param i32) (result i64)
        (if (i32.eqz (local.get 0)) (then (return (i64.const 0))))
        (i64.load (i32.wrap_i64 (call $run (i32.add (local.get 0) (i32.const 1)))))))"#;

/// A kernel with this body.
pub fn kernel(body: &str) -> Vec<u8> {
    module(&GOOD.replace("(i64.extend_i32_s (local.get 0))", body))
}

/// A command that calls an import of WASI with 3.
pub fn command(import: &str) -> Vec<u8> {
    module(&format!(
        r#"(module (import "wasi_snapshot_preview1" "{import}" (func $import (param i32)))
            (memory (export "memory") 1) (func (export "_start") (call $import (i32.const 3))))"#
    ))
}

pub fn module(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).expect("a module")
}

/// A world with this checkout's runtimes, and the folder `suite` in it, which begins with the good kernel.
pub struct Guests(pub World);

impl Guests {
    pub fn new() -> Guests {
        let guests = Guests(World::with_workers());
        guests.kernel("good", &module(GOOD));
        guests
    }

    /// A kernel that should return the number of its units.
    pub fn kernel(&self, name: &str, wasm: &[u8]) {
        self.workload(name, wasm, &kernel_manifest(name, wasm));
    }

    /// A command that should print nothing and end with this exit code.
    pub fn command(&self, name: &str, wasm: &[u8], exit_code: i32) {
        let nothing = sha256(b"");
        let end = format!(
            "{{ exit_code = {exit_code}, stdout_sha256 = '{nothing}', stderr_sha256 = '{nothing}' }}"
        );
        let manifest = manifest(name, ["command", "_start"], wasm, [&end, &end]);
        self.workload(name, wasm, &format!("args = ['guest', '{{n}}']\n{manifest}"));
    }

    pub fn workload(&self, name: &str, wasm: &[u8], manifest: &str) {
        let folder = self.0.path("suite").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("guest.wasm"), wasm).expect("a file");
        fs::write(folder.join("workload.toml"), manifest).expect("a file");
    }
}

pub fn kernel_manifest(name: &str, wasm: &[u8]) -> String {
    manifest(name, ["kernel", "run"], wasm, ["1", "2"])
}

/// A manifest that is right for these bytes, of a kind and its entry, with the outputs of one unit and of two.
fn manifest(name: &str, [kind, entry]: [&str; 2], wasm: &[u8], [one, two]: [&str; 2]) -> String {
    format!(
        r#"name = "{name}"
about = "a test's"
why = "it goes wrong"
boundary = "none"
memory = "registers"
kind = "{kind}"
entry = "{entry}"
wasm = "guest.wasm"
sha256 = "{}"
language = "WAT"
source = "the test"
toolchain = "wat"
command = "none"
licence = "MIT"
proposals = []
tags = ["test"]
unit = "nothing"
verified_by = ["thought"]
units = {{ cold = 1, interpreter = 2, baseline = 2, optimizing = 2, aot = 2, native = 2 }}
[expected]
1 = {one}
2 = {two}
"#,
        sha256(wasm)
    )
}
