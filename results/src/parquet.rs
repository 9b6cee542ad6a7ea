//! Tables as Parquet files, which every tool for data reads: columns of optional values, and nothing nested.

use std::sync::Arc;

use ::parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel},
    column::reader::get_typed_column_reader,
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        reader::{FileReader, SerializedFileReader},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};
use bytes::Bytes;

use crate::{
    Error,
    error::{Damage, Result},
};

/// The values of a column, each of which may be missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Values<'a> {
    /// Texts.
    Texts(Vec<Option<&'a str>>),
    /// Bytes.
    Bytes(Vec<Option<&'a [u8]>>),
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Whole numbers.
    Counts(Vec<Option<u32>>),
    /// Whole numbers that may be larger.
    LargeCounts(Vec<Option<u64>>),
    /// Whether something is so.
    Flags(Vec<Option<bool>>),
}

/// A table of `rows` rows as the bytes of a Parquet file (zstd).
///
/// # Errors
/// Where a column has another number of values.
pub fn table(rows: usize, columns: &[(&str, Values<'_>)]) -> Result<Vec<u8>> {
    if let Some((name, _)) = columns.iter().find(|(_, values)| values.len() != rows) {
        return Err(Error::Column((*name).to_owned()));
    }
    Ok(write(columns)?)
}

fn write(columns: &[(&str, Values<'_>)]) -> Result<Vec<u8>, ParquetError> {
    let fields = columns.iter().map(|(name, values)| values.field(name).map(Arc::new));
    let fields = fields.collect::<Result<_, ParquetError>>()?;
    let schema = Type::group_type_builder("table").with_fields(fields).build()?;
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for (_, values) in columns {
        match values {
            // Parquet's numbers are signed, with a note where they are not.
            Values::Counts(cells) => column::<Int32Type, _>(&mut group, cells, |value| *value as i32),
            Values::LargeCounts(cells) => column::<Int64Type, _>(&mut group, cells, |value| *value as i64),
            Values::Texts(cells) => column::<ByteArrayType, _>(&mut group, cells, |text| (*text).into()),
            Values::Bytes(cells) => column::<ByteArrayType, _>(&mut group, cells, |bytes| (*bytes).into()),
            Values::Numbers(cells) => column::<DoubleType, _>(&mut group, cells, |value| *value),
            Values::Flags(cells) => column::<BoolType, _>(&mut group, cells, |value| *value),
        }?;
    }
    group.close()?;
    file.into_inner()
}

/// Writes the next column of a row group.
fn column<T: DataType, V>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    cells: &[Option<V>],
    value: impl Fn(&V) -> T::T,
) -> Result<(), ParquetError> {
    let present: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let values: Vec<T::T> = cells.iter().flatten().map(value).collect();
    let missing = || ParquetError::General("failed to find the column in the schema".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(&values, Some(&present), None)?;
    column.close()
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Values::Texts(cells) => cells.len(),
            Values::Bytes(cells) => cells.len(),
            Values::Numbers(cells) => cells.len(),
            Values::Counts(cells) => cells.len(),
            Values::LargeCounts(cells) => cells.len(),
            Values::Flags(cells) => cells.len(),
        }
    }

    /// The column's type.
    fn field(&self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical) = match self {
            Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Bytes(_) => (Physical::BYTE_ARRAY, None),
            Values::Numbers(_) => (Physical::DOUBLE, None),
            Values::Counts(_) => (Physical::INT32, Some(LogicalType::integer(32, false))),
            Values::LargeCounts(_) => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Values::Flags(_) => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        field.with_logical_type(logical).build()
    }
}

/// A Parquet file in memory.
pub(crate) struct Table(SerializedFileReader<Bytes>);

impl Table {
    /// # Errors
    /// Where the bytes are no Parquet file.
    pub fn read(bytes: Vec<u8>) -> Result<Table, Damage> {
        SerializedFileReader::new(Bytes::from(bytes)).map(Table).map_err(Damage::Footer)
    }

    pub fn texts(&self, name: &str) -> Result<Option<Vec<Option<String>>>, Damage> {
        let text = |bytes: ByteArray| {
            let text = String::from_utf8(bytes.data().to_vec());
            text.map_err(|source| Damage::Utf8 { column: name.to_owned(), source })
        };
        let cells = self.column::<ByteArrayType>(name)?;
        cells.map(|cells| cells.into_iter().map(|cell| cell.map(text).transpose()).collect()).transpose()
    }

    pub fn bytes(&self, name: &str) -> Result<Option<Vec<Option<ByteArray>>>, Damage> {
        self.column::<ByteArrayType>(name)
    }

    pub fn numbers(&self, name: &str) -> Result<Option<Vec<Option<f64>>>, Damage> {
        self.column::<DoubleType>(name)
    }

    pub fn counts(&self, name: &str) -> Result<Option<Vec<Option<u32>>>, Damage> {
        let cells = self.column::<Int32Type>(name)?;
        Ok(cells.map(|cells| cells.into_iter().map(|cell| cell.map(|value| value as u32)).collect()))
    }

    pub fn large_counts(&self, name: &str) -> Result<Option<Vec<Option<u64>>>, Damage> {
        let cells = self.column::<Int64Type>(name)?;
        Ok(cells.map(|cells| cells.into_iter().map(|cell| cell.map(|value| value as u64)).collect()))
    }

    pub fn flags(&self, name: &str) -> Result<Option<Vec<Option<bool>>>, Damage> {
        self.column::<BoolType>(name)
    }

    /// A column's cells in order; none of them where there is no such column.
    fn column<T: DataType>(&self, name: &str) -> Result<Option<Vec<Option<T::T>>>, Damage> {
        let schema = self.0.metadata().file_metadata().schema_descr();
        let Some(at) = schema.columns().iter().position(|column| column.path().string() == name) else {
            return Ok(None);
        };
        let described = schema.column(at);
        if described.physical_type() != T::get_physical_type() || described.max_rep_level() != 0 {
            return Err(Damage::ColumnType(name.to_owned()));
        }
        let mut cells = Vec::new();
        for number in 0..self.0.num_row_groups() {
            let group = self.0.get_row_group(number)?;
            let mut reader = get_typed_column_reader::<T>(group.get_column_reader(at)?);
            let rows = usize::try_from(group.metadata().num_rows())?;
            let (mut present, mut values, mut read) = (Vec::new(), Vec::new(), 0);
            while read < rows {
                let (more, ..) = reader.read_records(rows - read, Some(&mut present), None, &mut values)?;
                if more == 0 {
                    return Err(Damage::ColumnEnds(name.to_owned()));
                }
                read += more;
            }
            let mut values = values.into_iter();
            match described.max_def_level() {
                0 => cells.extend(values.map(Some)),
                whole => {
                    let cell = |level: i16| (level == whole).then(|| values.next()).flatten();
                    cells.extend(present.into_iter().map(cell));
                }
            }
        }
        Ok(Some(cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_what_was_written() {
        let texts = vec![Some("a"), None, Some("一二")];
        let bytes: Vec<Option<&[u8]>> = vec![Some(&[0, 255]), Some(&[]), None];
        let numbers = vec![Some(1.5), Some(-0.25), None];
        let counts = vec![None, Some(7), Some(u32::MAX)];
        let large = vec![Some(u64::MAX), None, Some(0)];
        let flags = vec![Some(true), Some(false), None];
        let columns = [
            ("text", Values::Texts(texts.clone())),
            ("bytes", Values::Bytes(bytes.clone())),
            ("number", Values::Numbers(numbers.clone())),
            ("count", Values::Counts(counts.clone())),
            ("large", Values::LargeCounts(large.clone())),
            ("flag", Values::Flags(flags.clone())),
        ];
        let read = Table::read(table(3, &columns).expect("bytes")).expect("a table");
        let texts = texts.into_iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!(read.texts("text").expect("texts"), Some(texts));
        let bytes = bytes.into_iter().map(|bytes| bytes.map(ByteArray::from)).collect();
        assert_eq!(read.bytes("bytes").expect("bytes"), Some(bytes));
        assert_eq!(read.numbers("number").expect("numbers"), Some(numbers));
        assert_eq!(read.counts("count").expect("counts"), Some(counts));
        assert_eq!(read.large_counts("large").expect("counts"), Some(large));
        assert_eq!(read.flags("flag").expect("flags"), Some(flags));
        assert_eq!(read.flags("none").expect("no column"), None);
        read.numbers("count").expect_err("another type");
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let columns = [("a", Values::Counts(vec![Some(1)])), ("b", Values::Counts(vec![]))];
        table(1, &columns).expect_err("refused");
    }
}
