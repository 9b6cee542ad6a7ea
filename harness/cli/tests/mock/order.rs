//! The order of a run and what it does about failures, with a script in place of workers.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use wasmark_adapter::{
    Configuration, Limits, Source, Tier,
    protocol::{MemoryState, Step, Task},
};
use wasmark_results::record::{Outcome, Record};
use wasmark_runner::{
    collect::Collected,
    costs::Costs,
    job,
    metrics::{self, Group},
    parallel::{self, Work},
    plan::{self, Item, Kind, Plan, Slot, Target},
    profile::{self, Profile},
    runner::{self, Execute, Known, Watch},
    shard,
};
use wasmark_workloads::{Imports, Suite, Workload};

fn target(id: &str, tier: Tier, starts_from: &[Source]) -> Target {
    let (_, name) = id.split_once('/').expect("runtime/name");
    let configuration = Configuration {
        name: name.into(),
        formerly: Vec::new(),
        tier,
        about: String::new(),
        starts_from: starts_from.to_vec(),
        proposals: vec![],
        wasi: false,
        purposes: Vec::new(),
        licence: None,
        serial: true,
        code_cache: false,
        limits: Limits::default(),
    };
    Target { id: id.into(), program: "/nowhere".into(), layouts: Vec::new(), configuration }
}

fn workloads(named: &[&str]) -> Vec<Workload> {
    let (suite, _) = Suite::load(
        &wasmark_workloads::default_suite_dir(),
        Imports::Provided,
        Path::new(env!("CARGO_TARGET_TMPDIR")),
    )
    .expect("the suite");
    suite.workloads.into_iter().filter(|one| named.contains(&one.name())).collect()
}

fn plan(profile: Profile, seed: u64) -> Plan {
    let workloads = workloads(&["noop", "fib", "hello"]);
    let targets = vec![
        target("a/jit", Tier::Optimizing, &[Source::Wasm, Source::Artifact]),
        target("a/interpreter", Tier::Interpreter, &[Source::Wasm]),
        target("a/native", Tier::Native, &[Source::Linked]),
        target("a/process", Tier::Process, &[Source::Linked]),
    ];
    Plan::new(profile, targets, workloads, metrics::groups(&[]).expect("all groups"), seed)
}

#[test]
fn two_configurations_are_paired_from_what_both_start_from() {
    let of = |starts_from: &[Source]| target("a/b", Tier::Optimizing, starts_from).configuration;
    let (both, wasm, linked) =
        (of(&[Source::Wasm, Source::Artifact]), of(&[Source::Wasm]), of(&[Source::Linked]));
    assert_eq!(plan::shared(&both, &both), Some(Source::Artifact));
    assert_eq!(plan::shared(&both, &wasm), Some(Source::Wasm));
    assert_eq!(plan::shared(&linked, &wasm), None);
}

/// Writes down what it is asked for, and fails what the script names.
#[derive(Default)]
struct Script {
    asked: Vec<Slot>,
    fails: Option<Item>,
    /// Passes the time limit.
    slow: Option<Item>,
}

impl Execute for Script {
    fn execute(&mut self, plan: &Plan, slot: Slot) -> Collected {
        self.asked.push(slot);
        let outcome = match self.fails {
            Some(item) if item == slot.item => Outcome::Failed("the script requires it".into()),
            _ if self.slow == Some(slot.item) => Outcome::TimedOut("did not end within 1 s".into()),
            _ => Outcome::Measured { value: 1.0, cpu_ns: None },
        };
        let record = record(plan, slot, "engine", outcome.clone());
        let ended_by =
            Some(outcome).filter(|outcome| matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut(_)));
        Collected { records: vec![record], ended_by, ..Collected::default() }
    }
}

/// A row of a process.
fn record(plan: &Plan, slot: Slot, metric: &str, outcome: Outcome) -> Record {
    let (configuration, workload) = plan.names(slot.item);
    Record {
        process: slot.process,
        round: slot.round,
        configuration: configuration.into(),
        workload: workload.into(),
        metric: metric.into(),
        index: 0,
        warmup: false,
        units: 1,
        instances: None,
        source: None,
        outcome,
    }
}

