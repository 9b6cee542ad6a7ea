//! The nearest known name, for messages about an unknown one.

/// The candidate that `name` was probably meant to be: within a third of its letters, at least one.
#[must_use]
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, best) =
        candidates.into_iter().map(|one| (strsim::damerau_levenshtein(name, one), one)).min()?;
    (distance <= (best.chars().count() / 3).max(1)).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn suggests_near_names_only() {
        let known = ["bulk-memory", "simd", "gc"];
        assert_eq!(suggest("bulk-memroy", known), Some("bulk-memory"));
        assert_eq!(suggest("bulk_memory", known), Some("bulk-memory"));
        assert_eq!(suggest("threads", known), None);
        assert_eq!(suggest("x", []), None);
    }
}
