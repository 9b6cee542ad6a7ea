//! The records and the summary as CSV.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use csv::Writer;
use wasmark_results::{
    record::{Outcome, Record, metric},
    summary::{Cell, Distribution, Estimate, Line, Ratio, Summary, Window},
};

use crate::shown::absence;

/// Every record, one a line. Histograms are in HdrHistogram's V2 format, base64.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn records_csv(records: &[Record]) -> Result<String> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record([
        "process",
        "round",
        "configuration",
        "workload",
        "metric",
        "index",
        "warmup",
        "units",
        "instances",
        "status",
        "value",
        "cpu_ns",
        "text",
    ])?;
    for record in records {
        let (status, value, cpu, text) = match &record.outcome {
            Outcome::Measured { value, cpu_ns } => ("measured", Some(*value), *cpu_ns, String::new()),
            Outcome::Histogram(v2) => ("histogram", None, None, STANDARD.encode(v2)),
            Outcome::Unsupported(reason) => ("unsupported", None, None, reason.clone()),
            Outcome::Failed(reason) => ("failed", None, None, reason.clone()),
            Outcome::TimedOut(reason) => ("timed_out", None, None, reason.clone()),
            Outcome::WrongOutput(reason) => ("wrong_output", None, None, reason.clone()),
        };
        writer.write_record([
            record.process.to_string(),
            record.round.to_string(),
            record.configuration.clone(),
            record.workload.clone(),
            record.metric.clone(),
            record.index.to_string(),
            record.warmup.to_string(),
            record.units.to_string(),
            optional(record.instances),
            status.to_owned(),
            optional(value),
            optional(cpu),
            text,
        ])?;
    }
    finish(writer)
}

/// Every cell of the summary, one a line: a value with its interval, or the reason why there is none.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn summary_csv(summary: &Summary) -> Result<String> {
    let mut table = Table { writer: Writer::from_writer(Vec::new()) };
    table.writer.write_record([
        "configuration",
        "tier",
        "workload",
        "metric",
        "unit",
        "value",
        "low",
        "high",
        "coverage",
        "n",
        "status",
        "reason",
    ])?;
    for row in &summary.cold_start {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, metric::PROCESS_TO_RESULT, &row.process_to_result)?;
        table.row(of, metric::FROM_WASM, &row.from_wasm)?;
        table.row(of, metric::FROM_ARTIFACT, &row.from_artifact)?;
        table.row(of, metric::FRESH_INSTANCE, &row.fresh_instance)?;
        table.row(of, metric::REUSED_INSTANCE, &row.reused_instance)?;
        if row.time_to_trap != Cell::NotMeasured {
            table.row(of, metric::TIME_TO_TRAP, &row.time_to_trap)?;
        }
        table.row(of, metric::INSTANTIATE_FAULTS, &row.instantiate_faults)?;
        for start in &row.starts {
            let source = crate::sections::ladder::source(start.source);
            for phase in &start.phases {
                table.row(of, &format!("{} ({source})", phase.phase), &phase.time)?;
            }
        }
    }
    for row in &summary.throughput.rows {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, metric::THROUGHPUT, &row.time)?;
        table.row(of, "throughput against the reference", &row.factor)?;
    }
    for row in &summary.throughput.overall {
        let mean = format!("geometric mean of {}", row.workloads);
        table.row([&row.configuration, &row.tier, &mean], "throughput against the reference", &row.factor)?;
    }
    for row in &summary.compile {
        table.row(
            [&row.configuration, &row.tier, &row.workload],
            metric::ARTIFACT_SIZE,
            &row.artifact_size,
        )?;
    }
    for row in &summary.memory {
        let of = [&row.configuration, &row.tier, &row.workload];
        let series = [
            (metric::MEMORY_INSTANTIATED, &row.instantiated),
            (metric::MEMORY_CALLED, &row.called),
            (metric::MEMORY_PRIVATE, &row.private),
            (metric::MEMORY_RESERVED, &row.reserved),
            (metric::MEMORY_MAPS, &row.maps),
            (metric::MEMORY_PAGE_TABLES, &row.page_tables),
        ];
        for (name, line) in series {
            table.line(of, name, line)?;
        }
    }
    finish(table.writer)
}

struct Table {
    writer: Writer<Vec<u8>>,
}

/// A number with its interval, as CSV has it.
struct Number {
    unit: &'static str,
    value: f64,
    low: f64,
    high: f64,
    coverage: f64,
    n: u32,
}

impl From<&Estimate> for Number {
    fn from(one: &Estimate) -> Number {
        use wasmark_results::summary::Unit;
        let unit = match one.unit {
            Unit::Nanoseconds => "ns",
            Unit::NanosecondsPerUnit => "ns/unit",
            Unit::Bytes => "bytes",
            Unit::Count => "count",
        };
        Number { unit, value: one.median, low: one.low, high: one.high, coverage: one.coverage, n: one.n }
    }
}

impl From<&Window> for Number {
    fn from(window: &Window) -> Number {
        Number::from(&window.wall)
    }
}

impl From<&Distribution> for Number {
    fn from(distribution: &Distribution) -> Number {
        Number::from(&distribution.typical)
    }
}

impl From<&Ratio> for Number {
    fn from(one: &Ratio) -> Number {
        Number {
            unit: "ratio",
            value: one.value,
            low: one.low,
            high: one.high,
            coverage: one.coverage,
            n: one.n,
        }
    }
}

impl Table {
    fn row<T>(&mut self, of: [&String; 3], metric: &str, cell: &Cell<T>) -> Result<()>
    where
        Number: for<'a> From<&'a T>,
    {
        let [configuration, tier, workload] = of.map(String::as_str);
        match cell.measured().map(Number::from) {
            Some(Number { unit, value, low, high, coverage, n }) => self.writer.write_record([
                configuration,
                tier,
                workload,
                metric,
                unit,
                &six(value),
                &six(low),
                &six(high),
                &six(coverage),
                &n.to_string(),
                "measured",
                "",
            ])?,
            None => {
                let (word, reason) = absence(cell).unwrap_or_default();
                self.writer.write_record([
                    configuration,
                    tier,
                    workload,
                    metric,
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    &word.replace(' ', "_"),
                    reason,
                ])?;
            }
        }
        Ok(())
    }

    fn line(&mut self, of: [&String; 3], metric: &str, cell: &Cell<Line>) -> Result<()> {
        let fit = |which: fn(&wasmark_results::summary::Fit) -> &Estimate| {
            cell.clone().and_then(|line| {
                line.fit.as_ref().map_or(Cell::NotMeasured, |fit| Cell::Measured(which(fit).clone()))
            })
        };
        self.row(of, &format!("{metric} fixed"), &fit(|fit| &fit.fixed))?;
        self.row(of, &format!("{metric} per instance"), &fit(|fit| &fit.per_instance))
    }
}

fn six(number: f64) -> String {
    crate::data::six_digits(number).to_string()
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn finish(writer: Writer<Vec<u8>>) -> Result<String> {
    let bytes = writer.into_inner().context("failed to finish the CSV")?;
    String::from_utf8(bytes).context("failed to finish the CSV")
}