/// Does nothing.
struct Unwatched;

impl Watch for Unwatched {
    fn begins(&mut self, _: Slot, expected: f64, after: f64) {
        assert!(expected >= 0.0 && after >= 0.0);
    }
    fn ends(&mut self, _: Slot) {}
    fn note(&mut self, _: &str) {}
}

fn run(plan: &Plan, script: &mut Script, done: &BTreeSet<u32>) -> Vec<Collected> {
    run_knowing(plan, script, &mut Known { done: done.clone(), ..Known::default() })
}

fn run_knowing(plan: &Plan, script: &mut Script, known: &mut Known) -> Vec<Collected> {
    let mut kept = Vec::new();
    let mut keep = |_: Slot, collected: &Collected| {
        kept.push(Collected { records: collected.records.clone(), ..Collected::default() });
        Ok(())
    };
    let costs = &mut Costs::default();
    runner::run(plan, &plan.slots, known, costs, script, &mut keep, &mut Unwatched).expect("a run");
    kept
}

#[test]
fn a_seed_is_an_order_and_another_seed_another() {
    let profile = || profile::Name::Quick.profile();
    assert_eq!(plan(profile(), 1).slots, plan(profile(), 1).slots);
    assert_ne!(plan(profile(), 1).slots, plan(profile(), 2).slots);
}

#[test]
fn rounds_hold_every_cell_once_and_artifacts_come_first() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    for round in 0..plan.profile.rounds {
        let items: Vec<Item> =
            plan.slots.iter().filter(|slot| slot.round == round).map(|slot| slot.item).collect();
        let distinct: BTreeSet<Item> = items.iter().copied().collect();
        assert_eq!(distinct.len(), items.len());
        let last_artifact = items.iter().rposition(|item| item.kind == Kind::Precompile);
        let first_other = items.iter().position(|item| item.kind != Kind::Precompile);
        assert!(last_artifact < first_other, "round {round}");
    }
    let numbers: Vec<u32> = plan.slots.iter().map(|slot| slot.process).collect();
    assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>(), "process 0 is the plan's");
}

#[test]
fn what_cannot_run_is_reported_and_not_planned() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    let all = |workload: &str, target: &str| {
        plan.unsupported.iter().any(|record| {
            record.workload == workload && record.configuration == target && record.metric == "all"
        })
    };
    assert!(all("hello", "a/jit"), "a command needs WASI, which this one has not");
    assert!(!all("noop", "a/jit"));
    // What is linked may have it, and reports it where it has not.
    let of_hello = plan.slots.iter().map(|slot| plan.subject(slot.item)).filter(|of| of.1.name() == "hello");
    let sources: BTreeSet<_> = of_hello.flat_map(|(target, _)| &target.configuration.starts_from).collect();
    assert_eq!(sources, BTreeSet::from([&Source::Linked]));
}

#[test]
fn what_is_linked_has_instances_where_they_are_processes() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    let kinds = |target: &str, workload: &str| -> BTreeSet<Kind> {
        let of = |slot: &&Slot| plan.names(slot.item) == (target, workload);
        plan.slots.iter().filter(of).map(|slot| slot.item.kind).collect()
    };
    let steps = |target: &str| -> Vec<Step> {
        let slot = plan.slots.iter().find(|slot| plan.names(slot.item) == (target, "noop")).expect("a slot");
        match job::prepare(&plan, *slot, Path::new("/nowhere")).expect("a job").job.task {
            Task::Measure(job) => job.steps,
            other => panic!("{other:?}"),
        }
    };
    let lacks = |target: &str, workload: &str, metric: &str| {
        let of = |row: &&Record| (row.configuration.as_str(), row.workload.as_str()) == (target, workload);
        let mut rows = plan.unsupported.iter().filter(of).filter(|row| row.metric == metric);
        rows.next().map(|row| row.outcome.clone())
    };
    let unsupported = |reason: &str| Some(Outcome::Unsupported(reason.into()));
    let start_only = unsupported("measures the start of a process only");

    // Memory that can be read is the worker's own, so neither has a series.
    for target in ["a/native", "a/process"] {
        assert_eq!(kinds(target, "noop"), BTreeSet::from([Kind::Full(Source::Linked)]), "{target}");
        assert!(lacks(target, "noop", "memory_called").is_some(), "{target}");
    }
    let fresh = |target: &str| steps(target).iter().any(|step| matches!(step, Step::FreshInstance(_)));
    assert!(fresh("a/process") && !fresh("a/native"));
    assert!(steps("a/process").iter().any(|step| matches!(step, Step::ReusedInstance(_))));
    assert_eq!(lacks("a/process", "noop", "fresh_instance"), None);
    assert_eq!(lacks("a/process", "noop", "instantiate"), None);
    assert_eq!(lacks("a/native", "noop", "fresh_instance"), unsupported("native code has no instances"));
    assert_eq!(lacks("a/process", "noop", "compile"), start_only);

    for workload in ["fib", "hello"] {
        assert_eq!(kinds("a/process", workload), BTreeSet::new());
        assert_eq!(lacks("a/process", workload, "all"), start_only, "{workload}");
    }
}

