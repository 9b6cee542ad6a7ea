//! The message about an unknown name.

/// A name that nothing has.
#[derive(Debug, thiserror::Error)]
#[error("failed to find the {what} {name:?}; {instead}")]
#[expect(missing_docs, reason = "the message describes the fields")]
pub struct Unknown {
    pub what: &'static str,
    pub name: String,
    pub instead: String,
}

/// The error about a name that is none of these.
pub fn unknown<S: AsRef<str>>(what: &'static str, name: &str, known: impl IntoIterator<Item = S>) -> Unknown {
    Unknown { what, name: name.to_string(), instead: nearest(name, known) }
}

/// "did you mean X?", or the list of what there is.
pub fn nearest<S: AsRef<str>>(name: &str, known: impl IntoIterator<Item = S>) -> String {
    let known: Vec<S> = known.into_iter().collect();
    match wasmark_workloads::suggest(name, known.iter().map(AsRef::as_ref)) {
        Some(one) => format!("did you mean {one:?}?"),
        None => format!("known are {}", known.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_what_is_near_and_lists_what_is_not() {
        assert_eq!(nearest("wasmtme", ["wasmtime", "wasmer"]), "did you mean \"wasmtime\"?");
        assert_eq!(nearest("v8", ["wasmtime", "wasmer"]), "known are wasmtime, wasmer");
    }
}
