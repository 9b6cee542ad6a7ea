//! Records as one Parquet table, and back. FORMAT.md lists the columns.

use std::io::Cursor;

use anyhow::{Context, Result, bail, ensure};
use polars_core::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};
use polars_io::{
    SerReader,
    parquet::read::{ParallelStrategy, ParquetReader},
};

use super::seal;
use crate::{
    parquet,
    record::{Outcome, Record},
    source::Source,
};

/// The table as the bytes of a Parquet file (zstd) with a checksum.
///
/// # Errors
/// Where a value is not finite: it would mean nothing, and could not be told from damage later.
pub fn encode(records: &[Record]) -> Result<Vec<u8>> {
    for record in records {
        if let Outcome::Measured { value, cpu_ns } = record.outcome {
            ensure!(
                value.is_finite() && cpu_ns.is_none_or(f64::is_finite),
                "failed to store {} of {} on {}: the value is not a finite number; this is a fault of whoever \
                 measured it",
                record.metric,
                record.workload,
                record.configuration
            );
        }
    }
    let mut table = table(records).context("failed to lay out the records as a table")?;
    seal::seal(&parquet::bytes(&mut table)?)
}

/// The records in the bytes of a Parquet file, in their order.
///
/// # Errors
/// Where the bytes are no Parquet file with its checksum, a column is missing or of another type, or a row contradicts itself.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<Record>> {
    seal::check(&bytes)?;
    let table = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None).finish();
    records(&table.context("failed to read Parquet")?)
}

fn table(records: &[Record]) -> PolarsResult<DataFrame> {
    fn column<'a, T, P: ?Sized>(name: &str, records: &'a [Record], of: impl Fn(&'a Record) -> T) -> Column
    where
        Series: NamedFrom<Vec<T>, P>,
    {
        Column::new(name.into(), records.iter().map(of).collect::<Vec<T>>())
    }
    DataFrame::new(
        records.len(),
        vec![
            column("process", records, |record| record.process),
            column("round", records, |record| record.round),
            column("configuration", records, |record| record.configuration.as_str()),
            column("workload", records, |record| record.workload.as_str()),
            column("metric", records, |record| record.metric.as_str()),
            column("index", records, |record| record.index),
            column("warmup", records, |record| record.warmup),
            column("units", records, |record| record.units),
            column("instances", records, |record| record.instances),
            column("source", records, |record| record.source.map(Source::name)),
            column("status", records, |record| status(&record.outcome)),
            column("value", records, |record| match record.outcome {
                Outcome::Measured { value, .. } => Some(value),
                _ => None,
            }),
            column("cpu_ns", records, |record| match record.outcome {
                Outcome::Measured { cpu_ns, .. } => cpu_ns,
                _ => None,
            }),
            column("histogram", records, |record| match &record.outcome {
                Outcome::Histogram(bytes) => Some(bytes.as_slice()),
                _ => None,
            }),
            column("reason", records, |record| match &record.outcome {
                Outcome::Unsupported(reason)
                | Outcome::Failed(reason)
                | Outcome::TimedOut(reason)
                | Outcome::WrongOutput(reason) => Some(reason.as_str()),
                _ => None,
            }),
        ],
    )
}

fn status(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Measured { .. } => "measured",
        Outcome::Histogram(_) => "histogram",
        Outcome::Unsupported(_) => "unsupported",
        Outcome::Failed(_) => "failed",
        Outcome::TimedOut(_) => "timed_out",
        Outcome::WrongOutput(_) => "wrong_output",
    }
}

fn records(table: &DataFrame) -> Result<Vec<Record>> {
    let process = table.column("process")?.u32()?;
    let round = table.column("round")?.u32()?;
    let configuration = table.column("configuration")?.str()?;
    let workload = table.column("workload")?.str()?;
    let metric = table.column("metric")?.str()?;
    let index = table.column("index")?.u32()?;
    let warmup = table.column("warmup")?.bool()?;
    let units = table.column("units")?.u64()?;
    let instances = table.column("instances")?.u32()?;
    // Runs of before it was recorded have no such column.
    let source = table.column("source").ok().map(Column::str).transpose()?;
    let status = table.column("status")?.str()?;
    let value = table.column("value")?.f64()?;
    let cpu_ns = table.column("cpu_ns")?.f64()?;
    let histogram = table.column("histogram")?.binary()?;
    let reason = table.column("reason")?.str()?;

    let outcome = |row: usize| -> Result<Outcome> {
        let because =
            || reason.get(row).map(str::to_owned).context("a row that was not measured gives no reason");
        Ok(match status.get(row).context("a row has no status")? {
            "measured" => {
                let value = value.get(row).context("a measured row has no value")?;
                let cpu_ns = cpu_ns.get(row);
                ensure!(value.is_finite() && cpu_ns.is_none_or(f64::is_finite), "a value is not finite");
                Outcome::Measured { value, cpu_ns }
            }
            "histogram" => {
                Outcome::Histogram(histogram.get(row).context("a histogram row has no histogram")?.to_vec())
            }
            "unsupported" => Outcome::Unsupported(because()?),
            "failed" => Outcome::Failed(because()?),
            "timed_out" => Outcome::TimedOut(because()?),
            "wrong_output" => Outcome::WrongOutput(because()?),
            other => bail!("a row has the unknown status {other:?}"),
        })
    };
    let source = |row: usize| -> Result<Option<Source>> {
        let Some(name) = source.and_then(|column| column.get(row)) else { return Ok(None) };
        Ok(Some(Source::of_name(name).with_context(|| format!("a row has the unknown source {name:?}"))?))
    };
    let row = |row: usize| -> Result<Record> {
        let missing = "a row lacks a field that every row has";
        Ok(Record {
            process: process.get(row).context(missing)?,
            round: round.get(row).context(missing)?,
            configuration: configuration.get(row).context(missing)?.to_owned(),
            workload: workload.get(row).context(missing)?.to_owned(),
            metric: metric.get(row).context(missing)?.to_owned(),
            index: index.get(row).context(missing)?,
            warmup: warmup.get(row).context(missing)?,
            units: units.get(row).context(missing)?,
            instances: instances.get(row),
            source: source(row)?,
            outcome: outcome(row)?,
        })
    };
    (0..table.height()).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn every_kind_of_row_survives() {
        let records = example::one_of_each(7);
        assert_eq!(decode(encode(&records).expect("bytes")).expect("records"), records);
        assert_eq!(decode(encode(&[]).expect("bytes")).expect("no records"), []);
    }

    #[test]
    fn values_that_are_no_numbers_are_refused() {
        for (value, cpu_ns) in [(f64::NAN, None), (f64::INFINITY, None), (1.0, Some(f64::NAN))] {
            let mut record = example::measured(0, "a/b", "noop", "engine", 1.0);
            record.outcome = Outcome::Measured { value, cpu_ns };
            let error = encode(&[record]).expect_err("refused").to_string();
            assert!(error.contains("engine of noop on a/b"), "{error}");
        }
    }

    #[test]
    fn damage_is_an_error_wherever_it_is() {
        let whole = encode(&example::one_of_each(7)).expect("bytes");
        for length in 0..whole.len() {
            assert!(decode(whole[..length].to_vec()).is_err(), "cut at {length} of {}", whole.len());
        }
        for position in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[position] ^= 0x55;
            assert!(decode(flipped).is_err(), "byte {position} of {}", whole.len());
        }
    }
}
