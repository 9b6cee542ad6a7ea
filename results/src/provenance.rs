//! Which source the rows of a process come from: as they record it, else as the phases among them show.

use crate::{
    record::{Outcome, Record, metric},
    source::Source,
};

/// What the process that wrote these rows ran from: as recorded, else as its phases show; `None` where they do not.
#[must_use]
pub fn of_process<'a>(rows: impl IntoIterator<Item = &'a Record> + Clone) -> Option<Source> {
    if let Some(recorded) = rows.clone().into_iter().find_map(|row| row.source) {
        return Some(recorded);
    }
    let measured = |name: &str| {
        let is = |row: &&Record| row.metric == name && matches!(row.outcome, Outcome::Measured { .. });
        rows.clone().into_iter().any(|row| is(&row))
    };
    if measured(metric::LOAD) {
        Some(Source::Artifact)
    } else if measured(metric::COMPILE) {
        Some(Source::Wasm)
    } else {
        // Every process that has code of its own to prepare times that before its first call.
        measured(metric::FIRST_CALL).then_some(Source::Linked)
    }
}

/// Gives rows without a source that of their process, where its other rows show it. For runs that recorded none.
pub fn derive(records: &mut [Record]) {
    // A process's rows are of one source, whichever workloads they belong to.
    for process in records.chunk_by_mut(|one, next| one.process == next.process) {
        // Process 0 is the plan's own rows, which no process wrote.
        if process.iter().all(|row| row.source.is_none()) {
            let source = of_process(process.iter());
            process.iter_mut().for_each(|row| row.source = source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{measured, record};

    fn derived(process: &[&str]) -> Vec<Option<Source>> {
        let mut rows: Vec<Record> =
            process.iter().map(|metric| measured(1, "a/b", "noop", metric, 1.0)).collect();
        derive(&mut rows);
        rows.into_iter().map(|row| row.source).collect()
    }

    #[test]
    fn the_phases_of_a_process_show_its_source() {
        use metric::{COMPILE, FIRST_CALL, LOAD, MEMORY_CALLED, SPAWN, THROUGHPUT};
        assert_eq!(derived(&[SPAWN, LOAD, FIRST_CALL]), [Some(Source::Artifact); 3]);
        assert_eq!(derived(&[SPAWN, COMPILE, THROUGHPUT]), [Some(Source::Wasm); 3]);
        assert_eq!(derived(&[SPAWN, FIRST_CALL]), [Some(Source::Linked); 2]);
        assert_eq!(derived(&[SPAWN]), [None]);
        assert_eq!(derived(&[MEMORY_CALLED]), [None]);
    }

    #[test]
    fn what_is_recorded_is_kept_and_failures_show_nothing() {
        let mut rows = vec![measured(1, "a/b", "noop", metric::FIRST_CALL, 1.0)];
        rows[0].source = Some(Source::Artifact);
        derive(&mut rows);
        assert_eq!(rows[0].source, Some(Source::Artifact));
        let mut rows = vec![record(2, "a/b", "noop", metric::LOAD, Outcome::Failed("no".into()))];
        derive(&mut rows);
        assert_eq!(rows[0].source, None);
    }
}
