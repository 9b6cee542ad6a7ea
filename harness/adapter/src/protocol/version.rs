//! The version of the protocol.

use serde::{Deserialize, Serialize};

/// The version of the protocol, `major.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Changes when an older reader would misunderstand.
    pub major: u32,
    /// Changes when something is added.
    pub minor: u32,
}

/// What this crate speaks.
pub const VERSION: Version = Version { major: 1, minor: 9 };
