//! A history for a terminal: what changed most comes first, and the rest is a number.

use wasmark_reports::{format, site::words};
use wasmark_results::history::{Cells, Change, History, Series};

use crate::tables::Texts;

/// The history; of cells that were named, every value.
pub fn text(history: &History, cells: &Cells, all: bool) -> String {
    let mut text = format!("{}.\n{}\n", words::scope(history), words::meaning(history));
    for (machine, class) in history.machines.iter().enumerate() {
        let series: Vec<&Series> = history.series.iter().filter(|one| one.machine == machine).collect();
        let runs = history.runs.iter().filter(|run| run.machine == *class).count();
        text.push_str(&format!("\n{class}: {}\n", format::counted(runs, "run", "runs")));
        if cells.is_all() {
            text.push_str(&overview(history, &series, all));
        } else {
            series.iter().for_each(|one| text.push_str(&values(history, one)));
        }
    }
    text.push_str(&gates(history));
    text
}

fn overview(history: &History, series: &[&Series], all: bool) -> String {
    let (same, changed): (Vec<&Series>, Vec<&Series>) = series.iter().partition(|one| one.changes.is_empty());
    let mut text = String::new();
    if !changed.is_empty() {
        let mut table = Texts::new(&["CHANGE", "CELL", "BEFORE", "AFTER", "SINCE", "BESIDE IT"]);
        for one in changed {
            if let Some(change) = one.largest_change() {
                table.row(row(history, one, change));
            }
        }
        text.push_str(&format!("{table}\n"));
    }
    if all && !same.is_empty() {
        let mut table = Texts::new(&["CELL", "RUNS", "NEWEST"]);
        for one in &same {
            let newest =
                one.points.last().map_or(String::new(), |point| words::value(one.unit, point.median));
            table.row([one.name(), one.points.len().to_string(), newest]);
        }
        text.push_str(&format!("without a significant change:\n{table}\n"));
    } else if !same.is_empty() {
        text.push_str(&format!("{} series without a significant change: --all lists them\n", same.len()));
    }
    text
}

fn row(history: &History, series: &Series, change: &Change) -> [String; 6] {
    let interval = words::interval(change).map(|interval| format!(" ({interval})")).unwrap_or_default();
    let further = match series.changes.len() - 1 {
        0 => String::new(),
        further => format!("; {further} further"),
    };
    let run = &history.runs[series.points[change.at].run];
    let beside: Vec<String> = series.beside(change).map(words::mark).collect();
    [
        format!("{}{interval}{further}", words::size(series, change)),
        series.name(),
        words::value(series.unit, change.before),
        words::value(series.unit, change.after),
        format!("{} {}", words::day(&run.started), run.id),
        beside.join("; "),
    ]
}

/// Every value of a series.
fn values(history: &History, series: &Series) -> String {
    let mut table = Texts::new(&["BEGAN", "RUN", "MEDIAN", "INTERVAL", "PROCESSES", "NOISE", "WHAT"]);
    for (at, point) in series.points.iter().enumerate() {
        let run = &history.runs[point.run];
        let change = series.changes.iter().find(|change| change.at == at);
        let change = change.map(|change| format!("CHANGE {}", words::size(series, change)));
        let marks = series.marks.iter().filter(|mark| mark.at == at).map(words::mark);
        table.row([
            words::day(&run.started).to_owned(),
            run.id.clone(),
            words::value(series.unit, point.median),
            format::interval(point.low, point.high, |value| words::value(series.unit, value)),
            point.n.to_string(),
            run.noise.clone(),
            change.into_iter().chain(marks).collect::<Vec<String>>().join("; "),
        ]);
    }
    let gates = series.gates.iter().map(|one| {
        let ratio = one.ratio.map(|ratio| format!(" {}", words::factor(ratio))).unwrap_or_default();
        format!("gate {} of {}: {}{ratio}\n", one.gate, words::day(&one.started), one.verdict)
    });
    format!("\n{}\n{table}\n{}", series.name(), gates.collect::<String>())
}

fn gates(history: &History) -> String {
    if history.gates.is_empty() {
        return String::new();
    }
    let mut table = Texts::new(&["GATE", "BEGAN", "VERDICT", "BASE", "CANDIDATE"]);
    for one in &history.gates {
        table.row([&one.id, words::day(&one.started), &one.overall, &one.base, &one.candidate]);
    }
    format!("\n{table}\n")
}
