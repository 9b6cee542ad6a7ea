use super::*;
use crate::example;

fn run_with(processes: &[u32]) -> (tempfile::TempDir, RunWriter) {
    let results = tempfile::tempdir().expect("a folder");
    let writer = RunWriter::create(&results.path().join("one"), &example::run()).expect("a run");
    for process in processes {
        writer.append(&example::one_of_each(*process)).expect("stored");
    }
    (results, writer)
}

fn numbers(records: &[Record]) -> Vec<u32> {
    let mut numbers: Vec<u32> = records.iter().map(|record| record.process).collect();
    numbers.dedup();
    numbers
}

fn expected(processes: &[u32]) -> Vec<Record> {
    processes.iter().flat_map(|process| example::one_of_each(*process)).collect()
}

#[test]
fn an_unfinished_run_has_all_processes_that_ended() {
    let (_results, writer) = run_with(&[0, 2, 1]);
    let loaded = load(writer.directory()).expect("a run");
    assert_eq!(loaded.run, example::run());
    assert_eq!(loaded.records, expected(&[0, 1, 2]));
    assert_eq!(loaded.warnings, Vec::<String>::new());
}

#[test]
fn a_finished_run_is_the_same_in_one_file() {
    let (_results, writer) = run_with(&[0, 1, 2]);
    let directory = writer.directory().to_owned();
    let mut run = example::run();
    run.finished = Some("2026-01-02T03:05:00Z".into());
    writer.update(&run).expect("updated");
    writer.finish().expect("finished");
    let loaded = load(&directory).expect("a run");
    assert_eq!((loaded.run, loaded.records), (run, expected(&[0, 1, 2])));
    assert!(!directory.join(PARTS).exists());
    let mut names: Vec<_> = fs::read_dir(&directory)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, [RECORDS, RUN]);
}

#[test]
fn a_finished_run_without_its_records_has_lost_them() {
    let (_results, writer) = run_with(&[]);
    assert_eq!(load(writer.directory()).expect("a run").warnings, Vec::<String>::new());
    let run = Run { finished: Some("2026-01-02T03:05:00Z".into()), ..example::run() };
    writer.update(&run).expect("updated");
    let warnings = load(writer.directory()).expect("a run").warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("records.parquet is not there"), "{warnings:?}");
}

#[test]
fn killed_at_any_point_of_finishing_nothing_counts_twice() {
    // The one file is written, and 0, 1, 2 or 3 parts are gone.
    for gone in 0..=3 {
        let (results, writer) = run_with(&[0, 1, 2]);
        let directory = writer.directory().to_owned();
        let copy = results.path().join("parts");
        fs::create_dir(&copy).expect("a folder");
        for path in parts(&directory).expect("parts").into_iter().skip(gone) {
            fs::copy(&path, copy.join(path.file_name().expect("a name"))).expect("copied");
        }
        writer.finish().expect("finished");
        fs::rename(&copy, directory.join(PARTS)).expect("put back");
        // What a kill in the middle of writing leaves behind is no part.
        fs::write(directory.join(PARTS).join(".tmpabc"), b"PAR1").expect("written");
        assert_eq!(load(&directory).expect("a run").records, expected(&[0, 1, 2]));

        let resumed = RunWriter::resume(&directory).expect("a run");
        resumed.writer.append(&example::one_of_each(3)).expect("stored");
        resumed.writer.finish().expect("finished");
        assert_eq!(load(&directory).expect("a run").records, expected(&[0, 1, 2, 3]));
        assert!(!directory.join(PARTS).exists());
    }
}