#[test]
fn a_failure_is_not_tried_again_and_takes_what_needs_it_along() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    let precompile =
        plan.slots.iter().find(|slot| slot.item.kind == Kind::Precompile).expect("an artifact").item;
    let mut script = Script { fails: Some(precompile), ..Script::default() };
    let kept = run(&plan, &mut script, &BTreeSet::new());
    assert_eq!(script.asked.iter().filter(|slot| slot.item == precompile).count(), 1);
    let loads = |slot: &&Slot| {
        slot.item.target == precompile.target
            && slot.item.workload == precompile.workload
            && slot.item.kind.source() == Source::Artifact
    };
    assert_eq!(script.asked.iter().filter(loads).count(), 0, "there is nothing to load");
    let blocked = kept.iter().filter(|one| {
        one.records.iter().any(|row| {
            row.metric == "full" && row.outcome == Outcome::Failed("the script requires it".into())
        })
    });
    assert_eq!(blocked.count(), 1, "the reason is where the value would be");
}

#[test]
fn what_is_compiled_for_one_workload_is_compiled_for_all_that_have_its_module() {
    let workloads = workloads(&["ledger_lua", "edge_router_lua", "hello"]);
    let mut target = target("a/jit", Tier::Optimizing, &[Source::Wasm, Source::Artifact]);
    target.configuration.wasi = true;
    target.configuration.proposals = workloads
        .iter()
        .flat_map(Workload::proposals)
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let plan = Plan::new(profile::check(), vec![target], workloads, BTreeSet::from([Group::Start]), 1);
    let made: Vec<Item> =
        plan.slots.iter().map(|slot| slot.item).filter(|item| item.kind == Kind::Precompile).collect();
    assert_eq!(made.len(), 2, "one for hello, one for Lua");
    let lua = *made.iter().find(|item| plan.names(**item).1 != "hello").expect("Lua's");

    let of = |kept: &[Collected], process: u32| -> BTreeSet<String> {
        let rows = kept.iter().flat_map(|one| &one.records).filter(|row| row.process == process);
        rows.map(|row| row.workload.clone()).collect()
    };
    let process = plan.slots.iter().find(|slot| slot.item == lua).expect("its process").process;
    let both = BTreeSet::from(["ledger_lua".to_string(), "edge_router_lua".to_string()]);
    assert_eq!(of(&run(&plan, &mut Script::default(), &BTreeSet::new()), process), both);

    // Without the artifact neither runs from it; both still run from the module.
    let mut script = Script { fails: Some(lua), ..Script::default() };
    run(&plan, &mut script, &BTreeSet::new());
    let tried = script.asked.iter().map(|slot| slot.item).filter(|item| plan.names(*item).1 != "hello");
    let kinds: Vec<Kind> = tried.map(|item| item.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Start(Source::Wasm)).count(), 2, "{kinds:?}");
    assert_eq!(kinds.len(), 3, "{kinds:?}");
}

#[test]
fn a_resumed_run_does_the_rest() {
    let plan = plan(profile::check(), 5);
    let mut whole = Script::default();
    run(&plan, &mut whole, &BTreeSet::new());
    let done: BTreeSet<u32> = whole.asked.iter().take(3).map(|slot| slot.process).collect();
    let mut rest = Script::default();
    run(&plan, &mut rest, &done);
    assert_eq!(rest.asked, whole.asked[3..]);
}

