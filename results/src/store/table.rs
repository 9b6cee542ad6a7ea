//! Records as one Parquet table, and back. FORMAT.md lists the columns.

use super::seal;
use crate::{
    error::{Damage, Error, Result},
    parquet::{self, Table, Values},
    record::{Outcome, Record},
    source::Source,
};

/// The table as the bytes of a Parquet file (zstd) with a checksum.
///
/// # Errors
/// Where a value is not finite: it would mean nothing, and could not be distinguished from damage later.
pub fn encode(records: &[Record]) -> Result<Vec<u8>> {
    for record in records {
        if let Outcome::Measured { value, cpu_ns } = record.outcome
            && !finite(value, cpu_ns)
        {
            return Err(Error::NotFinite {
                metric: record.metric.clone(),
                workload: record.workload.clone(),
                configuration: record.configuration.clone(),
            });
        }
    }
    Ok(seal::seal(&parquet::table(records.len(), &columns(records))?)?)
}

fn finite(value: f64, cpu_ns: Option<f64>) -> bool {
    value.is_finite() && cpu_ns.is_none_or(f64::is_finite)
}

/// The records in the bytes of a Parquet file, in their order.
///
/// # Errors
/// Where the bytes are no Parquet file with its checksum, a column is missing or of another type, or a row contradicts itself.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<Record>, Damage> {
    seal::check(&bytes)?;
    records(&Table::read(bytes)?)
}

/// The columns, in the order in which they are written.
fn columns(records: &[Record]) -> [(&'static str, Values<'_>); 15] {
    fn column<'a, T>(records: &'a [Record], of: impl Fn(&'a Record) -> Option<T>) -> Vec<Option<T>> {
        records.iter().map(of).collect()
    }
    let texts = |of: fn(&Record) -> Option<&str>| Values::Texts(column(records, of));
    let counts = |of: fn(&Record) -> Option<u32>| Values::Counts(column(records, of));
    let numbers = |of: fn(&Record) -> Option<f64>| Values::Numbers(column(records, of));
    [
        ("process", counts(|record| Some(record.process))),
        ("round", counts(|record| Some(record.round))),
        ("configuration", texts(|record| Some(&record.configuration))),
        ("workload", texts(|record| Some(&record.workload))),
        ("metric", texts(|record| Some(&record.metric))),
        ("index", counts(|record| Some(record.index))),
        ("warmup", Values::Flags(column(records, |record| Some(record.warmup)))),
        ("units", Values::LargeCounts(column(records, |record| Some(record.units)))),
        ("instances", counts(|record| record.instances)),
        ("source", texts(|record| record.source.map(Source::name))),
        ("status", texts(|record| Some(status(&record.outcome)))),
        (
            "value",
            numbers(|record| match record.outcome {
                Outcome::Measured { value, .. } => Some(value),
                _ => None,
            }),
        ),
        (
            "cpu_ns",
            numbers(|record| match record.outcome {
                Outcome::Measured { cpu_ns, .. } => cpu_ns,
                _ => None,
            }),
        ),
        (
            "histogram",
            Values::Bytes(column(records, |record| match &record.outcome {
                Outcome::Histogram(bytes) => Some(bytes.as_slice()),
                _ => None,
            })),
        ),
        (
            "reason",
            texts(|record| match &record.outcome {
                Outcome::Unsupported(reason)
                | Outcome::Failed(reason)
                | Outcome::TimedOut(reason)
                | Outcome::WrongOutput(reason) => Some(reason),
                _ => None,
            }),
        ),
    ]
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

/// A table's rows.
fn records(table: &Table) -> Result<Vec<Record>, Damage> {
    fn there<T>(name: &str, column: Result<Option<T>, Damage>) -> Result<T, Damage> {
        column?.ok_or_else(|| Damage::NoColumn(name.to_owned()))
    }
    let counts = |name| there(name, table.counts(name));
    let numbers = |name| there(name, table.numbers(name));
    let texts = |name| there(name, table.texts(name));
    let (process, round, index) = (counts("process")?, counts("round")?, counts("index")?);
    let mut configuration = texts("configuration")?;
    let (mut workload, mut metric) = (texts("workload")?, texts("metric")?);
    let warmup = there("warmup", table.flags("warmup"))?;
    let units = there("units", table.large_counts("units"))?;
    let instances = counts("instances")?;
    // Runs of before it was recorded have no such column.
    let source = table.texts("source")?;
    let (status, mut reason) = (texts("status")?, texts("reason")?);
    let (value, cpu_ns) = (numbers("value")?, numbers("cpu_ns")?);
    let histogram = there("histogram", table.bytes("histogram"))?;

    let unknown = |what, name: &str| Damage::Unknown { what, name: name.to_owned() };
    let mut outcome = |row: usize| -> Result<Outcome, Damage> {
        let mut because =
            || reason[row].take().ok_or(Damage::Row("a row that was not measured gives no reason"));
        Ok(match status[row].as_deref().ok_or(Damage::Row("a row has no status"))? {
            "measured" => {
                let value = value[row].ok_or(Damage::Row("a measured row has no value"))?;
                let cpu_ns = cpu_ns[row];
                if !finite(value, cpu_ns) {
                    return Err(Damage::Row("a value is not finite"));
                }
                Outcome::Measured { value, cpu_ns }
            }
            "histogram" => {
                let bytes = histogram[row].as_ref();
                let bytes = bytes.ok_or(Damage::Row("a histogram row has no histogram"))?;
                Outcome::Histogram(bytes.data().to_vec())
            }
            "unsupported" => Outcome::Unsupported(because()?),
            "failed" => Outcome::Failed(because()?),
            "timed_out" => Outcome::TimedOut(because()?),
            "wrong_output" => Outcome::WrongOutput(because()?),
            other => return Err(unknown("status", other)),
        })
    };
    let source = |row: usize| -> Result<Option<Source>, Damage> {
        let name = source.as_ref().and_then(|column| column[row].as_deref());
        name.map(|name| Source::of_name(name).ok_or_else(|| unknown("source", name))).transpose()
    };
    let row = |row: usize| -> Result<Record, Damage> {
        let missing = || Damage::Row("a row lacks a field that every row has");
        Ok(Record {
            process: process[row].ok_or_else(missing)?,
            round: round[row].ok_or_else(missing)?,
            configuration: configuration[row].take().ok_or_else(missing)?,
            workload: workload[row].take().ok_or_else(missing)?,
            metric: metric[row].take().ok_or_else(missing)?,
            index: index[row].ok_or_else(missing)?,
            warmup: warmup[row].ok_or_else(missing)?,
            units: units[row].ok_or_else(missing)?,
            instances: instances[row],
            source: source(row)?,
            outcome: outcome(row)?,
        })
    };
    (0..process.len()).map(row).collect()
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

    /// Why the file has a checksum. Where this fails, parquet's own reader may do without.
    #[test]
    fn parquet_s_reader_takes_some_damage_for_values_or_panics() {
        let records = example::one_of_each(7);
        let whole = encode(&records).expect("bytes");
        let taken = |position: &usize| {
            let mut flipped = whole.clone();
            flipped[*position] ^= 0x10;
            let read = std::panic::catch_unwind(|| self::records(&Table::read(flipped)?));
            !matches!(read, Ok(Err(_))) && !matches!(read, Ok(Ok(read)) if read == records)
        };
        assert!((0..whole.len()).any(|position| taken(&position)));
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
