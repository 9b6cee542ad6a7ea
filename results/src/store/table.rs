//! Records as one Parquet table, and back. FORMAT.md lists the columns.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use parquet::{
    basic::{Compression, ZstdLevel},
    column::reader::get_typed_column_reader,
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    file::{
        properties::WriterProperties,
        reader::{FileReader, SerializedFileReader},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use super::seal;
use crate::{
    record::{Outcome, Record},
    source::Source,
};

/// The columns, in the order in which they are written. Unsigned numbers have Parquet's signed types and this annotation.
const SCHEMA: &str = "
    message record {
        optional int32 process (integer(32, false));
        optional int32 round (integer(32, false));
        optional binary configuration (string);
        optional binary workload (string);
        optional binary metric (string);
        optional int32 index (integer(32, false));
        optional boolean warmup;
        optional int64 units (integer(64, false));
        optional int32 instances (integer(32, false));
        optional binary source (string);
        optional binary status (string);
        optional double value;
        optional double cpu_ns;
        optional binary histogram;
        optional binary reason (string);
    }";

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
    let bytes = table(records).context("failed to write Parquet")?;
    seal::seal(&bytes)
}

/// The records in the bytes of a Parquet file, in their order.
///
/// # Errors
/// Where the bytes are no Parquet file with its checksum, a column is missing or of another type, or a row contradicts itself.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<Record>> {
    seal::check(&bytes)?;
    let table = SerializedFileReader::new(bytes::Bytes::from(bytes)).context("failed to read Parquet")?;
    records(&table)
}

fn table(records: &[Record]) -> Result<Vec<u8>> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    let text = |text: &str| Some(ByteArray::from(text));
    let mut columns = Columns { group: &mut group, records };
    columns.put::<Int32Type>(|record| Some(record.process as i32))?;
    columns.put::<Int32Type>(|record| Some(record.round as i32))?;
    columns.put::<ByteArrayType>(|record| text(&record.configuration))?;
    columns.put::<ByteArrayType>(|record| text(&record.workload))?;
    columns.put::<ByteArrayType>(|record| text(&record.metric))?;
    columns.put::<Int32Type>(|record| Some(record.index as i32))?;
    columns.put::<BoolType>(|record| Some(record.warmup))?;
    columns.put::<Int64Type>(|record| Some(record.units as i64))?;
    columns.put::<Int32Type>(|record| record.instances.map(|count| count as i32))?;
    columns.put::<ByteArrayType>(|record| record.source.map(Source::name).and_then(text))?;
    columns.put::<ByteArrayType>(|record| text(status(&record.outcome)))?;
    columns.put::<DoubleType>(|record| match record.outcome {
        Outcome::Measured { value, .. } => Some(value),
        _ => None,
    })?;
    columns.put::<DoubleType>(|record| match record.outcome {
        Outcome::Measured { cpu_ns, .. } => cpu_ns,
        _ => None,
    })?;
    columns.put::<ByteArrayType>(|record| match &record.outcome {
        Outcome::Histogram(bytes) => Some(ByteArray::from(bytes.as_slice())),
        _ => None,
    })?;
    columns.put::<ByteArrayType>(|record| match &record.outcome {
        Outcome::Unsupported(reason)
        | Outcome::Failed(reason)
        | Outcome::TimedOut(reason)
        | Outcome::WrongOutput(reason) => text(reason),
        _ => None,
    })?;
    group.close()?;
    Ok(file.into_inner()?)
}

/// The columns of a row group, written one after the other.
struct Columns<'a, 'group> {
    group: &'a mut SerializedRowGroupWriter<'group, Vec<u8>>,
    records: &'a [Record],
}

