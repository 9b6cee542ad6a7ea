//! What crossing the boundary between a host and a guest costs: functions of two generated modules, each a loop around
//! one operation. One module imports functions that stubs stand in for, the other WASI preview 1.
//!
//! Every loop folds what its operation gives back into a checksum. All operations give 0 where they succeed, so that all
//! checksums are that of the empty loop, which [`checksum`] computes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wasmark_adapter::{TrapKind, host::sha256};

use crate::{
    Error, Folder, Imports, Result, Workload, cache,
    own::{self, Expect, Own},
};

/// What crosses the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The host calls the guest.
    Export,
    /// The guest does something of its own, or calls a function of the host that does nothing.
    Import,
    /// The guest calls WASI preview 1.
    Wasi,
}

impl Direction {
    /// Its name: the tag of its operations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Direction::Export => "export",
            Direction::Import => "import",
            Direction::Wasi => "wasi",
        }
    }
}

/// The operation that does nothing: the loop around all others.
pub const EMPTY: &str = "empty_loop";

/// The prime of the guests' checksums (`guests/c/kernel.h`).
const PRIME: i64 = 1_099_511_628_211;

/// One operation.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    about: &'static str,
    direction: Direction,
    /// Its expression of type i64, which is 0. `$i` and `$sum` differ in each turn.
    text: &'static str,
    /// What is done once before the loop, an i32 that is 0.
    before: &'static str,
    /// How often a call does it.
    times: u32,
    /// Whether an instance can do it in one call only.
    fresh: bool,
    /// Whether the quick profile measures it.
    quick: bool,
}

const fn operation(name: &'static str, about: &'static str, text: &'static str) -> Operation {
    let direction = Direction::Import;
    Operation { name, about, direction, text, before: "", times: 1000, fresh: false, quick: false }
}

const fn wasi(name: &'static str, about: &'static str, text: &'static str) -> Operation {
    Operation { direction: Direction::Wasi, ..operation(name, about, text) }
}

const fn quick(one: Operation) -> Operation {
    Operation { quick: true, ..one }
}

/// The operations of the module without WASI.
const CALLS: [Operation; 6] = [
    quick(operation(EMPTY, "the loop that is around every other operation", "(i64.const 0)")),
    quick(operation("host_0", "a call of a host function without arguments", "(call $host_0)")),
    operation("host_1", "a call of a host function with one argument", "(call $host_1 (local.get $sum))"),
    operation(
        "host_8",
        "a call of a host function with eight arguments",
        "(call $host_8 (local.get $sum) (local.get $sum) (local.get $sum) (local.get $sum)
          (local.get $sum) (local.get $sum) (local.get $sum) (local.get $sum))",
    ),
    quick(operation(
        "call_indirect",
        "a call of a function of the module through its table",
        "(call_indirect (type $zero) (local.get $sum) (i32.and (local.get $i) (i32.const 1)))",
    )),
    Operation {
        times: 100,
        fresh: true,
        ..operation(
            "memory_grow",
            "growing a memory by one page",
            "(i64.extend_i32_u (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))",
        )
    },
];

/// From the file's beginning.
const REWIND: &str = "(call $fd_seek (global.get $file) (i64.const 0) (i32.const 0) (i32.const 24))";

/// The operations of WASI. The text of `fd_read` and `fd_write` takes the address of a vector of one buffer, and is not 0
/// where fewer bytes than it has are read or written.
const WASI: [Operation; 9] = [
    quick(wasi(
        "clock_time_get",
        "asking for the monotonic clock's time",
        "(i64.extend_i32_u (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 16)))",
    )),
    wasi(
        "random_get",
        "16 random bytes",
        "(i64.extend_i32_u (call $random_get (i32.const 32) (i32.const 16)))",
    ),
    wasi(
        "args_get",
        "copying the arguments into the guest's memory",
        "(i64.extend_i32_u (call $args_get (i32.const 1024) (i32.const 2048)))",
    ),
    wasi(
        "environ_get",
        "copying an environment of four variables into the guest's memory",
        "(i64.extend_i32_u (call $environ_get (i32.const 1024) (i32.const 2048)))",
    ),
    Operation {
        before: REWIND,
        ..quick(wasi("fd_write", "writing 64 bytes to a file", "(call $written (i32.const 48))"))
    },
    Operation {
        before: REWIND,
        ..wasi("fd_read", "reading 64 bytes of a file", "(call $was_read (i32.const 48))")
    },
    Operation {
        before: REWIND,
        times: 50,
        ..wasi("fd_write_64k", "writing 64 KiB to a file: copying out", "(call $written (i32.const 56))")
    },
    Operation {
        before: REWIND,
        times: 50,
        ..wasi("fd_read_64k", "reading 64 KiB of a file: copying in", "(call $was_read (i32.const 56))")
    },
    Operation {
        times: 50,
        ..wasi(
            "path_open",
            "opening a file, reading 64 bytes of it, and closing it",
            "(i64.or (i64.or
          (i64.extend_i32_u (call $opened (i32.const 0)))
          (call $was_read_of (i32.load (i32.const 20)) (i32.const 48)))
          (i64.extend_i32_u (call $fd_close (i32.load (i32.const 20)))))",
        )
    },
];