#[test]
fn a_damaged_part_costs_itself_only_and_is_named() {
    let (_results, writer) = run_with(&[0, 1, 2]);
    let directory = writer.directory().to_owned();
    let damaged = directory.join(PARTS).join(part(1));
    let bytes = fs::read(&damaged).expect("a part");
    fs::write(&damaged, &bytes[..bytes.len() / 2]).expect("written");

    let loaded = load(&directory).expect("a run");
    assert_eq!(loaded.records, expected(&[0, 2]));
    assert_eq!(loaded.warnings.len(), 1);
    assert!(loaded.warnings[0].contains("parts/000001.parquet"), "{:?}", loaded.warnings);

    writer.finish().expect("finished");
    let loaded = load(&directory).expect("a run");
    assert_eq!((loaded.records, loaded.warnings.len()), (expected(&[0, 2]), 1));

    let resumed = RunWriter::resume(&directory).expect("a run");
    assert_eq!(resumed.processes.iter().map(|process| process.number).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(resumed.warnings.len(), 1);
    resumed.writer.append(&example::one_of_each(1)).expect("measured again");
    assert_eq!(load(&directory).expect("a run").records, expected(&[0, 1, 2]));
}

#[test]
fn a_damaged_whole_is_never_written_over() {
    let (_results, writer) = run_with(&[0]);
    let directory = writer.directory().to_owned();
    writer.finish().expect("finished");
    fs::write(directory.join(RECORDS), b"not Parquet").expect("written");
    let writer = RunWriter { directory: directory.clone() };
    writer.append(&example::one_of_each(1)).expect("stored");
    let error = writer.finish().expect_err("damaged").to_string();
    assert!(error.contains(RECORDS) && error.contains("resume"), "{error}");
    assert_eq!(numbers(&load(&directory).expect("a run").records), [1]);

    RunWriter::resume(&directory).expect("a run").writer.finish().expect("finished");
    assert_eq!(numbers(&load(&directory).expect("a run").records), [1]);
    assert_eq!(fs::read(directory.join("records.parquet.damaged")).expect("kept"), b"not Parquet");
}

#[test]
fn resuming_reports_what_is_there() {
    let (_results, writer) = run_with(&[4]);
    let resumed = RunWriter::resume(writer.directory()).expect("a run");
    assert_eq!(resumed.run, example::run());
    let there =
        Process { number: 4, round: 0, configuration: "wasmtime/pooled".into(), workload: "noop".into() };
    assert_eq!(resumed.processes, [there]);
}

#[test]
fn what_cannot_be_stored_is_refused() {
    let (_results, writer) = run_with(&[0]);
    let error = |records: &[Record]| writer.append(records).expect_err("refused").to_string();
    assert!(error(&[]).contains("no records"));
    assert!(error(&expected(&[1, 2])).contains("another process"));
    assert!(error(&example::one_of_each(0)).contains("000000.parquet"));
    assert!(
        RunWriter::create(writer.directory(), &example::run())
            .expect_err("there")
            .to_string()
            .contains("folder of its own")
    );
    assert_eq!(load(writer.directory()).expect("a run").records, expected(&[0]));
}

#[test]
fn a_newer_schema_is_an_error_that_names_it() {
    let (_results, writer) = run_with(&[]);
    let text = format!(r#"{{ "schema": {}, "something": "else" }}"#, SCHEMA + 1);
    fs::write(writer.directory().join(RUN), text).expect("written");
    let error = load(writer.directory()).expect_err("newer").to_string();
    assert!(error.contains("schema 2") && error.contains("newer wasmark"), "{error}");
}

#[test]
fn what_is_no_run_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in [None, Some("{"), Some("{}"), Some(r#"{"schema": 1}"#)] {
        if let Some(text) = text {
            fs::write(folder.path().join(RUN), text).expect("written");
        }
        let error = load(folder.path()).expect_err("no run").to_string();
        assert!(error.contains("failed to read") && error.contains(RUN), "{error}");
    }
}

#[test]
fn lists_runs_by_their_beginning() {
    let results = tempfile::tempdir().expect("a folder");
    assert_eq!(list_runs(&results.path().join("missing")).expect("none"), Listing::default());
    assert!(latest(results.path()).expect_err("none").to_string().contains("wasmark run"));
    for (id, started) in
        [("b", "2026-01-01T00:00:00Z"), ("a", "2026-01-02T00:00:00Z"), ("c", "2025-01-01T00:00:00Z")]
    {
        let run = Run { id: id.into(), started: started.into(), ..example::run() };
        RunWriter::create(&results.path().join(id), &run).expect("a run");
    }
    fs::create_dir(results.path().join("other")).expect("a folder");
    let listing = list_runs(results.path()).expect("runs");
    assert_eq!(listing.runs.iter().map(|stored| stored.run.id.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
    assert_eq!(listing.warnings.len(), 1);
    assert_eq!(latest(results.path()).expect("a run"), results.path().join("a"));
}

#[test]
fn an_identity_is_of_the_content_and_none_of_a_file_that_is_cut_off() {
    let (_results, writer) = run_with(&[0, 1]);
    let directory = writer.directory().to_owned();
    let first = identity(&directory).expect("whole");
    assert_eq!(identity(&directory).expect("whole"), first);
    writer.append(&example::one_of_each(2)).expect("stored");
    let second = identity(&directory).expect("whole");
    writer.update(&Run { seed: 43, ..example::run() }).expect("updated");
    let third = identity(&directory).expect("whole");
    assert!(first != second && second != third && first != third);

    let part = directory.join(PARTS).join(part(1));
    let whole = fs::read(&part).expect("a file");
    for length in 0..whole.len() {
        fs::write(&part, &whole[..length]).expect("a file");
        let error = identity(&directory).expect_err("cut off").to_string();
        assert!(error.contains("000001.parquet"), "{error}");
    }
    fs::remove_file(&part).expect("removed");
    assert_ne!(identity(&directory).expect("whole"), third);
}

#[test]
fn a_whole_run_is_stored_at_once() {
    let results = tempfile::tempdir().expect("a folder");
    let directory = results.path().join("one");
    write(&directory, &example::run(), &expected(&[0, 1])).expect("stored");
    let loaded = load(&directory).expect("a run");
    assert_eq!((loaded.records, loaded.warnings), (expected(&[0, 1]), vec![]));
    write(&directory, &example::run(), &[]).expect_err("it is there");
}
