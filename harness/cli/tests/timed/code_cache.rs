//! Starts with an engine's own code cache: the mock keeps a file for each module that it compiled.

use crate::{
    alone,
    common::{median, row},
};

#[test]
fn the_first_use_compiles_and_the_later_one_finds_the_code_that_it_kept() {
    let (_turn, world) = alone();
    let ids = "mock/right,mock/traps,mock/leaks,mock/spins";
    let run =
        ["run", "--workloads", "noop", "--configurations", ids, "--rounds", "3", "--metrics", "code-cache"];
    let summary = world.json(&run, 4);
    let right = row(&summary, "code_cache", "mock/right");
    let [off, first, later] = ["off", "first", "later"].map(|which| median(&right[which]));
    // 20 ms of compiling, in a folder that no earlier round used.
    assert!(first - off > 19e6 && first - later > 19e6, "{right}");
    assert!(median(&right["first_factor"]) > median(&right["later_factor"]), "{right}");
    assert_eq!(median(&right["bytes"]), 12_345.0, "{right}");

    let traps = row(&summary, "code_cache", "mock/traps");
    assert!(traps["later"]["failed"].as_str().is_some_and(|why| why.contains("trap")), "{traps}");
    let unsupported = |id: &str, part: &str| {
        let row = row(&summary, "code_cache", id);
        let why = row["later"]["unsupported"].as_str().unwrap_or_else(|| panic!("{row}"));
        assert!(why.contains(part), "{why}");
    };
    unsupported("mock/leaks", "stored no code");
    unsupported("mock/spins", "no code cache of its own");
    let (out, _) = world.expect(&["report"], 4);
    assert!(out.contains("mock/right") && !out.contains("fresh_instance"), "{out}");
}
