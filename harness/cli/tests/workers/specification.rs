//! The cases of the specification in every configuration of every runtime, through its real worker: what deviates is in
//! the suite's `known_issues.toml`, and what is in there deviates.

use std::fs;

use crate::common::World;

#[test]
fn every_deviation_is_known_and_nothing_else_is_called_one() {
    let world = World::with_workers();
    let document = world.json(&["check", "--semantics", "--all-configurations", "--strict"], 0);
    assert_eq!(document["outdated"].as_array().map(Vec::len), Some(0), "{}", document["outdated"]);
    let semantics = &document["semantics"];
    for right in ["wasmtime/on-demand", "wasmi/lazy", "v8/default", "wamr/fast-interpreter"] {
        assert_eq!(semantics[right]["dead-load-constant"], "right", "{right}");
    }
    // LLVM removes a load whose result nothing uses.
    for known in ["wamr/aot", "wamr/llvm-jit", "wamr/llvm-jit-lazy"] {
        let outcome = &semantics[known]["dead-load-constant"]["known_issue"]["outcome"];
        assert_eq!(*outcome, "returned 7 instead of trap: memory out of bounds", "{known}");
    }
}

#[test]
fn a_memory_beyond_v8_s_limit_runs_in_the_configuration_that_the_reason_names() {
    let world = World::with_workers();
    let text = r#"(module (memory 8193) (func (export "f") (result i32) (memory.size)))"#;
    fs::write(world.path("large.wasm"), wat::parse_str(text).expect("a module")).expect("a file");
    let check = ["check", "large.wasm", "--runtimes", "v8", "--all-configurations", "--expect", "8193"];
    let verdicts = world.json(&check, 0)["verdicts"]["large"].take();
    let reason =
        "needs a memory of 8193 pages, where wasmark sets 8192 at most; choose the configuration default";
    assert_eq!(verdicts["v8/checks-in-code"]["unsupported"], reason);
    assert_eq!(verdicts["v8/default"], "right");
}
