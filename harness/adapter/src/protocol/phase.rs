//! The phases of a process that are timed.

use serde::{Deserialize, Serialize};

/// The timed phases of a process, in the words of METHODOLOGY.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Creating the engine.
    Engine,
    /// From bytes to code.
    Compile,
    /// From code to an artifact's file.
    Save,
    /// From an artifact's file to code.
    Load,
    /// What is made of code once for all instances.
    Prepare,
    /// From there to a callable instance.
    Instantiate,
    /// The first call of the process.
    FirstCall,
    /// The second call (a command's: on a second instance).
    SecondCall,
    /// Dropping the instance.
    Teardown,
    /// The work that the module itself marks, by the Sightglass ABI; of the first call.
    Execute,
}

impl Phase {
    /// The name that results and the page use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Phase::Engine => "engine",
            Phase::Compile => "compile",
            Phase::Save => "save",
            Phase::Load => "load",
            Phase::Prepare => "prepare",
            Phase::Instantiate => "instantiate",
            Phase::FirstCall => "first_call",
            Phase::SecondCall => "second_call",
            Phase::Teardown => "teardown",
            Phase::Execute => "execute",
        }
    }
}
