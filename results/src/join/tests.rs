use proptest::prelude::*;

use super::*;
use crate::{
    example,
    record::Record,
    run::{Assigned, Disturbance},
};

/// A run of these workloads, with rows of the plan's own and of processes.
fn whole(workloads: &[String]) -> LoadedRun {
    let mut run = example::run();
    run.finished = Some("2026-01-02T04:00:00Z".into());
    run.id = "j".into();
    run.workloads = workloads.iter().map(|name| example::workload(name)).collect();
    let mut records = Vec::new();
    let mut process = 0;
    for configuration in &run.configurations {
        for workload in &run.workloads {
            let row = |process| example::measured(process, &configuration.id, &workload.name, "engine", 7.0);
            records.push(row(0));
            process += 1;
            records.extend([row(process), row(process)]);
        }
    }
    records.sort_by_key(|record: &Record| record.process);
    LoadedRun { run, records, warnings: Vec::new() }
}

/// The part of a run that these assignments give to the shard `number`.
fn part(whole: &LoadedRun, division: &[Assigned], number: u32, of: u32) -> Named {
    let shard = Shard { job: "j".into(), number, of, division: division.to_vec() };
    let own: Vec<&str> = shard.own().collect();
    let mut run = whole.run.clone();
    run.id = shard.id();
    run.workloads.retain(|one| own.contains(&one.name.as_str()));
    let records = whole.records.iter().filter(|row| own.contains(&row.workload.as_str())).cloned().collect();
    run.shard = Some(shard);
    Named { name: run.id.clone(), loaded: LoadedRun { run, records, warnings: Vec::new() } }
}

fn division(workloads: &[String], shards: &[u32]) -> Vec<Assigned> {
    let assigned = workloads.iter().zip(shards).map(|(workload, shard)| Assigned {
        workload: workload.clone(),
        wasm_sha256: example::workload(workload).wasm_sha256,
        shard: *shard,
    });
    assigned.collect()
}

/// A run of four workloads in two shards.
fn two() -> (LoadedRun, Vec<Named>) {
    let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_string).into();
    let whole = whole(&names);
    let division = division(&names, &[1, 2, 1, 2]);
    let parts = vec![part(&whole, &division, 1, 2), part(&whole, &division, 2, 2)];
    (whole, parts)
}

proptest! {
    #[test]
    fn the_parts_of_a_run_in_any_order_are_the_run(
        shards in prop::collection::vec(1..5_u32, 1..9),
        turn in 0..4_usize,
    ) {
        let names: Vec<String> = (0..shards.len()).map(|index| format!("w{index}")).collect();
        let whole = whole(&names);
        let division = division(&names, &shards);
        let mut parts: Vec<Named> = (1..=4).map(|number| part(&whole, &division, number, 4)).collect();
        parts.rotate_left(turn);
        let joined = join(parts).expect("parts of one run");
        prop_assert_eq!(joined.missing, vec![]);
        let [group] = joined.groups.as_slice() else { panic!("one class") };
        prop_assert_eq!(&group.loaded, &whole);
    }
}

#[test]
fn what_is_missing_is_named_and_the_run_has_not_ended() {
    let (whole, mut parts) = two();
    parts.remove(0);
    let joined = join(parts).expect("a part");
    let [missing] = joined.missing.as_slice() else { panic!("{:?}", joined.missing) };
    assert_eq!((missing.shard.number, missing.shard.own().collect::<Vec<_>>()), (1, vec!["a", "c"]));
    assert_eq!((missing.command.as_str(), missing.seed), ("wasmark run", 42));
    let run = &joined.groups[0].loaded.run;
    assert_eq!((run.finished.as_ref(), run.workloads.len()), (None, 2));
    assert!(joined.groups[0].loaded.records.len() < whole.records.len());
}

/// The refusal of the two parts after `change`.
fn refusal(change: impl FnOnce(&mut [Named])) -> String {
    let (_, mut parts) = two();
    change(&mut parts);
    join(parts).expect_err("refused").to_string()
}

