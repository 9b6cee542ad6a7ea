//! The entries of `known_issues.toml` for a suite's workloads.

use std::fs;

use crate::{KERNEL, World, kernel};

#[test]
fn known_issues_belong_to_workloads_and_explain_one_message() {
    let known = |workload: &str, id: &str, message: &str| {
        let world = World::new(KERNEL, &kernel());
        let issue = format!("workloads = [{workload:?}]\nconfigurations = [{id:?}]\nmessage = {message:?}");
        let file = world.folder.path().join("known_issues.toml");
        fs::write(file, format!("# Known.\n[[issue]]\n{issue}\ncause = \"a bug\"\n")).expect("a file");
        world.suite()
    };
    let (suite, errors) = known("one", "a/b", "crash");
    assert!(errors.is_empty(), "{errors:?}");
    let one = &suite.workloads[0];
    assert_eq!(one.known_issue("a/b").map(|issue| issue.cause.as_str()), Some("a bug"));
    assert_eq!(one.known_issue("a/c"), None);
    for (workload, id, message, part) in [
        ("one", "a/b", "", "without its message"),
        ("one", "a", "crash", "as runtime/name"),
        ("two", "a/b", "crash", "the workload \"two\""),
    ] {
        let (suite, errors) = known(workload, id, message);
        let text = errors[0].to_string();
        assert!(text.contains("known_issues.toml:2: failed to") && text.contains(part), "{text}");
        assert_eq!(suite.workloads.len(), 1, "the workload stays");
    }
}

#[test]
fn what_is_known_to_be_slow_has_no_message() {
    let slow = |keys: &str| {
        let world = World::new(KERNEL, &kernel());
        let file = world.folder.path().join("known_issues.toml");
        let text = format!("[[slow]]\nworkloads = [\"one\"]\nconfigurations = [\"a/b\"]\n{keys}\n");
        fs::write(file, text).expect("a file");
        world.suite()
    };
    let (suite, errors) = slow("cause = \"large\"");
    assert!(errors.is_empty(), "{errors:?}");
    let issue = suite.workloads[0].known_issue("a/b").expect("an issue");
    assert!(issue.explains_time_out() && !issue.explains_failure("large"));
    let (_, errors) = slow("cause = \"large\"\nmessage = \"crash\"");
    assert!(errors[0].to_string().contains("known_issues.toml:5"), "{errors:?}");
    let (_, errors) = slow("cause = \"\"");
    assert!(errors[0].to_string().contains("without its message or its cause"), "{errors:?}");
}