impl Columns<'_, '_> {
    /// Writes the next column of the schema.
    fn put<T: DataType>(&mut self, of: impl Fn(&Record) -> Option<T::T>) -> Result<()> {
        let cells: Vec<Option<T::T>> = self.records.iter().map(of).collect();
        let present: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<T::T> = cells.into_iter().flatten().collect();
        let mut column = self.group.next_column()?.context("the table has another column")?;
        column.typed::<T>().write_batch(&values, Some(&present), None)?;
        Ok(column.close()?)
    }
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

type Table = SerializedFileReader<bytes::Bytes>;

/// A column's cells in order, none of them where there is no such column.
fn column<T: DataType>(table: &Table, name: &str) -> Result<Option<Vec<Option<T::T>>>> {
    let schema = table.metadata().file_metadata().schema_descr();
    let Some(at) = schema.columns().iter().position(|column| column.path().string() == name) else {
        return Ok(None);
    };
    let described = schema.column(at);
    ensure!(
        described.physical_type() == T::get_physical_type() && described.max_rep_level() == 0,
        "the column {name} has another type"
    );
    let mut cells = Vec::new();
    for number in 0..table.num_row_groups() {
        let group = table.get_row_group(number)?;
        let mut reader = get_typed_column_reader::<T>(group.get_column_reader(at)?);
        let rows = usize::try_from(group.metadata().num_rows())?;
        let (mut present, mut values, mut read) = (Vec::new(), Vec::new(), 0);
        while read < rows {
            let (more, ..) = reader.read_records(rows - read, Some(&mut present), None, &mut values)?;
            ensure!(more > 0, "the column {name} ends before the table does");
            read += more;
        }
        let mut values = values.into_iter();
        match described.max_def_level() {
            0 => cells.extend(values.map(Some)),
            whole => {
                cells.extend(present.iter().map(|level| (*level == whole).then(|| values.next()).flatten()))
            }
        }
    }
    Ok(Some(cells))
}

/// A column of texts.
fn texts(table: &Table, name: &str) -> Result<Option<Vec<Option<String>>>> {
    let text = |bytes: ByteArray| String::from_utf8(bytes.data().to_vec()).context("a text is not UTF-8");
    let cells = column::<ByteArrayType>(table, name)?;
    cells.map(|cells| cells.into_iter().map(|cell| cell.map(text).transpose()).collect()).transpose()
}

/// A table's rows.
fn records(table: &Table) -> Result<Vec<Record>> {
    fn there<T>(name: &str, column: Result<Option<T>>) -> Result<T> {
        column?.with_context(|| format!("the table has no column {name}"))
    }
    let numbers = |name| there(name, column::<Int32Type>(table, name));
    let decimals = |name| there(name, column::<DoubleType>(table, name));
    let words = |name| there(name, texts(table, name));
    let (process, round, index) = (numbers("process")?, numbers("round")?, numbers("index")?);
    let mut configuration = words("configuration")?;
    let (mut workload, mut metric) = (words("workload")?, words("metric")?);
    let warmup = there("warmup", column::<BoolType>(table, "warmup"))?;
    let units = there("units", column::<Int64Type>(table, "units"))?;
    let instances = numbers("instances")?;
    // Runs of before it was recorded have no such column.
    let source = texts(table, "source")?;
    let (status, mut reason) = (words("status")?, words("reason")?);
    let (value, cpu_ns) = (decimals("value")?, decimals("cpu_ns")?);
    let histogram = there("histogram", column::<ByteArrayType>(table, "histogram"))?;

    let mut outcome = |row: usize| -> Result<Outcome> {
        let mut because = || reason[row].take().context("a row that was not measured gives no reason");
        Ok(match status[row].as_deref().context("a row has no status")? {
            "measured" => {
                let value = value[row].context("a measured row has no value")?;
                let cpu_ns = cpu_ns[row];
                ensure!(value.is_finite() && cpu_ns.is_none_or(f64::is_finite), "a value is not finite");
                Outcome::Measured { value, cpu_ns }
            }
            "histogram" => {
                let bytes = histogram[row].as_ref().context("a histogram row has no histogram")?;
                Outcome::Histogram(bytes.data().to_vec())
            }
            "unsupported" => Outcome::Unsupported(because()?),
            "failed" => Outcome::Failed(because()?),
            "timed_out" => Outcome::TimedOut(because()?),
            "wrong_output" => Outcome::WrongOutput(because()?),
            other => bail!("a row has the unknown status {other:?}"),
        })
    };
    let source = |row: usize| -> Result<Option<Source>> {
        let Some(name) = source.as_ref().and_then(|column| column[row].as_deref()) else { return Ok(None) };
        Ok(Some(Source::of_name(name).with_context(|| format!("a row has the unknown source {name:?}"))?))
    };
    let row = |row: usize| -> Result<Record> {
        let missing = "a row lacks a field that every row has";
        Ok(Record {
            process: process[row].context(missing)? as u32,
            round: round[row].context(missing)? as u32,
            configuration: configuration[row].take().context(missing)?,
            workload: workload[row].take().context(missing)?,
            metric: metric[row].take().context(missing)?,
            index: index[row].context(missing)? as u32,
            warmup: warmup[row].context(missing)?,
            units: units[row].context(missing)? as u64,
            instances: instances[row].map(|count| count as u32),
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