#[test]
fn side_by_side_every_process_runs_once_and_a_cell_in_its_order() {
    let plan = plan(profile::check(), 3);
    let fails = plan.slots.iter().map(|slot| slot.item).find(|item| item.kind == Kind::Precompile);
    let script = || Script { fails, ..Script::default() };
    let (mut known, mut records) = (Known::default(), Vec::new());
    let mut keep = |_: Slot, collected: &Collected| {
        records.extend_from_slice(&collected.records);
        Ok(())
    };
    let work = Work { plan: &plan, slots: &plan.slots, lanes: 3 };
    let left = parallel::run(work, &mut known, &mut Costs::default(), script, &mut keep, &mut Unwatched)
        .expect("all");
    let processes: BTreeSet<u32> = records.iter().map(|record| record.process).collect();
    assert_eq!(processes, plan.slots.iter().map(|slot| slot.process).collect());
    assert_eq!(known.done, processes);
    // What needed the artifact that was not made has that reason, and was not tried.
    let (target, workload) = plan.names(fails.expect("an item"));
    assert!(left.is_empty());
    let failed = records.iter().filter(|record| matches!(record.outcome, Outcome::Failed(_)));
    let cells: BTreeSet<(&str, &str)> =
        failed.map(|record| (record.configuration.as_str(), record.workload.as_str())).collect();
    assert_eq!(cells, BTreeSet::from([(target, workload)]));
}

#[test]
fn a_time_limit_is_paid_once_for_a_cell() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    let find = |kind: Kind| {
        let slot = plan.slots.iter().find(|slot| slot.item.kind == kind && plan.names(slot.item).1 == "fib");
        slot.expect("a process").item
    };
    for (slow, asked) in [(find(Kind::Precompile), 1), (find(Kind::Full(Source::Wasm)), 1)] {
        let mut script = Script { slow: Some(slow), ..Script::default() };
        let kept = run(&plan, &mut script, &BTreeSet::new());
        let of_cell = |slot: &&Slot| (slot.item.target, slot.item.workload) == (slow.target, slow.workload);
        let before = script.asked.iter().filter(of_cell).position(|slot| slot.item == slow);
        let tried = script.asked.iter().filter(of_cell).count();
        assert_eq!(
            tried,
            before.expect("it was tried") + asked,
            "{slow:?}: nothing of the cell is tried after it"
        );
        let names = plan.names(slow);
        let late = kept.iter().flat_map(|one| &one.records).filter(|record| {
            (record.configuration.as_str(), record.workload.as_str()) == names
                && matches!(record.outcome, Outcome::TimedOut(_))
        });
        let kinds: BTreeSet<Kind> = plan.slots.iter().filter(of_cell).map(|slot| slot.item.kind).collect();
        assert_eq!(late.count() + before.unwrap_or(0), kinds.len(), "each kind has its reason once");
    }
}

#[test]
fn what_may_be_slow_is_left_out_and_no_failure() {
    let mut plan = plan(profile::Name::Quick.profile(), 5);
    let slow = plan.slots.iter().map(|slot| slot.item).find(|item| item.kind == Kind::Full(Source::Wasm));
    plan.may_be_slow = BTreeSet::from([slow.expect("an item").target]);
    let kept = run(&plan, &mut Script { slow, ..Script::default() }, &BTreeSet::new());
    let outcomes = || kept.iter().flat_map(|one| &one.records).map(|record| &record.outcome);
    assert!(!outcomes().any(|outcome| matches!(outcome, Outcome::TimedOut(_))));
    let reason = "too slow: did not end within 1 s; --time-limit SECONDS gives it longer";
    assert!(outcomes().any(|outcome| *outcome == Outcome::Unsupported(reason.into())));
}

