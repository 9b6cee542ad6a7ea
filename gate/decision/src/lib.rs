//! The decision of the regression gate, and nothing else: numbers in, verdicts out. No clock, no process, no file.
//!
//! From the inside out: a process's samples become one value ([`estimate`]); a pair of processes becomes one ratio
//! ([`pair`]); ratios are tested by their signs alone ([`sign`]), after every pair ([`sequence`]), and many tests
//! together by [`holm`]; a cell is cleared by few pairs or flagged for more ([`screen`]), which it gets until it is decided
//! ([`confirm`]); and [`judge`] gives every cell its verdict, once it is known whether the run itself can be believed
//! ([`validity`]). Metrics that are counted and not timed are compared by [`exact`]. [`power`] computes which
//! changes all of this can see on a machine.

pub mod compare;
pub mod confirm;
pub mod estimate;
pub mod exact;
pub mod flip;
pub mod holm;
pub mod judge;
pub mod pair;
pub mod power;
pub mod ratio;
pub mod rules;
pub mod screen;
pub mod sequence;
pub mod sign;
pub mod validity;

/// Builds this crate again where another checkout shares the target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("WASMARK_CHECKOUT");
