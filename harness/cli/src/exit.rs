//! The exit codes. They are part of the interface (FORMAT.md) and do not change.

/// Everything that was asked for was done, and every output was right.
pub const OK: u8 = 0;
/// Reserved for the regression gate: a confirmed regression.
pub const REGRESSION: u8 = 1;
/// The command line, a manifest or the set-up is wrong; nothing was measured.
pub const USAGE: u8 = 2;
/// Reserved for the regression gate: no conclusion where one was required.
pub const INCONCLUSIVE: u8 = 3;
/// A cell failed, timed out, or a runtime that was required is not available. The rest was measured.
pub const FAILED: u8 = 4;
/// A workload gave a wrong output. The rest was measured.
pub const WRONG_OUTPUT: u8 = 5;