#[test]
fn what_does_not_belong_together_is_refused_with_the_reason() {
    let text = refusal(|parts| parts[1] = Named { name: "other".into(), ..parts[0].clone() });
    assert_eq!(text, "failed to join j-1of2 and other: both are shard 1/2 of j; leave one of them out");
    let text = refusal(|parts| parts[1].loaded.run.seed = 43);
    assert!(text.contains("j-1of2 and j-2of2: they are no parts of one run (seed 42 and 43)"), "{text}");
    let text = refusal(|parts| {
        let shard = parts[1].loaded.run.shard.as_mut().expect("a shard");
        shard.division[0].wasm_sha256 = "f".repeat(64);
    });
    assert!(text.contains("(module of a ") && text.contains(" and ffffffffffff)"), "{text}");
    let text = refusal(|parts| parts[1].loaded.run.configurations[0].worker = "another".into());
    assert!(text.contains("the worker of wasmtime/pooled has the key "), "{text}");
    let text = refusal(|parts| {
        parts[1].loaded.run.configurations.pop();
    });
    assert!(text.contains("only one of them has native/release"), "{text}");
    let text = refusal(|parts| parts[1].loaded.run.shard.as_mut().expect("a shard").of = 3);
    assert!(text.contains("number of shards 2 and 3"), "{text}");
    let text = refusal(|parts| parts[1].loaded.run.shard.as_mut().expect("a shard").division[0].shard = 2);
    assert!(text.contains("another division"), "{text}");
    let text = refusal(|parts| parts[1].loaded.run.shard.as_mut().expect("a shard").job = "k".into());
    assert!(text.contains("job j and k"), "{text}");
    let text = refusal(|parts| parts[1].loaded.run.shard = None);
    assert!(text.contains("j-2of2 is a whole run") && text.contains("`wasmark compare`"), "{text}");
    let text = refusal(|parts| {
        let foreign = parts[1].loaded.records[0].clone();
        parts[0].loaded.records.push(foreign);
    });
    assert!(text.contains("it has rows of b, which another shard measures"), "{text}");
    assert!(join(Vec::new()).is_err());
}

#[test]
fn machines_of_another_class_are_a_group_of_their_own() {
    let (_, mut parts) = two();
    parts[1].loaded.run.environment.cpu = "another CPU".into();
    // Of another architecture, say: the worker is another file.
    parts[1].loaded.run.configurations[0].worker = "another".into();
    let joined = join(parts.clone()).expect("two classes");
    let names = |group: &Group| -> Vec<String> {
        group.loaded.run.workloads.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(joined.groups.iter().map(names).collect::<Vec<_>>(), [["a", "c"], ["b", "d"]]);
    assert_eq!(joined.missing, []);
    // Another class may measure under another name, and what it lacks is its own.
    let shard = parts[1].loaded.run.shard.as_mut().expect("a shard");
    shard.job = "k".into();
    let joined = join(parts).expect("two classes");
    let missing: Vec<String> = joined.missing.iter().map(|missing| missing.shard.id()).collect();
    assert_eq!((joined.groups.len(), missing), (2, vec!["j-2of2".to_string(), "k-1of2".to_string()]));
}

#[test]
fn one_whole_run_stays_as_it_is_and_what_machines_differ_in_is_kept() {
    let (whole, mut parts) = two();
    let joined = join(vec![Named { name: "x".into(), loaded: whole.clone() }]).expect("a run");
    assert_eq!(joined.groups[0].loaded, whole);
    let (one, other) = parts.split_at_mut(1);
    let (one, other) = (&mut one[0].loaded.run, &mut other[0].loaded.run);
    one.environment.kernel = "7.0".into();
    one.environment.disturbance = Some(Disturbance { steal: Some(0.5), ..Disturbance::default() });
    other.environment.noise = Some(0.9);
    one.configurations[0].settings.insert("cpus".into(), "1".into());
    other.configurations[0].settings.insert("cpus".into(), "2".into());
    other.notes.push("a note".into());
    let run = join(parts).expect("one run").groups.remove(0).loaded.run;
    assert_eq!(run.environment.kernel, "7.0; 6.18");
    assert_eq!(run.environment.noise, Some(0.9));
    assert_eq!(run.environment.disturbance.and_then(|one| one.steal), Some(0.5));
    assert_eq!(run.configurations[0].settings["cpus"], "1; 2");
    assert_eq!(run.notes, ["a note"]);
}
