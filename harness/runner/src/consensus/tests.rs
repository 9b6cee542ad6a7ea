use wasmark_workloads::own;

use super::*;

fn workload(text: &str) -> Workload {
    let folder = tempfile::tempdir().expect("a folder");
    let module = folder.path().join("my.wasm");
    std::fs::write(&module, wat::parse_str(text).expect("a module")).expect("a file");
    own::workload(&own::Own { module, ..own::Own::default() }).expect("a workload")
}

fn function() -> Workload {
    workload(r#"(module (func (export "f") (result i64) (i64.const 1)))"#)
}

fn command() -> Workload {
    workload(r#"(module (memory (export "memory") 1) (func (export "_start")))"#)
}

fn gives(checksum: i64) -> Gave {
    Gave::Output(Output::Checksum(checksum))
}

fn traps() -> Gave {
    let reason = "trap: memory out of bounds (in the engine's words)".to_string();
    Gave::Trapped { kind: TrapKind::MemoryOutOfBounds, reason }
}

fn compared(workload: &Workload, given: &[(&str, Gave)]) -> Compared {
    compare(workload, &given.iter().map(|(configuration, gave)| (*configuration, gave)).collect())
}

fn disagrees(compared: &Compared, configuration: &str) -> String {
    match compared.findings.get(configuration) {
        Some(Finding::Disagrees(reason)) => reason.clone(),
        other => panic!("{configuration}: {other:?}"),
    }
}

#[test]
fn what_all_give_is_right_and_so_is_what_the_only_one_gives() {
    for given in [vec![("a", gives(7)), ("b", gives(7))], vec![("a", gives(7))]] {
        let compared = compared(&function(), &given);
        assert_eq!(compared, Compared { right: Some(Output::Checksum(7)), ..Compared::default() });
    }
}

#[test]
fn a_majority_is_compared_with_and_the_others_disagree() {
    let compared = compared(&function(), &[("a", gives(1)), ("b", gives(2)), ("c", gives(2))]);
    assert_eq!(compared.right, Some(Output::Checksum(2)));
    assert_eq!(disagrees(&compared, "a"), "checksum 1, where 2 of 3 configurations: checksum 2");
    assert_eq!(compared.findings.len(), 1);
    let note = &compared.notes[0];
    assert!(note.contains("DISAGREE") && note.contains("checksum 2: b, c"), "{note}");
}

#[test]
fn one_configuration_is_never_a_majority_and_neither_are_two_of_five() {
    let two = compared(&function(), &[("a", gives(1)), ("b", gives(2))]);
    assert_eq!(two.right, None);
    assert_eq!(disagrees(&two, "a"), "checksum 1, where 1 of 2 configurations gave other results");
    let five = [("a", gives(1)), ("b", gives(1)), ("c", gives(2)), ("d", gives(2)), ("e", gives(3))];
    let five = compared(&function(), &five);
    assert_eq!((five.right, five.findings.len()), (None, 5));
    assert!(five.notes[0].contains("no output has a majority"), "{:?}", five.notes);
}

#[test]
fn a_clock_that_all_print_is_no_engine_s_fault() {
    let ends = |stdout: &str| {
        Gave::Output(Output::Command {
            exit_code: 0,
            stdout_sha256: stdout.into(),
            stderr_sha256: String::new(),
        })
    };
    let three = compared(&command(), &[("a", ends("1")), ("b", ends("2")), ("c", ends("3"))]);
    assert_eq!((three.right, three.findings.len()), (None, 3));
    let note = &three.notes[0];
    assert!(note.contains("no two configurations agree") && note.contains("--expect exit:0"), "{note}");

    let varies = || Gave::Varies("another result when called again: stdout with sha256 1".into());
    let finer = compared(&command(), &[("a", varies()), ("b", varies()), ("c", ends("3"))]);
    assert_eq!(finer.right, None, "c alone gave the same twice, by chance");
    assert!(finer.findings.values().all(|finding| matches!(finding, Finding::Varies(_))), "{finer:?}");
    assert!(finer.notes[0].contains("in 2 of 3 configurations"), "{:?}", finer.notes);
    assert!(finer.notes[0].contains("a clock") && finer.notes[0].contains("--expect exit:0"));
}

#[test]
fn state_between_calls_is_the_module_s_and_a_single_engine_s_change_of_mind_is_its_own() {
    let varies = || Gave::Varies("another result when called again: 2 instead of 1".into());
    let all = compared(&function(), &[("a", varies()), ("b", varies())]);
    assert_eq!(all.right, None);
    let note = &all.notes[0];
    assert!(note.contains("my gives another result when called again, in 2 of 2 configurations"), "{note}");
    assert!(note.contains("2 instead of 1") && note.contains("--fresh gives each call"), "{note}");
    assert!(matches!(all.findings["a"], Finding::Varies(_)));

    let one = compared(&function(), &[("a", varies()), ("b", gives(1)), ("c", gives(1))]);
    assert_eq!(one.right, Some(Output::Checksum(1)));
    assert!(disagrees(&one, "a").ends_with("where 2 other configurations give the same result again"));
}

#[test]
fn a_trap_is_an_outcome_as_any_other() {
    let dead_load = compared(&function(), &[("a", traps()), ("b", gives(7)), ("c", traps()), ("d", traps())]);
    assert_eq!(dead_load.right, None, "the one that returns is not right for that");
    assert_eq!(
        disagrees(&dead_load, "b"),
        "checksum 7, where 3 of 4 configurations: trap: memory out of bounds"
    );
    assert!(dead_load.notes[0].contains("trap: memory out of bounds: a, c, d"), "{:?}", dead_load.notes);
    assert_eq!(dead_load.findings.len(), 1, "those that trap show it themselves");

    let all = compared(&function(), &[("a", traps()), ("b", traps())]);
    assert_eq!(all, Compared::default(), "they agree");

    let half = compared(&function(), &[("a", traps()), ("b", gives(7))]);
    assert_eq!(half.right, None);
    assert!(disagrees(&half, "b").contains("1 of 2 configurations gave other results"));
}

#[test]
fn what_is_too_slow_takes_no_part() {
    let slow = || Gave::TooSlow("too slow: did not end within 1 s".into());
    let compared = compared(&function(), &[("a", slow()), ("b", gives(7))]);
    assert_eq!(compared.right, Some(Output::Checksum(7)));
    assert!(matches!(compared.findings["a"].outcome(), Outcome::Unsupported(_)));
    assert!(compared.notes.is_empty());
}

#[test]
fn a_command_that_ends_with_an_error_is_reported() {
    let ends = |exit_code| {
        let nothing = String::new();
        Output::Command { exit_code, stdout_sha256: nothing.clone(), stderr_sha256: nothing }
    };
    assert_eq!(failing_end(&command(), &ends(0)), None);
    assert_eq!(failing_end(&function(), &Output::Checksum(1)), None);
    for code in [1, -1] {
        let note = failing_end(&command(), &ends(code)).expect("a note");
        assert!(note.contains(&format!("my ends with exit code {code}, ")), "{note}");
        assert!(note.ends_with(&format!("state --expect exit:{code}")), "{note}");
    }
}
