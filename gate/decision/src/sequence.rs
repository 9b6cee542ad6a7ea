//! The sign test, looked at after every pair. Its p-value holds at any moment, so that a cell is decided as soon as the
//! evidence is there, and pairs that a budget cut short are evidence as far as they go.
//!
//! Every state (pairs so far, how many of them lie beyond) has the p-value of the plain sign test. The least of them on
//! the way is the statistic, and what it is worth is exact: the share of all ways of so many fair coins that come by a
//! state as unlikely or more. The last state counts for more than those before it, so that a cell that needs all pairs
//! is judged about as sharply as by a single look. docs/FINDINGS.md, "The gate", compares this with a betting e-process.

use std::cell::OnceCell;

use crate::sign::{self, P};

/// How much more the look at all pairs counts than each look before it. With this the last bound is mostly that of the
/// plain sign test, a cell without a change is no likelier to be called one, and the early bounds ask for two or three
/// pairs more than equal looks would.
const LAST: f64 = 30.0;

/// The test for cells of at most so many pairs. Computes what it is asked for once.
#[derive(Debug)]
pub struct Sequence {
    /// By pairs, then by how many of them lie beyond.
    states: Vec<Vec<State>>,
}

#[derive(Debug)]
struct State {
    /// How unlikely the state is by itself; less is less likely.
    score: f64,
    /// What that is worth on any way.
    p: OnceCell<P>,
}

impl Sequence {
    /// For at most `most` pairs of each cell.
    #[must_use]
    pub fn new(most: u32) -> Sequence {
        let most = most as usize;
        let states = |n: usize| {
            let weight = if n == most { LAST } else { 1.0 };
            let state = |alone: f64| State { score: alone / weight, p: OnceCell::new() };
            sign::at_least_each(n).into_iter().map(state).collect()
        };
        Sequence { states: (0..=most).map(states).collect() }
    }

    /// The most pairs.
    #[must_use]
    pub fn most(&self) -> usize {
        self.states.len() - 1
    }

    /// The probability of as much evidence at any moment, where each pair lies beyond with a probability of at most 1/2
    /// whatever the pairs before it were. Never rises as pairs are added; those past the most are not looked at.
    #[must_use]
    pub fn p(&self, beyond: impl IntoIterator<Item = bool>) -> P {
        let (mut n, mut k) = (0, 0);
        let mut least: Option<(usize, usize)> = None;
        for one in beyond.into_iter().take(self.most()) {
            n += 1;
            k += usize::from(one);
            if least.is_none_or(|(n0, k0)| self.states[n][k].score < self.states[n0][k0].score) {
                least = Some((n, k));
            }
        }
        least.map_or(P::ONE, |(n, k)| self.at(n, k))
    }

    /// The number of pairs after which the test rejects at `level`; none where it does not.
    #[must_use]
    pub fn rejects_after(&self, beyond: impl IntoIterator<Item = bool>, level: f64) -> Option<usize> {
        let mut k = 0;
        let mut after = beyond.into_iter().take(self.most()).enumerate().map(|(before, one)| {
            k += usize::from(one);
            (before + 1, k)
        });
        after.find(|(n, k)| self.at(*n, *k).get() <= level).map(|(n, _)| n)
    }

    /// The least number of `n` pairs beyond with which the look at them rejects at `level`; none where all would not do.
    #[must_use]
    pub fn needed(&self, n: usize, level: f64) -> Option<usize> {
        let states = self.states.get(n)?;
        let within = |k: &usize| self.at(n, *k).get() <= level;
        (0..states.len()).rev().take_while(within).last()
    }

    /// The least number of pairs in all, more than `n`, with which the test can reject at `level`, where `k` of the first
    /// `n` lie beyond and all that follow would; none where no outcome of the rest can do it.
    #[must_use]
    pub fn soonest(&self, n: usize, k: usize, level: f64) -> Option<usize> {
        (n + 1..=self.most()).find(|more| self.at(*more, k + more - n).get() <= level)
    }

    /// Whether some outcome of the pairs that are left would reject at `level`.
    #[must_use]
    pub fn possible(&self, n: usize, k: usize, level: f64) -> bool {
        // Mostly the last look is the one that can, so it is asked first.
        (n + 1..=self.most()).rev().any(|more| self.at(more, k + more - n).get() <= level)
    }

    /// What a way is worth whose most unlikely state is this one.
    fn at(&self, n: usize, k: usize) -> P {
        let state = &self.states[n][k];
        *state.p.get_or_init(|| self.share(state.score))
    }

