//! Tables as the bytes of Parquet files, which every tool for data reads.

use anyhow::{Context, Result};
use polars_core::prelude::{Column, DataFrame};
use polars_io::parquet::write::ParquetWriter;

/// The values of a column, each of which may be missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Values<'a> {
    /// Texts.
    Texts(Vec<Option<&'a str>>),
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Whole numbers.
    Counts(Vec<Option<u32>>),
}

/// A table of `rows` rows as the bytes of a Parquet file (zstd).
///
/// # Errors
/// Where a column has another number of values, or two have the same name.
pub fn table(rows: usize, columns: Vec<(&str, Values<'_>)>) -> Result<Vec<u8>> {
    let column = |(name, values): (&str, Values<'_>)| match values {
        Values::Texts(values) => Column::new(name.into(), values),
        Values::Numbers(values) => Column::new(name.into(), values),
        Values::Counts(values) => Column::new(name.into(), values),
    };
    let columns = columns.into_iter().map(column).collect();
    bytes(&mut DataFrame::new(rows, columns).context("failed to lay out a table")?)
}

/// The bytes of a Parquet file (zstd).
///
/// # Errors
/// Where polars refuses to write the table.
pub(crate) fn bytes(table: &mut DataFrame) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Threads would outlive the call and run beside the next process that is measured.
    ParquetWriter::new(&mut bytes).set_parallel(false).finish(table).context("failed to write Parquet")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use polars_io::{SerReader, parquet::read::ParquetReader};

    use super::*;

    #[test]
    fn a_reader_gets_what_was_written() {
        let texts = vec![Some("a"), None, Some("一二")];
        let numbers = vec![Some(1.5), Some(-0.25), None];
        let counts = vec![None, Some(7), Some(u32::MAX)];
        let columns = vec![
            ("text", Values::Texts(texts.clone())),
            ("number", Values::Numbers(numbers.clone())),
            ("count", Values::Counts(counts.clone())),
        ];
        let bytes = table(3, columns).expect("bytes");
        let read = ParquetReader::new(Cursor::new(bytes)).finish().expect("a table");
        let column = |name: &str| read.column(name).expect("the column").clone();
        assert_eq!(column("text").str().expect("texts").iter().collect::<Vec<_>>(), texts);
        assert_eq!(column("number").f64().expect("numbers").iter().collect::<Vec<_>>(), numbers);
        assert_eq!(column("count").u32().expect("counts").iter().collect::<Vec<_>>(), counts);
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let columns = vec![("a", Values::Counts(vec![Some(1)])), ("b", Values::Counts(vec![]))];
        table(1, columns).expect_err("refused");
    }
}