/// Exports that the host calls: the name, the number of arguments, and what it is.
const EXPORTS: [(&str, usize, &str); 3] = [
    ("export_0", 0, "a call of an export without arguments"),
    ("export_1", 1, "a call of an export with one argument"),
    ("export_8", 8, "a call of an export with eight arguments"),
];

/// What the module without WASI has beside its loops.
const CALLS_MODULE: &str = r#"
  (type $zero (func (param i64) (result i64)))
  (import "wasmark" "host_0" (func $host_0 (result i64)))
  (import "wasmark" "host_1" (func $host_1 (param i64) (result i64)))
  (import "wasmark" "host_8" (func $host_8
    (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (memory (export "memory") 1 201)
  (table 2 2 funcref)
  (elem (i32.const 0) func $one $other)
  (func $one (type $zero) (i64.const 0))
  (func $other (type $zero) (i64.and (local.get 0) (i64.const 0)))
  (func (export "export_0") (result i32) (i32.const 7))
  (func (export "export_1") (param i32) (result i32) (local.get 0))
  (func (export "export_8") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 7)))
  (func (export "trap") (result i32) unreachable)
"#;

/// The same of the module with WASI. It makes the file that its loops read and write when it is initialised: a hundred
/// buffers long. Addresses: 16 a time, 20 a new descriptor, 24 a position, 28 a number of bytes, 32 random bytes, 48 and
/// 56 vectors of a short and a long buffer, 64 the file's name, 80 that of a folder; from 1 KiB arguments and environment,
/// from 64 KiB a buffer.
const WASI_MODULE: &str = r#"
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (memory (export "memory") 3 3)
  (global $folder (mut i32) (i32.const 3))
  (global $file (mut i32) (i32.const 0))
  (data (i32.const 48) "\00\00\01\00\40\00\00\00\00\00\01\00\00\00\01\00f")
  (func $opened (param $flags i32) (result i32)
    (call $path_open (global.get $folder) (i32.const 0) (i32.const 64) (i32.const 1) (local.get $flags)
      (i64.const 102) (i64.const 102) (i32.const 0) (i32.const 20)))
  (func $written (param $vector i32) (result i64)
    (i64.extend_i32_u (i32.or
      (call $fd_write (global.get $file) (local.get $vector) (i32.const 1) (i32.const 28))
      (i32.xor (i32.load (i32.const 28)) (i32.load offset=4 (local.get $vector))))))
  (func $was_read (param $vector i32) (result i64)
    (call $was_read_of (global.get $file) (local.get $vector)))
  (func $was_read_of (param $file i32) (param $vector i32) (result i64)
    (i64.extend_i32_u (i32.or
      (call $fd_read (local.get $file) (local.get $vector) (i32.const 1) (i32.const 28))
      (i32.xor (i32.load (i32.const 28)) (i32.load offset=4 (local.get $vector))))))
  (func (export "_initialize")
    (local $left i32)
    ;; The folder whose name ends in "data".
    (block $found
      (loop $next
        (if (call $fd_prestat_get (global.get $folder) (i32.const 16)) (then unreachable))
        (if (call $fd_prestat_dir_name (global.get $folder) (i32.const 80) (i32.load (i32.const 20)))
          (then unreachable))
        (if (i32.ge_u (i32.load (i32.const 20)) (i32.const 4))
          (then (br_if $found (i32.eq (i32.const 0x61746164)
            (i32.load offset=76 (i32.load (i32.const 20)))))))
        (global.set $folder (i32.add (global.get $folder) (i32.const 1)))
        (br $next)))
    (if (call $opened (i32.const 9)) (then unreachable))
    (global.set $file (i32.load (i32.const 20)))
    (local.set $left (i32.const 100))
    (loop $more
      (if (i64.ne (call $written (i32.const 56)) (i64.const 0)) (then unreachable))
      (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
"#;

impl Operation {
    /// Its function: `times` turns of the loop.
    fn function(&self) -> String {
        let Operation { name, text, before, .. } = self;
        let before = if before.is_empty() { "(i32.const 0)" } else { before };
        format!(
            r#"
  (func (export "{name}") (param $i i32) (result i64)
    (local $sum i64)
    (local.set $sum (i64.extend_i32_u {before}))
    (loop $again
      (local.set $sum (i64.mul (i64.const {PRIME}) (i64.xor (local.get $sum) (i64.add
        {text}
        (i64.extend_i32_u (local.get $i))))))
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (local.get $sum))"#
        )
    }
}

/// What a loop of so many turns returns where each operation gave 0.
fn checksum(times: u32) -> i64 {
    (1..=times).rev().fold(0, |sum: i64, turn| (sum ^ i64::from(turn)).wrapping_mul(PRIME))
}

fn module(around: &str, operations: &[Operation]) -> String {
    let functions: String = operations.iter().map(Operation::function).collect();
    format!("(module{around}{functions})")
}

/// Which operations are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// The few that show each direction.
    Quick,
}

/// The operations as workloads, the empty loop first. Their modules are made in the folder `modules`.
///
/// # Errors
/// Where that cannot be written.
pub fn workloads(which: Which, modules: &Path) -> Result<Vec<Workload>> {
    let calls = make(modules, &module(CALLS_MODULE, &CALLS))?;
    let with_wasi = make(modules, &module(WASI_MODULE, &WASI))?;
    // What the guest sees as its folder, before its copy has files.
    let empty = modules.join("empty");
    fs::create_dir_all(&empty).map_err(|error| Error::Io {
        doing: "make",
        path: empty.clone(),
        error,
        remedy: "make its folder writable",
    })?;
    let mut all = Vec::new();
    for one in CALLS.iter().chain(&WASI).filter(|one| which == Which::All || one.quick) {
        let of_wasi = one.direction == Direction::Wasi;
        let folders = of_wasi.then(|| Folder { host: empty.clone(), guest: "/data".into() });
        let own = Own {
            module: if of_wasi { with_wasi.clone() } else { calls.clone() },
            arguments: vec![one.times.to_string()],
            env: ["A", "B", "C", "D"].map(|name| (name.to_owned(), "a value".to_owned())).into(),
            folders: folders.into_iter().collect(),
            expect: vec![Expect::Stdout(checksum(one.times).to_string().into_bytes())],
            fresh: one.fresh,
            ..of(one.name)
        };
        all.push(workload(own, (one.about, one.direction), one.times)?);
    }
    for (name, arguments, about) in EXPORTS {
        if which == Which::Quick && arguments != 1 {
            continue;
        }
        let right = match arguments {
            8 => 10,
            _ => 7,
        };
        let arguments = (0..arguments).map(|number| if number == 7 { "3" } else { "7" }.to_owned()).collect();
        let expect = vec![Expect::Stdout(right.to_string().into_bytes())];
        let own = Own { module: calls.clone(), arguments, expect, ..of(name) };
        all.push(workload(own, (about, Direction::Export), 1)?);
    }
    if which == Which::All {
        let expect = vec![Expect::Trap(TrapKind::Unreachable)];
        let own = Own { module: calls, expect, ..of("trap") };
        let about = "a call of an export that traps, on an instance that is used again";
        all.push(workload(own, (about, Direction::Export), 1)?);
    }
    Ok(all)
}

/// An operation of this name.
fn of(name: &str) -> Own {
    Own {
        name: Some(name.to_owned()),
        invoke: Some(name.to_owned()),
        imports: Imports::Stubbed,
        ..Own::default()
    }
}

/// The file of a module, made where it is not there yet.
fn make(modules: &Path, text: &str) -> Result<PathBuf> {
    let failed =
        |error: wat::Error| Error::Text { doing: "make a module", error: error.into(), remedy: "report it" };
    let bytes = wat::parse_str(text).map_err(failed)?;
    let hash = sha256(&bytes);
    let path = cache::file(modules, &hash)?;
    if cache::read(&path, &hash).is_none() {
        cache::keep(&path, &bytes)?;
    }
    Ok(path)
}

fn workload(own: Own, (about, direction): (&str, Direction), times: u32) -> Result<Workload> {
    let mut workload = own::workload(&own)?;
    workload.about = about.to_owned();
    workload.tags = vec!["boundary".to_owned(), direction.name().to_owned()];
    workload.unit = "operation".to_owned();
    workload.operations = Some(times);
    Ok(workload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_workload_with_its_right_output() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = workloads(Which::All, folder.path()).expect("workloads");
        assert_eq!(all.len(), CALLS.len() + WASI.len() + EXPORTS.len() + 1);
        assert_eq!(all[0].name(), EMPTY);
        for one in &all {
            assert!(one.has_expectation() && one.operations().is_some(), "{}", one.name());
        }
        // One artifact serves all that share a module.
        let mut modules: Vec<&str> = all.iter().map(Workload::sha256).collect();
        modules.sort_unstable();
        modules.dedup();
        assert_eq!(modules.len(), 2);
        let few = workloads(Which::Quick, folder.path()).expect("workloads");
        assert!(few.len() < all.len() / 2 && few.iter().any(|one| one.name() == EMPTY));
    }

    #[test]
    fn the_checksum_is_that_of_the_loop() {
        // Two turns by hand: (0 ^ 2) * p, then (that ^ 1) * p.
        let first = 2i64.wrapping_mul(PRIME);
        assert_eq!(checksum(2), (first ^ 1).wrapping_mul(PRIME));
    }
}