    /// The share of all ways of fair coins that come by a state of at most this score.
    fn share(&self, score: f64) -> P {
        let mut on_the_way = vec![1.0_f64];
        let mut come_by = 0.0;
        for states in &self.states[1..] {
            let mut next = vec![0.0; states.len()];
            for (k, share) in on_the_way.iter().enumerate() {
                next[k] += share / 2.0;
                next[k + 1] += share / 2.0;
            }
            for (share, _) in next.iter_mut().zip(states).filter(|(_, state)| state.score <= score) {
                come_by += std::mem::take(share);
            }
            on_the_way = next;
        }
        P::new(come_by)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agrees_with_counting_every_way() {
        // Twelve coins: every way, and on each the p-value after each coin.
        const COINS: u32 = 12;
        let sequence = Sequence::new(COINS);
        let ways: Vec<P> =
            (0..1_u32 << COINS).map(|way| sequence.p((0..COINS).map(|coin| way >> coin & 1 == 1))).collect();
        for level in [0.5, 0.1, 0.05, 0.01, 0.002, 0.0005] {
            let rejected = ways.iter().filter(|p| p.get() <= level).count() as f64 / ways.len() as f64;
            assert!(rejected <= level, "{level}: {rejected}");
            // Exact: a p-value is the share of ways that have it or a smaller one.
            if let Some(largest) = ways.iter().map(|p| p.get()).filter(|p| *p <= level).reduce(f64::max) {
                assert!((rejected - largest).abs() < 1e-12, "{level}: {rejected}, {largest}");
            }
        }
    }

    #[test]
    fn cells_without_doubt_are_decided_after_twelve_to_eighteen_pairs() {
        let sequence = Sequence::new(60);
        let soonest = |cells: f64| sequence.soonest(0, 0, 0.01 / cells);
        assert_eq!([1.0, 5.0, 14.0, 50.0].map(soonest), [Some(12), Some(14), Some(15), Some(18)]);
        // The plain sign test of 60 pairs needs 40, 42, 43 and 44.
        let last = |cells: f64| sequence.needed(60, 0.01 / cells);
        assert_eq!([1.0, 5.0, 14.0, 50.0].map(last), [Some(40), Some(42), Some(43), Some(45)]);
        assert_eq!(sequence.needed(9, 0.01), None);
    }

    #[test]
    fn few_pairs_can_decide_nothing() {
        let short = Sequence::new(6);
        assert_eq!((short.soonest(0, 0, 0.001), short.possible(0, 0, 0.001)), (None, false));
        let none = Sequence::new(0);
        assert_eq!((none.p([true; 9]), none.most(), none.needed(1, 0.5)), (P::ONE, 0, None));
        assert_eq!(short.p([]), P::ONE);
    }

    #[test]
    fn what_is_beyond_hope_is_known() {
        let sequence = Sequence::new(60);
        // 40 of 60 are needed: with 21 within, no rest can do it.
        assert!(sequence.possible(30, 10, 0.01));
        assert!(!sequence.possible(31, 10, 0.01));
        assert_eq!(sequence.soonest(31, 10, 0.01), None);
    }

    proptest! {
        #[test]
        fn more_pairs_never_raise_it(ways in prop::collection::vec(any::<bool>(), 1..40), most in 1_u32..30) {
            let sequence = Sequence::new(most);
            let p = |n: usize| sequence.p(ways[..n].iter().copied());
            for n in 1..ways.len() {
                prop_assert!(p(n + 1).get() <= p(n).get());
            }
        }

        #[test]
        fn its_bounds_and_its_p_values_agree(ways in prop::collection::vec(any::<bool>(), 1..25), level in 0.0005_f64..0.2) {
            let sequence = Sequence::new(25);
            let beyond = |n: usize| ways[..n].iter().filter(|one| **one).count();
            let crossed = (1..=ways.len()).any(|n| sequence.needed(n, level).is_some_and(|k| beyond(n) >= k));
            prop_assert_eq!(crossed, sequence.p(ways.iter().copied()).get() <= level);
            prop_assert_eq!(crossed, sequence.rejects_after(ways.iter().copied(), level).is_some());
        }

        #[test]
        fn the_soonest_is_when_it_rejects(ways in prop::collection::vec(any::<bool>(), 0..20), level in 0.0005_f64..0.2) {
            let sequence = Sequence::new(25);
            let k = ways.iter().filter(|one| **one).count();
            let all = |n: usize| ways.iter().copied().chain(std::iter::repeat(true)).take(n);
            let soonest = sequence.soonest(ways.len(), k, level);
            prop_assert_eq!(soonest.is_some(), sequence.possible(ways.len(), k, level));
            if let Some(n) = soonest {
                prop_assert!(sequence.p(all(n)).get() <= level);
            }
        }
    }
}
