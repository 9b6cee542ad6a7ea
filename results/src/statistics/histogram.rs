//! HDR histograms: reading, adding up, and the percentiles that there are samples enough for.

pub use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;

use crate::{Error, Result};

/// Cookie, payload length, offset and digits of 4 bytes each, lowest, highest and ratio of 8.
const HEADER: usize = 40;

/// Reads a histogram in the V2 format.
///
/// # Errors
/// Where the bytes are no such histogram.
pub fn decode(v2: &[u8]) -> Result<Histogram<u64>> {
    // The crate allocates as much as the header asks for before it looks how much there is.
    let length =
        v2.get(4..8).map(|bytes| bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)));
    if length.is_none_or(|length| v2.len() != HEADER + length) {
        return Err(Error::Histogram(None));
    }
    let read = Deserializer::new().deserialize(&mut std::io::Cursor::new(v2));
    read.map_err(|error| Error::Histogram(Some(error)))
}

/// All samples of all histograms in one. `None` for no histograms.
#[must_use]
pub fn merge<'a>(histograms: impl IntoIterator<Item = &'a Histogram<u64>>) -> Option<Histogram<u64>> {
    let mut histograms = histograms.into_iter();
    let mut merged = histograms.next()?.clone();
    merged.auto(true);
    for histogram in histograms {
        // Adding fails only where a value does not fit, and this one grows.
        merged.add(histogram).ok()?;
    }
    Some(merged)
}

/// The percentile `quantile` (0.5 for p50), or `None` with fewer than 10 / (1 - quantile) samples or a quantile
/// outside 0..1.
#[must_use]
pub fn percentile(histogram: &Histogram<u64>, quantile: f64) -> Option<f64> {
    let beyond = histogram.len() as f64 * (1.0 - quantile);
    // A hair below 10, because 10_000 * (1 - 0.999) is not 10 in floating point.
    let enough = (0.0..1.0).contains(&quantile) && beyond >= 10.0 - 1e-6;
    enough.then(|| histogram.value_at_quantile(quantile) as f64)
}

/// The median of however many samples there are, `None` for none: one process's value, not a claim about a tail.
#[must_use]
pub fn middle(histogram: &Histogram<u64>) -> Option<f64> {
    (!histogram.is_empty()).then(|| histogram.value_at_quantile(0.5) as f64)
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::{Serializer, V2Serializer};
    use proptest::prelude::*;

    use super::*;

    fn histogram(values: impl IntoIterator<Item = u64>) -> Histogram<u64> {
        let mut histogram = Histogram::new(3).expect("3 digits");
        for value in values {
            histogram.record(value).expect("it grows");
        }
        histogram
    }

    fn encode(histogram: &Histogram<u64>) -> Vec<u8> {
        let mut bytes = Vec::new();
        V2Serializer::new().serialize(histogram, &mut bytes).expect("memory");
        bytes
    }

    #[test]
    fn shows_a_percentile_only_with_samples_enough() {
        for (quantile, needed) in [(0.5, 20), (0.9, 100), (0.99, 1000), (0.999, 10_000)] {
            assert_eq!(percentile(&histogram(1..needed), quantile), None, "{quantile}");
            let shown = percentile(&histogram(1..=needed), quantile).expect("enough samples");
            assert!((shown / (quantile * needed as f64) - 1.0).abs() < 0.002, "{quantile}: {shown}");
        }
        assert_eq!(percentile(&histogram(1..100), 1.0), None);
        assert_eq!(percentile(&histogram(1..100), f64::NAN), None);
    }

    #[test]
    fn merging_adds_and_does_not_average() {
        let merged = merge([&histogram(vec![10; 99]), &histogram([5_000_000_000])]).expect("two");
        assert_eq!(merged.len(), 100);
        assert_eq!(percentile(&merged, 0.9), Some(10.0));
        assert!((merged.max() as f64 / 5e9 - 1.0).abs() < 0.001);
        assert!(merge([]).is_none());
    }

    #[test]
    fn few_samples_still_have_a_middle() {
        assert_eq!(middle(&histogram([7, 8, 9])), Some(8.0));
        assert_eq!(middle(&histogram([])), None);
    }

    proptest! {
        #[test]
        fn survives_the_format(values in prop::collection::vec(0..10_000_000_000_u64, 0..50)) {
            let before = histogram(values);
            prop_assert_eq!(decode(&encode(&before)).expect("readable"), before);
        }

        #[test]
        fn damaged_bytes_are_an_error_or_a_histogram(
            mut bytes in prop::collection::vec(any::<u8>(), 0..80), cookie in any::<bool>(),
        ) {
            if cookie && bytes.len() > HEADER {
                let length = bytes.len() - HEADER;
                bytes[..HEADER].copy_from_slice(&encode(&histogram([1]))[..HEADER]);
                bytes[4..8].copy_from_slice(&(length as u32).to_be_bytes());
            }
            let _ = decode(&bytes);
        }
    }
}
