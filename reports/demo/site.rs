//! A made-up history: runs of two machines, with a step in half of the cells.

use wasmark_results::{
    history::{Digest, Folder, History, Stored},
    record::Outcome,
};

use crate::demo;

/// Runs on one machine, then two on another.
pub const RUNS: usize = 14;

/// The history; the paths of the runs' pages are `runs/NUMBER.html`.
pub fn history() -> (History, Vec<String>) {
    let summary = demo::summary(&demo::SMALL, &demo::TWO);
    let runs = (0..RUNS + 2).map(|number| {
        let mut loaded = demo::loaded(&summary, 3);
        loaded.run.id = format!("run-{number}");
        loaded.run.started = format!("2026-03-{:02}T00:00:00Z", number + 1);
        if number >= RUNS {
            loaded.run.environment.cpu = "Another <b>CPU</b>".into();
        }
        let step = if number >= 8 { 1.2 } else { 1.0 };
        for record in &mut loaded.records {
            let noise = 1.0 + ((number * 31 + record.process as usize * 7) % 10) as f64 * 1e-4;
            if let Outcome::Measured { value, .. } = &mut record.outcome {
                *value *= if record.workload == "noop" { noise * step } else { noise };
            }
        }
        let digest = Digest::new(&loaded, format!("identity {number}"));
        Stored { directory: loaded.run.id.clone().into(), began: loaded.run.started.parse().unwrap(), digest }
    });
    let folder = Folder { runs: runs.collect(), ..Folder::default() };
    let pages = (0..folder.runs.len()).map(|number| format!("runs/{number}.html")).collect();
    (History::new(&folder, None), pages)
}
