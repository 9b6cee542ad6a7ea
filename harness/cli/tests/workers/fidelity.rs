//! `wasmark fidelity` at its smallest: every hand-written program builds, returns the right outputs, and prints as many
//! windows as it was asked for. Whether the ratios hold is for a quiet machine. Needs `wasmark build`.

use wasmark_runner::fidelity::{CELLS, CONFIGURATIONS, Metric};

use crate::common::World;

#[test]
fn every_hand_written_program_is_right_and_measures_what_the_worker_measures() {
    let world = World::with_workers();
    let arguments = ["fidelity", "--rounds", "1", "--windows", "20", "--layouts", "0", "--json"];
    let output = world.program(&arguments).output().expect("wasmark starts");
    let err = String::from_utf8_lossy(&output.stderr);
    // One pair decides nothing.
    assert_eq!(output.status.code(), Some(3), "{err}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["unavailable"].as_array().map(Vec::len), Some(0), "{document}");
    let cells = document["cells"].as_array().expect("cells");
    assert_eq!(cells.len(), CONFIGURATIONS.len() * CELLS.len());
    for cell in cells {
        assert_eq!(cell["verdict"], "undecided", "{cell}");
        let metric: Metric = CELLS
            .iter()
            .map(|(metric, _)| *metric)
            .find(|metric| cell["metric"] == metric.name())
            .expect("a metric");
        for side in ["worker", "by_hand"] {
            let values = cell[side].as_array().expect("values");
            assert_eq!(values.len(), metric.pairs(), "{cell}");
            assert!(values.iter().all(|value| value.as_f64().is_some_and(|value| value > 0.0)), "{cell}");
        }
    }
}
