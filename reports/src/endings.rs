//! What ended the instances of a process, in words.

/// The word for an ending.
pub fn word(ending: &str) -> &str {
    match ending {
        "worker" => "the worker's memory",
        "address_space" => "address space",
        "engine" => "the engine",
        other => other,
    }
}
