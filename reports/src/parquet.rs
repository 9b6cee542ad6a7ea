//! The summary as Parquet: the rows of its CSV, with numbers as numbers and nothing where there is none.

use anyhow::{Context, Result};
use csv::{Reader, StringRecord};
use wasmark_results::parquet::{Values, table};

/// The bytes of a Parquet file with the columns and rows of `csv`, which [`crate::summary_csv`] made.
///
/// # Errors
/// Where `csv` is no CSV with a header, or has two columns of the same name.
pub fn summary_parquet(csv: &str) -> Result<Vec<u8>> {
    let mut reader = Reader::from_reader(csv.as_bytes());
    let names = reader.headers().context("failed to read the header of the CSV")?.clone();
    let rows: Vec<StringRecord> =
        reader.records().collect::<Result<_, _>>().context("failed to read the CSV")?;
    let columns = names.iter().enumerate().map(|(at, name)| (name, values(name, at, &rows)));
    Ok(table(rows.len(), &columns.collect::<Vec<_>>())?)
}

fn values<'a>(name: &str, at: usize, rows: &'a [StringRecord]) -> Values<'a> {
    let fields = || rows.iter().map(|row| row.get(at).filter(|field| !field.is_empty()));
    match name {
        "value" | "low" | "high" | "coverage" => {
            Values::Numbers(fields().map(|field| field?.parse().ok()).collect())
        }
        "n" => Values::Counts(fields().map(|field| field?.parse().ok()).collect()),
        _ => Values::Texts(fields().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_what_is_missing_is_nothing() {
        let csv = "workload,value,n,reason\nnoop,1.5,7,\n\"a, b\",,,\"failed: \"\"x\"\"\"\n";
        let columns = vec![
            ("workload", Values::Texts(vec![Some("noop"), Some("a, b")])),
            ("value", Values::Numbers(vec![Some(1.5), None])),
            ("n", Values::Counts(vec![Some(7), None])),
            ("reason", Values::Texts(vec![None, Some("failed: \"x\"")])),
        ];
        assert_eq!(summary_parquet(csv).expect("bytes"), table(2, &columns).expect("bytes"));
    }
}
