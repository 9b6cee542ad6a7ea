//! The message about an unknown name.

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
