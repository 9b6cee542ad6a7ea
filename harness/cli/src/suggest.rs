//! Near names, for messages about unknown ones.

/// "did you mean X?", or the list of what there is.
pub fn nearest<S: AsRef<str>>(name: &str, known: impl IntoIterator<Item = S>) -> String {
    let known: Vec<String> = known.into_iter().map(|one| one.as_ref().to_string()).collect();
    let best = known
        .iter()
        .map(|one| (strsim::damerau_levenshtein(name, one), one))
        .min()
        .filter(|(distance, one)| *distance <= one.len().max(3) / 3);
    match best {
        Some((_, one)) => format!("did you mean {one:?}?"),
        None => format!("known are {}", known.join(", ")),
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
