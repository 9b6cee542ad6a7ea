//! The records and the summary as CSV.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use csv::Writer;
use wasmark_results::{
    record::{Outcome, Record, metric},
    run::Run,
    source::Source,
    summary::{Cell, Distribution, Estimate, Instances, Line, Ratio, Samples, Summary, Window},
};

use crate::{marked::mark, rendered::absence};

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
        "source",
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
            optional(record.source.map(Source::name)),
            status.to_owned(),
            optional(value),
            optional(cpu),
            text,
        ])?;
    }
    finish(writer)
}

/// Every cell of the summary that was asked for, one a line: a value with its interval, or the reason why there is none.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn summary_csv(summary: &Summary) -> Result<String> {
    let mut table = Table { run: &summary.run, writer: Writer::from_writer(Vec::new()) };
    table.writer.write_record([
        "configuration",
        "tier",
        "workload",
        "metric",
        "source",
        "unit",
        "value",
        "low",
        "high",
        "coverage",
        "n",
        "samples",
        "status",
        "reason",
        "mark",
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
            for phase in &start.phases {
                table.row_of(of, &phase.phase, Some(start.source), &phase.time)?;
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
    for one in &summary.variants {
        let of = [one.with, one.without].map(str::to_owned);
        let what = |metric: &str, workloads: u32| {
            format!("{metric} against the other, geometric mean of {workloads}")
        };
        for (metric, mean) in
            [(metric::THROUGHPUT, &one.throughput), (metric::FRESH_INSTANCE, &one.fresh_instance)]
        {
            if let Some(mean) = mean {
                let ratio = Cell::Measured(mean.ratio.clone());
                table.row([&of[0], &String::new(), &of[1]], &what(metric, mean.workloads), &ratio)?;
            }
        }
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
            (metric::MEMORY_DESCRIPTORS, &row.descriptors),
            (metric::MEMORY_PAGE_TABLES, &row.page_tables),
        ];
        for (name, line) in series {
            table.line(of, name, "instance", line)?;
        }
    }
    for row in &summary.live {
        let of = [&row.configuration, &row.tier, &row.workload];
        let ended = if row.endings.is_empty() { "nothing".to_owned() } else { row.endings.join(" and ") };
        let name = format!("instances alive, {}, ended by {ended}", row.state);
        table.row(of, &name, &row.instances)?;
        table.row(of, &format!("private memory of instances alive, {}", row.state), &row.private)?;
    }
    for row in &summary.tenants {
        let of = [&row.configuration, &row.tier, &row.workload];
        let name = |what: &str| format!("{what}, {}, tenants: {}", row.policy, row.tenants);
        table.row(of, &name("requests"), &row.served)?;
        table.row(of, &name("request p50"), &row.request.p50)?;
        table.row(of, &name("request p99"), &row.request.p99)?;
        table.row(of, &name("request p99.9"), &row.request.p99_9)?;
        table.row(of, &name("hit rate"), &row.hits)?;
        table.row(of, &name("modules loaded in requests"), &row.loads)?;
        table.row(of, &name("instances made in requests"), &row.instances)?;
        table.row(of, &name("loading a module"), &row.load)?;
        table.row(of, &name("private memory per loaded module"), &row.private_of_module)?;
        table.row(of, &name("private memory after the requests"), &row.private)?;
    }
    for row in &summary.page_cache {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, metric::PAGE_CACHE_WARM, &row.warm)?;
        table.row(of, metric::PAGE_CACHE_COLD, &row.cold)?;
        table.row(of, metric::PAGE_CACHE_COLD_SPAWN, &row.spawn)?;
        table.row(of, "page_cache_cold against page_cache_warm", &row.factor)?;
        table.row(of, metric::PAGE_CACHE_DROPPED, &row.dropped)?;
        table.row(of, metric::PAGE_CACHE_KEPT, &row.kept)?;
    }
    for row in &summary.code_cache {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, metric::CODE_CACHE_OFF, &row.off)?;
        table.row(of, metric::CODE_CACHE_FIRST, &row.first)?;
        table.row(of, "code_cache_first against code_cache_off", &row.first_factor)?;
        table.row(of, metric::CODE_CACHE_LATER, &row.later)?;
        table.row(of, "code_cache_later against code_cache_off", &row.later_factor)?;
        table.row(of, metric::CODE_CACHE_BYTES, &row.bytes)?;
    }
    for row in &summary.peak {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, metric::PEAK_BEFORE, &row.before)?;
        for one in &row.phases {
            table.row(of, &metric::peak(&one.phase), &one.peak)?;
        }
        table.row(of, "peak until the first output", &row.to_output)?;
    }
    for row in &summary.residue {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, metric::RESIDUE_HELD, &row.held)?;
        let series = [
            (metric::RESIDUE_PRIVATE, &row.private),
            (metric::RESIDUE_MAPS, &row.maps),
            (metric::RESIDUE_DESCRIPTORS, &row.descriptors),
        ];
        for (name, line) in series {
            table.line(of, name, "cycle", line)?;
        }
    }
    for row in &summary.concurrency {
        let of = [&row.configuration, &row.tier, &row.workload];
        for point in &row.points {
            let name =
                |what: &str| format!("{what} of {} instances, threads: {}", row.requests, point.threads);
            table.row(of, &name("requests per second"), &point.rate)?;
            table.row(of, &name("scaling"), &point.scaling)?;
            table.row(of, &name("system time per request"), &point.system)?;
            table.row(of, &name("context switches per million requests"), &point.switches)?;
            table.row(of, &name("page faults per request"), &point.faults)?;
        }
    }
    for row in &summary.load {
        let of = [&row.configuration, &row.tier, &row.workload];
        let name = |what: &str| format!("{what} of {} instances, threads: {}", row.requests, row.threads);
        table.row(of, &name("capacity"), &row.capacity)?;
        for rate in &row.rates {
            let name = |what: &str| name(&format!("{what} at {}", rate.arrivals));
            table.row(of, &name("offered"), &rate.offered)?;
            table.row(of, &name("achieved"), &rate.achieved)?;
            for (what, tail) in [("response", &rate.response), ("service", &rate.service), ("lag", &rate.lag)]
            {
                table.row(of, &name(&format!("{what} p50")), &tail.p50)?;
                table.row(of, &name(&format!("{what} p99")), &tail.p99)?;
                table.row(of, &name(&format!("{what} p99.9")), &tail.p99_9)?;
            }
        }
    }
    for row in &summary.boundary {
        let of = [&row.configuration, &row.tier, &row.operation];
        table.row(of, metric::BOUNDARY, &row.time)?;
        if let Some(rest) = &row.without_loop {
            table.row(of, "boundary without the loop", &Cell::Measured(rest.clone()))?;
        }
    }
    for row in &summary.density {
        let of = [&row.configuration, &row.tier, &row.workload];
        table.row(of, "instances per GiB", &row.per_gib)?;
        for bound in &row.bounds {
            let name = format!("instances within {}", bound.limit.name());
            table.row(of, &name, &Cell::Measured(bound.instances))?;
        }
    }
    finish(table.writer)
}

