//! The run's numbers for programs, compressed for inside the page: every value as CSV, and as much as fits as JSON.

use std::{collections::BTreeMap, io::Write};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use wasmark_results::{
    record::{Outcome, Record},
    source::Source,
    statistics::median,
    store::LoadedRun,
    summary::Summary,
};

use crate::{csv, summary_parquet};

/// What stands in the page's `script` elements, which no browser executes.
pub struct Embedded {
    /// The summary and as much of the raw data as fits, as JSON: gzip, in base64. `None` where not even the summary does.
    pub json: Option<String>,
    /// Every value of the summary, as CSV: gzip, in base64.
    pub csv: String,
    /// The same as Parquet, where it is small enough. The summary's values and not the records: these are the larger part of a
    /// run's folder, and a link to a file there would lead nowhere from a page that was sent.
    pub parquet: Option<String>,
    /// What the JSON holds, in a sentence.
    pub holds: &'static str,
}

/// How much of the raw data goes in.
#[derive(Clone, Copy)]
enum Raw {
    Samples,
    Medians,
    Nothing,
}

/// The CSV, as much of the summary and the raw data as fits in `room` bytes with it, and the CSV's rows as Parquet where they
/// take at most two fifths of `room`.
///
/// # Errors
/// Where the summary is no JSON, which a number that is not finite would make it.
pub fn embed(run: &LoadedRun, summary: &Summary, room: usize) -> Result<Embedded> {
    let csv = csv::summary_csv(summary)?;
    // Beside the room of the others, of which the JSON has more than these values.
    let parquet = Some(packed(summary_parquet(&csv)?)?).filter(|one| one.len() <= room * 2 / 5);
    let csv = packed(&csv)?;
    let room = room.saturating_sub(csv.len());
    let summary = shorter(serde_json::to_value(summary).context("failed to write the summary as JSON")?);
    let choices = [
        (
            Raw::Samples,
            "This page also holds the summary and every process’s samples as JSON; histograms are in the run’s Parquet files alone.",
        ),
        (
            Raw::Medians,
            "This page also holds the summary and each process’s medians as JSON; samples and histograms are in the run’s Parquet \
             files, the samples being too many for a page.",
        ),
        (
            Raw::Nothing,
            "This page also holds the summary as JSON; the run’s Parquet files have the rest, which is too much for a page.",
        ),
    ];
    for (raw, holds) in choices {
        let document =
            json!({ "estimate": ESTIMATE, "summary": &summary, "raw": compact(&run.records, raw) });
        let json = packed(document.to_string())?;
        if json.len() <= room {
            return Ok(Embedded { json: Some(json), csv, parquet, holds });
        }
    }
    let holds = "The run is too large for a page to hold its JSON: the run’s Parquet files have all of it.";
    Ok(Embedded { json: None, csv, parquet, holds })
}

/// Bytes as gzip, in base64.
///
/// # Errors
/// Where they cannot be compressed.
pub fn packed(bytes: impl AsRef<[u8]>) -> Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref())?;
    Ok(STANDARD.encode(encoder.finish()?))
}

/// The fields of an estimate, in the order in which [`shorter`] lists them.
const ESTIMATE: [&str; 9] =
    ["median", "low", "high", "coverage", "n", "samples", "source", "missing", "unit"];

/// The same with every estimate as a list and with six significant digits: a third of the text.
fn shorter(value: Value) -> Value {
    match value {
        Value::Object(fields)
            if fields.len() == ESTIMATE.len() && ESTIMATE.iter().all(|name| fields.contains_key(*name)) =>
        {
            ESTIMATE.iter().map(|name| shorter(fields[*name].clone())).collect()
        }
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, shorter(value))).collect(),
        Value::Array(list) => list.into_iter().map(shorter).collect(),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or(Value::Null, |number| json!(six_digits(number)))
        }
        other => other,
    }
}

/// A number rounded to six significant digits.
pub fn six_digits(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// Process, round, configuration, workload, metric, source, units and instances.
type Place<'a> = (u32, u32, &'a str, &'a str, &'a str, Option<Source>, u64, Option<u32>);

/// The values of one place, the warm-ups first.
#[derive(Default)]
struct Series {
    values: Vec<f64>,
    cpu: Vec<Option<f64>>,
    warmups: u32,
}

/// Samples by process and cell: names once, then for each series their places, and its values in order.
fn compact(records: &[Record], raw: Raw) -> Value {
    if matches!(raw, Raw::Nothing) {
        return Value::Null;
    }
    let mut series: BTreeMap<Place, Series> = BTreeMap::new();
    for record in records {
        let Outcome::Measured { value, cpu_ns } = &record.outcome else { continue };
        let place = (
            record.process,
            record.round,
            record.configuration.as_str(),
            record.workload.as_str(),
            record.metric.as_str(),
            record.source,
            record.units,
            record.instances,
        );
        let series = series.entry(place).or_default();
        if record.warmup {
            series.warmups += 1;
            if matches!(raw, Raw::Medians) {
                continue;
            }
        }
        series.values.push(*value);
        series.cpu.push(*cpu_ns);
    }
    let mut names = Names::default();
    let rows: Vec<Value> = series
        .into_iter()
        .map(
            |(
                (process, round, configuration, workload, metric, source, units, instances),
                Series { values, cpu, warmups },
            )| {
                let cpu: Option<Vec<f64>> = cpu.into_iter().collect();
                let (values, cpu) = match raw {
                    Raw::Medians => (middle(&values), cpu.map(|cpu| middle(&cpu))),
                    _ => (values, cpu),
                };
                json!([
                    process,
                    round,
                    names.place(configuration),
                    names.place(workload),
                    names.place(metric),
                    source,
                    units,
                    instances,
                    warmups,
                    numbers(&values),
                    cpu.map(|cpu| numbers(&cpu)),
                ])
            },
        )
        .collect();
    json!({
        "columns": [
            "process", "round", "configuration", "workload", "metric", "source", "units", "instances", "warmups", "values",
            "cpu_ns",
        ],
        "names": names.list,
        "values": match raw { Raw::Medians => "the median without warm-ups", _ => "all, the warm-ups first" },
        "rows": rows,
    })
}

fn middle(values: &[f64]) -> Vec<f64> {
    median::median(values).map(|median| median.estimate).into_iter().collect()
}

/// Whole numbers without a decimal point, which is a quarter of the text.
fn numbers(values: &[f64]) -> Vec<Value> {
    let number = |value: &f64| {
        if value.fract() == 0.0 && value.abs() < 9e15 { json!(*value as i64) } else { json!(value) }
    };
    values.iter().map(number).collect()
}

#[derive(Default)]
struct Names<'a> {
    list: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn place(&mut self, name: &'a str) -> usize {
        self.list.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.list.push(name);
            self.list.len() - 1
        })
    }
}
