//! Whole comparisons, simulated: how often `wasmark compare` names a difference where there is none, and what it finds,
//! with as few pairs as runs have. Run with --release.

use rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use wasmark_decision::{
    flip::{ALPHA, Rounds, Tested, test},
    pair::LogRatio,
    ratio::median_ratio,
    rules::Rules,
    sign::Direction,
};

/// Rows of a comparison of two configurations by the default profile.
const ROWS: usize = 60;

/// One row: its true ratio, how its pairs scatter, and who is disturbed.
#[derive(Clone, Copy)]
struct Kind {
    ratio: f64,
    scale: f64,
    disturbed: Disturbed,
}

#[derive(Clone, Copy)]
enum Disturbed {
    /// One pair of ten, by up to a factor of e, on either side.
    Either,
    /// One pair of ten, by up to a factor of e, on the candidate's side alone: skewed, with the same median.
    Candidate,
}

/// Student's t with two degrees of freedom, which has no variance, by its inverse.
fn heavy(random: &mut impl Rng) -> f64 {
    let u: f64 = random.random_range(1e-9..1.0 - 1e-9);
    (2.0 * u - 1.0) / (2.0 * u * (1.0 - u)).sqrt()
}

fn pair(random: &mut impl Rng, kind: Kind) -> Option<LogRatio> {
    let disturbed = random.random_range(0..10) == 0;
    let by = match kind.disturbed {
        Disturbed::Either if disturbed => random.random_range(-1.0..1.0),
        Disturbed::Candidate if disturbed => random.random_range(0.0..1.0),
        Disturbed::Either | Disturbed::Candidate => 0.0,
    };
    LogRatio::from_ratio(kind.ratio * (heavy(random) * kind.scale + by).clamp(-20.0, 20.0).exp())
}

/// A row of so many rounds. A process measures several metrics, so rows of one kind in a row share half of their noise.
fn rows(random: &mut impl Rng, rounds: u32, of: impl Fn(usize) -> Kind) -> Vec<Rounds> {
    let shared: Vec<f64> = (0..rounds as usize * ROWS / 6).map(|_| heavy(random) * 0.01).collect();
    let one = |row: usize, random: &mut _| -> Rounds {
        let with = |round: u32, random: &mut _| {
            let shared = shared.get((row / 6) * rounds as usize + round as usize)?;
            Some((round, LogRatio::from_ratio((pair(random, of(row))?.ln() + shared).exp())?))
        };
        (0..rounds).filter_map(|round| with(round, random)).collect()
    };
    (0..ROWS).map(|row| one(row, random)).collect()
}

/// Quiet rows, page-fault-bound ones, and some whose cache is thrashed.
fn scale(row: usize) -> f64 {
    [0.001, 0.005, 0.01, 0.02, 0.05, 0.2][row % 6]
}

fn alike(row: usize) -> Kind {
    Kind { ratio: 1.0, scale: scale(row), disturbed: Disturbed::Either }
}

/// What each row is named.
fn named(rows: &[Rounds]) -> Vec<Option<Direction>> {
    let one = |(row, tested): (&Rounds, Tested)| {
        tested.named(&median_ratio(&row.values().copied().collect::<Vec<_>>())?, ALPHA)
    };
    rows.iter().zip(test(rows, Rules::default().margin, ALPHA)).map(one).collect()
}

/// In how many of `comparisons` a row that differs in nothing is named, and the share of the others that are.
fn simulate(comparisons: u32, rounds: u32, of: impl Fn(usize) -> Kind) -> (u32, f64) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(0x5eed + u64::from(rounds));
    let (mut alarms, mut differ, mut found) = (0, 0_u32, 0_u32);
    for _ in 0..comparisons {
        let named = named(&rows(&mut random, rounds, &of));
        let is_alike = |row: usize| of(row).ratio == 1.0;
        alarms += u32::from((0..ROWS).any(|row| is_alike(row) && named[row].is_some()));
        for row in (0..ROWS).filter(|row| !is_alike(*row)) {
            let right = if of(row).ratio > 1.0 { Direction::Slower } else { Direction::Faster };
            assert!(named[row].is_none_or(|direction| direction == right), "a wrong direction");
            differ += 1;
            found += u32::from(named[row].is_some());
        }
    }
    (alarms, f64::from(found) / f64::from(differ.max(1)))
}

#[test]
fn without_a_difference_fewer_than_one_comparison_in_twenty_names_one() {
    // The test itself permits 1 in 32 with six rounds; of 4,000, 125 are expected at most.
    for (rounds, comparisons) in [(6, 4000), (7, 2000), (10, 600), (20, 200)] {
        let (alarms, _) = simulate(comparisons, rounds, alike);
        println!("{rounds} rounds: {alarms} of {comparisons} comparisons without a difference named one");
        // Three standard deviations more than are permitted.
        let permitted = ALPHA * f64::from(comparisons);
        assert!(f64::from(alarms) < permitted + 3.0 * permitted.sqrt(), "{rounds} rounds: {alarms}");
    }
}

#[test]
fn rows_that_differ_make_no_others_differ() {
    // Every other row is between 40 times faster and 166 times slower.
    let mixed = |row: usize| Kind { ratio: [1.0, 166.0, 1.0, 0.025, 1.0, 3.0][row % 6], ..alike(row / 6) };
    let (alarms, found) = simulate(4000, 6, mixed);
    println!(
        "beside rows that differ: {alarms} of 4000 named one that does not; {found:.3} of those that do"
    );
    assert!(alarms < 200, "{alarms}");
    assert!(found > 0.7, "{found}");
}

#[test]
fn a_side_that_is_disturbed_more_often_hardly_differs_by_that() {
    // The sides are not alike, and the median is: the test promises nothing, and stays near its level.
    let skewed = |row: usize| Kind { disturbed: Disturbed::Candidate, ..alike(row) };
    for rounds in [6, 10] {
        let (alarms, _) = simulate(600, rounds, skewed);
        println!("{rounds} rounds, one side disturbed: {alarms} of 600 named a difference");
        assert!(alarms < 45, "{alarms}");
    }
}

#[test]
fn a_ratio_of_166_with_six_pairs_is_found_among_sixty_rows() {
    let one = |row: usize| match row {
        7 => Kind { ratio: 166.0, scale: 0.002, disturbed: Disturbed::Either },
        _ => alike(row),
    };
    let (alarms, found) = simulate(1000, 6, one);
    println!("166 times: found in {found:.3} of 1000 comparisons; {alarms} named another row");
    assert!(found > 0.95, "{found}");
    assert!(alarms < 50, "{alarms}");
}

#[test]
fn fewer_than_six_pairs_name_nothing() {
    let (alarms, found) = simulate(100, 5, |row| Kind { ratio: 166.0, ..alike(row) });
    assert_eq!((alarms, found), (0, 0.0));
}
