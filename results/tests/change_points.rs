//! Histories, simulated: how often a step of 5 % is found and how often one that is not there, in the noise of real runs. Run
//! with --release and --nocapture to see the numbers; METHODOLOGY.md has them.

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use wasmark_results::statistics::change_points::change_points;

/// Runs of a series.
const RUNS: usize = 60;
const SERIES: u64 = 100;
/// A step is found where a change is as near as this, and soon where so many runs after it suffice.
const NEAR: usize = 5;
const STEP: f64 = 0.05;

/// The logarithms of values of real runs against their median, by cell, in order of time.
fn noise() -> Vec<Vec<f64>> {
    let lines = include_str!("data/noise.csv").lines().filter(|line| !line.starts_with('#'));
    let value = |text: &str| text.parse::<f64>().expect("a number").ln();
    let cells: Vec<Vec<f64>> = lines.map(|line| line.split(',').skip(1).map(value).collect()).collect();
    assert!(cells.len() == 29 && cells.iter().all(|cell| cell.len() == RUNS));
    cells
}

/// (p90 - p10) / p50, by which runs are graded.
fn spread(cell: &[f64]) -> f64 {
    let mut sorted = cell.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[RUNS * 9 / 10 - 1] - sorted[RUNS / 10]
}

#[derive(Debug, Default)]
struct Seen {
    /// In the whole series.
    found: u32,
    /// In what was there so many runs after it.
    soon: u32,
    /// Series without a step that have a change.
    alarms: u32,
}

/// Series whose noise is drawn from real cells, one after the other, and is as large as measured, or made to vary by `level`.
fn simulate(level: Option<f64>) -> Seen {
    let cells = noise();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut seen = Seen::default();
    for number in 0..SERIES {
        let cell = &cells[number as usize % cells.len()];
        let scale = level.map_or(1.0, |level| level / spread(cell));
        let mut values: Vec<f64> = (0..RUNS).map(|_| cell[rng.random_range(0..RUNS)] * scale).collect();
        seen.alarms += u32::from(!change_points(&values, number).expect("finite").is_empty());
        let at = rng.random_range(10..=50);
        values[at..].iter_mut().for_each(|value| *value += STEP.ln_1p());
        let finds = |values: &[f64]| {
            let found = change_points(values, number).expect("finite");
            u32::from(found.iter().any(|change| change.at.abs_diff(at) <= NEAR))
        };
        seen.found += finds(&values);
        seen.soon += finds(&values[..at + NEAR]);
    }
    println!("noise {level:?}: {seen:?} of {SERIES}");
    seen
}

#[test]
fn on_a_quiet_machine_a_step_of_5_per_cent_is_found_within_5_runs() {
    let seen = simulate(Some(0.02));
    assert!(seen.soon >= 95 && seen.found >= 95 && seen.alarms <= 1, "{seen:?}");
}

#[test]
fn with_some_noise_it_is_found_later_and_in_its_place() {
    let seen = simulate(Some(0.05));
    assert!(seen.found >= 95 && seen.alarms <= 1, "{seen:?}");
}

#[test]
fn in_noise_that_is_larger_than_the_step_nothing_is_made_up() {
    let seen = simulate(None);
    assert!(seen.alarms <= 1, "{seen:?}");
}
