//! The exit codes. They are part of the interface (FORMAT.md) and do not change.

/// Everything that was asked for was done, and every output was right. The gate passed, or nothing became slower or larger in
/// what it could decide.
pub const OK: u8 = 0;
/// The gate: something that gates became slower or larger, for sure, or the candidate is slower than a limit that the base is
/// far below. Fidelity: a worker differs from the hand-written loop, for sure.
pub const REGRESSION: u8 = 1;
/// The command line, a manifest, a policy or the set-up is wrong; nothing was measured.
pub const USAGE: u8 = 2;
/// The gate: no conclusion at all, or none where one was required or the cell was asked for by name. Fidelity: the interval
/// of a ratio has a bound in it.
pub const INCONCLUSIVE: u8 = 3;
/// A cell failed, timed out, gave another result when called again, or was not reached before an interrupt; or a runtime
/// that was required is not available. The rest was measured. A gate measured nothing, its run is invalid, or it was
/// interrupted.
pub const FAILED: u8 = 4;
/// A workload gave a wrong output, or configurations disagree on one that is not stated, or the sides of a gate do. The
/// rest was measured.
pub const WRONG_OUTPUT: u8 = 5;
/// Stored records are damaged: what could be read is reported, and the rest is lost until it is measured again.
pub const DAMAGED: u8 = 6;
/// The run is measured and kept here, and could not be copied into the store: the message has the command for later.
pub const NOT_UPLOADED: u8 = 7;

/// The one of several codes that an exit has: wrong outputs, then damage, then a copy that
/// is missing, then what was not measured.
#[must_use]
pub fn worst(codes: impl IntoIterator<Item = u8>) -> u8 {
    const ORDER: [u8; 5] = [WRONG_OUTPUT, DAMAGED, NOT_UPLOADED, FAILED, USAGE];
    let codes: Vec<u8> = codes.into_iter().collect();
    ORDER.into_iter().find(|code| codes.contains(code)).unwrap_or(OK)
}
