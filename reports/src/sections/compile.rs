//! What compiling costs and what it buys.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::summary::Compile;

use crate::{
    charts::compile::{chart, named_workload},
    format::{DASH, six_digits, time},
    html::{Notes, column, folded_of, left_out, row_of, table, td},
    view::{Detail, View},
};

/// The section.
///
/// # Errors
/// Where the chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let view = &view.of_work();
    let first = named_workload(view).or_else(|| view.large().map(|workload| workload.name.as_str()));
    let others = view.summary.run.workloads.iter().map(|workload| workload.name.as_str());
    Ok(html! {
        section id="compile" aria-labelledby="compile-title" {
            h2 id="compile-title" { "Compile time against throughput" }
            p { "What a compiler spends on a module, and what the code is worth afterwards. An interpreter decodes where a compiler \
                 compiles. Artifacts move the price out of the start, they do not make it go away." }
            (chart(view)?)
            @if let Some(first) = first {
                (compile_table(view, first))
                @if view.detail == Detail::Least { (left_out()) } @else {
                    @for name in others.filter(|name| *name != first) { (folded_of(view, name, compile_table(view, name))) }
                }
            }
        }
    })
}

fn compile_table(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let rows = view.of(&view.summary.compile, workload, |row: &Compile| (&row.configuration, &row.workload));
    let rows = html! {
        @for row in rows {
            @let of = view.number(&row.configuration);
            @let cpu = row.compile.measured().and_then(|window| window.cpu.as_ref()).map(|cpu| cpu.median);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                (td(of, &row.compile, &mut notes))
                td data-c=(of) data-v=[cpu.map(six_digits)] { (cpu.map_or(DASH.into(), time)) }
                (td(of, &row.save, &mut notes))
                (td(of, &row.artifact_size, &mut notes))
                (td(of, &row.time, &mut notes))
                (td(of, &row.factor, &mut notes))
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("compile", "wall"))
            (column("compile", "CPU of all threads"))
            (column("save", "artifact to disk"))
            (column("artifact", "file"))
            (column("time per unit", "wall"))
            (column("against native", ""))
        } }
        tbody { (rows) }
    };
    table(&format!("{workload}: compiling and running"), &notes, content)
}