struct Table<'a> {
    run: &'a Run,
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
    samples: Samples,
    source: Option<Source>,
}

impl From<&Estimate> for Number {
    fn from(one: &Estimate) -> Number {
        use wasmark_results::summary::Unit;
        let unit = match one.unit {
            Unit::Nanoseconds => "ns",
            Unit::NanosecondsPerUnit => "ns/unit",
            Unit::Bytes => "bytes",
            Unit::Count => "count",
            Unit::PerSecond => "1/s",
            Unit::Factor => "ratio",
            Unit::Share => "share",
        };
        Number {
            unit,
            value: one.median,
            low: one.low,
            high: one.high,
            coverage: one.coverage,
            n: one.n,
            samples: one.samples,
            source: one.source,
        }
    }
}

impl From<&Instances> for Number {
    fn from(one: &Instances) -> Number {
        let &Instances { value, low, high, coverage, n, samples } = one;
        let high = high.unwrap_or(f64::INFINITY);
        Number { unit: "count", value, low, high, coverage, n, samples, source: None }
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
            samples: Samples::Processes,
            // Its sides may differ in it.
            source: None,
        }
    }
}

impl Table<'_> {
    fn row<T>(&mut self, of: [&String; 3], metric: &str, cell: &Cell<T>) -> Result<()>
    where
        Number: for<'a> From<&'a T>,
    {
        self.row_of(of, metric, None, cell)
    }

    /// A row of processes that ran, or would have run, from `source`.
    fn row_of<T>(
        &mut self,
        of: [&String; 3],
        metric: &str,
        source: Option<Source>,
        cell: &Cell<T>,
    ) -> Result<()>
    where
        Number: for<'a> From<&'a T>,
    {
        if matches!(cell, Cell::NotMeasured) {
            return Ok(());
        }
        let [configuration, tier, workload] = of.map(String::as_str);
        let number = cell.measured().map(Number::from);
        let mark = mark(self.run, configuration).map_or("", |(word, _)| word);
        let source = number.as_ref().and_then(|number| number.source).or(source).map_or("", Source::name);
        match number {
            Some(Number { unit, value, low, high, coverage, n, samples, .. }) => {
                self.writer.write_record([
                    configuration,
                    tier,
                    workload,
                    metric,
                    source,
                    unit,
                    &six(value),
                    &six(low),
                    &six(high),
                    &six(coverage),
                    &n.to_string(),
                    match samples {
                        Samples::Processes => "processes",
                        Samples::Points => "points",
                    },
                    "measured",
                    "",
                    mark,
                ])?
            }
            None => {
                let (word, reason) = absence(cell).unwrap_or_default();
                self.writer.write_record([
                    configuration,
                    tier,
                    workload,
                    metric,
                    source,
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    &word.replace(' ', "_"),
                    reason,
                    mark,
                ])?;
            }
        }
        Ok(())
    }

    /// A series' line: its beginning, and what one more instance, or cycle, adds.
    fn line(&mut self, of: [&String; 3], metric: &str, per: &str, cell: &Cell<Line>) -> Result<()> {
        let fit = |which: fn(&wasmark_results::summary::Fit) -> &Estimate| {
            cell.clone().and_then(|line| {
                line.fit.as_ref().map_or(Cell::NotMeasured, |fit| Cell::Measured(which(fit).clone()))
            })
        };
        self.row(of, &format!("{metric} fixed"), &fit(|fit| &fit.fixed))?;
        self.row(of, &format!("{metric} per {per}"), &fit(|fit| &fit.per_instance))
    }
}

/// Six digits; nothing for an end that is open.
fn six(number: f64) -> String {
    if number.is_finite() { crate::format::six_digits(number).to_string() } else { String::new() }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn finish(writer: Writer<Vec<u8>>) -> Result<String> {
    let bytes = writer.into_inner().context("failed to finish the CSV")?;
    String::from_utf8(bytes).context("failed to finish the CSV")
}