#[test]
fn what_is_foreseen_is_kept_once_and_not_tried() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    let item = plan.slots.last().expect("a process").item;
    let outcome = Outcome::WrongOutput("another result".into());
    let mut known = Known { foreseen: BTreeMap::from([(item, outcome.clone())]), ..Known::default() };
    let mut script = Script::default();
    let kept = run_knowing(&plan, &mut script, &mut known);
    assert!(script.asked.iter().all(|slot| slot.item != item));
    let rows = kept.iter().flat_map(|one| &one.records).filter(|record| record.outcome == outcome);
    assert_eq!(rows.count(), 1);
    assert_eq!(known.dead, BTreeMap::from([(item, outcome)]));
}

/// A configuration that runs everything.
fn with_wasi() -> Target {
    let mut target = target("a/jit", Tier::Optimizing, &[Source::Wasm, Source::Artifact]);
    target.configuration.wasi = true;
    target.configuration.proposals =
        wasmark_workloads::module::PROPOSALS.iter().map(|(name, _)| (*name).to_string()).collect();
    target
}

#[test]
fn what_the_quick_profile_only_starts_is_started_and_no_more() {
    let groups = || metrics::groups(&[]).expect("the usual groups");
    let quick = profile::Name::Quick.profile();
    let large = Plan::new(quick.clone(), vec![with_wasi()], workloads(&["sqlite"]), groups(), 1);
    assert!(large.workloads[0].wasm_bytes() > 1_000_000);
    let kinds: BTreeSet<Kind> = large.slots.iter().map(|slot| slot.item.kind).collect();
    let start = [Kind::Start(Source::Wasm), Kind::Start(Source::Artifact)];
    assert_eq!(kinds, BTreeSet::from([Kind::Precompile, start[0], start[1]]));
    let lacks = |metric: &str| {
        let row = large.unsupported.iter().find(|row| row.metric == metric).expect("a reason");
        matches!(&row.outcome, Outcome::Unsupported(reason) if reason.contains("--workloads sqlite"))
    };
    assert!(lacks("throughput") && lacks("fresh_instance") && lacks("memory_called"));

    // An artifact that takes seconds is made once, and its module is started in three rounds.
    let rounds = |kind: Kind, took: f64| {
        let of = |slot: &&Slot| slot.item.kind == kind && large.repeats(**slot, Some(took));
        large.slots.iter().filter(of).count() as u32
    };
    assert_eq!((rounds(Kind::Precompile, 9.0), rounds(start[0], 9.0)), (1, 3));
    assert_eq!((rounds(start[0], 0.5), rounds(start[1], 9.0)), (quick.rounds, quick.rounds));

    // Named, it is measured whole.
    let whole = Profile { start_only: None, ..quick };
    let whole = Plan::new(whole, vec![with_wasi()], workloads(&["sqlite"]), groups(), 1);
    assert!(whole.slots.iter().any(|slot| slot.item.kind == Kind::Full(Source::Artifact)));
}

#[test]
fn what_a_first_process_shows_is_what_the_others_of_its_cell_should_take() {
    let plan = plan(profile::Name::Quick.profile(), 5);
    let of_noop = |slot: &&Slot| plan.names(slot.item) == ("a/jit", "noop");
    let any = *plan.slots.iter().find(of_noop).expect("a process");
    let item = |kind: Kind| Item { kind, ..any.item };
    let start = item(Kind::Start(Source::Artifact));
    let seconds = |metric: &str, seconds: f64| {
        record(&plan, any, metric, Outcome::Measured { value: seconds * 1e9, cpu_ns: None })
    };
    let rows = [seconds("instantiate", 0.5), seconds("first_call", 0.2), seconds("second_call", 0.2)];
    let mut costs = Costs::default();
    let slots: Vec<Slot> = plan.slots.iter().filter(of_noop).copied().collect();
    assert!(costs.guesses(&plan, &slots));
    costs.note(&plan, start, Duration::from_secs(2), &rows);
    costs.note(&plan, item(Kind::Precompile), Duration::from_secs(4), &[]);
    assert!(!costs.guesses(&plan, &slots));
    let takes = |kind: Kind, right: f64| {
        let expected = costs.expected(&plan, item(kind));
        assert!((expected - right).abs() < 1e-6, "{kind:?}: {expected} instead of {right}");
    };
    takes(Kind::Start(Source::Artifact), 2.0);
    takes(Kind::Start(Source::Wasm), 2.0 + 4.0);
    // One window of each short rung is longer than its time, and so are its blocks, of which the fewest follow.
    takes(Kind::Full(Source::Artifact), 2.0 + 9.0 * 0.7 + 9.0 * 0.2);
    // The series has its budget of a second after 4 instances, and three points with 16.
    takes(Kind::Memory(Source::Artifact, MemoryState::Instantiated), 2.0 + 16.0 * 0.5);
    takes(Kind::Memory(Source::Artifact, MemoryState::Called), 2.0 + 16.0 * 0.7);
    // An artifact that took four seconds is made once.
    let made: Vec<Slot> = slots.iter().copied().filter(|slot| slot.item.kind == Kind::Precompile).collect();
    assert!((costs.estimate(&plan, &made) - 4.0).abs() < 1e-6, "of {} rounds", made.len());

    // What passes the time limit takes that long, once.
    let mut limited = Costs::within(Duration::from_secs(10));
    limited.note(&plan, start, Duration::from_secs(2), &rows);
    let called = Kind::Memory(Source::Artifact, MemoryState::Called);
    let series: Vec<Slot> = slots.into_iter().filter(|slot| slot.item.kind == called).collect();
    assert_eq!(series.len(), 3);
    assert!((limited.estimate(&plan, &series) - 10.0).abs() < 1e-6);
}

#[test]
fn what_one_large_module_took_is_expected_of_another_by_its_size() {
    let profile = Profile { start_only: None, ..profile::Name::Quick.profile() };
    let groups = metrics::groups(&[]).expect("the usual groups");
    let plan = Plan::new(profile, vec![with_wasi()], workloads(&["sqlite", "regex"]), groups, 1);
    let of = |workload: usize, kind: Kind| Item { target: 0, workload, kind };
    let bytes = |workload: usize| plan.workloads[workload].wasm_bytes() as f64 / 1e6;
    let mut costs = Costs::default();
    let guessed = costs.expected(&plan, of(1, Kind::Precompile));
    costs.note(&plan, of(0, Kind::Precompile), Duration::from_secs_f64(30.0 * bytes(0)), &[]);
    let expected = costs.expected(&plan, of(1, Kind::Precompile));
    assert!((expected - 30.0 * bytes(1)).abs() < 0.1 && guessed < expected, "{guessed}, then {expected}");
    // A start from the module was not seen, and compiles in another process.
    let start = of(1, Kind::Start(Source::Wasm));
    assert!((costs.expected(&plan, start) - Costs::default().expected(&plan, start)).abs() < 1e-9);
}

#[test]
fn the_parts_of_a_plan_are_the_plan() {
    let whole = plan(profile::Name::Quick.profile(), 7);
    let costs = Costs::within(Duration::from_secs(60));
    let division = shard::divide(&whole, &costs, 3).expect("three workloads");
    assert_eq!(division.seconds.len(), 3);
    // Another machine divides alike, whatever it has learned.
    assert_eq!(division, shard::divide(&plan(profile::Name::Quick.profile(), 7), &costs, 3).expect("three"));
    let name = |plan: &Plan, slot: &Slot| (*slot, plan.workloads[slot.item.workload].name().to_string());
    let named =
        |(slot, name): (Slot, String)| (slot.process, slot.round, slot.item.target, slot.item.kind, name);
    let mut all = Vec::new();
    let (mut unsupported, mut cells) = (0, Vec::new());
    for number in 1..=3 {
        let mut part = plan(profile::Name::Quick.profile(), 7);
        part.retain(|workload| division.shards[workload] == number);
        assert_eq!(part.workloads.len(), 1);
        all.extend(part.slots.iter().map(|slot| named(name(&part, slot))));
        unsupported += part.unsupported.len();
        cells.extend(part.agreement.values().copied());
    }
    all.sort();
    let mut expected: Vec<_> = whole.slots.iter().map(|slot| named(name(&whole, slot))).collect();
    expected.sort();
    assert_eq!(all, expected);
    assert_eq!(unsupported, whole.unsupported.len());
    cells.sort_unstable();
    assert_eq!(cells, whole.agreement.values().copied().collect::<Vec<_>>());
    assert!(shard::divide(&whole, &costs, 4).is_err());
}
