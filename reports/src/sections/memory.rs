//! How much memory an instance takes.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::summary::{Cell, Density, Estimate, Limit, Line, Memory, points};

use super::capabilities::reached;
use crate::{
    charts::memory::chart,
    format::{DASH, bytes, count, six_digits},
    html::{Notes, absent, column, column_of, folded_of, left_out, row_of, shown, table, td},
    rendered::Rendered,
    view::{Detail, View},
};

/// The limits of the columns.
const LIMITS: [Limit; 4] = [Limit::Memory, Limit::AddressSpace, Limit::Mappings, Limit::Descriptors];

/// The section.
///
/// # Errors
/// Where the chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let first = view.memory_workload().map(|workload| workload.name.as_str());
    let others: Vec<_> = view
        .summary
        .run
        .workloads
        .iter()
        .map(|workload| workload.name.as_str())
        .filter(|name| Some(*name) != first && view.memories(name).iter().any(|row| asked(row)))
        .collect();
    Ok(html! {
        section id="memory" aria-labelledby="memory-title" {
            h2 id="memory-title" { "Memory" }
            p { "Each series is measured with 1, 4, 16, … live instances in one process; a robust line through it gives what the \
                 process takes once (fixed) and what every further instance takes." }
            @match first {
                Some(first) => {
                    (chart(view, first, &view.memories(first))?)
                    (memory_table(view, first))
                    (density_table(view, first))
                    @if view.detail == Detail::Least { (left_out()) } @else {
                        @for name in &others { (folded_of(view, name, of_another(view, name))) }
                    }
                },
                None => p.alert { "No memory was measured in this run." },
            }
            (sizes(view))
        }
    })
}

/// The tables of a workload that is not the first.
fn of_another(view: &View, workload: &str) -> Markup {
    html! {
        (memory_table(view, workload))
        @match view.detail {
            Detail::Full => (density_table(view, workload)),
            Detail::Brief | Detail::Least => p.quiet {
                "How many instances fit is left out of this page, which would be over 5 MB: the run’s files have it."
            },
        }
    }
}

fn asked(row: &Memory) -> bool {
    !(matches!(row.called, Cell::NotMeasured) && matches!(row.private, Cell::NotMeasured))
}

fn memory_table(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let rows = html! {
        @for row in view.memories(workload) {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                (td(of, &part(&row.called, |fit| &fit.fixed), &mut notes))
                (td(of, &part(&row.called, |fit| &fit.per_instance), &mut notes))
                (td(of, &part(&row.instantiated, |fit| &fit.per_instance), &mut notes))
                (td(of, &part(&row.private, |fit| &fit.per_instance), &mut notes))
                (td(of, &part(&row.reserved, |fit| &fit.per_instance), &mut notes))
                (td(of, &part(&row.maps, |fit| &fit.per_instance), &mut notes))
                (td(of, &part(&row.descriptors, |fit| &fit.per_instance), &mut notes))
                (td(of, &part(&row.page_tables, |fit| &fit.per_instance), &mut notes))
                td data-c=(of) data-v=[row.reached] {
                    (row.reached.map_or(DASH.into(), |reached| count(f64::from(reached))))
                    @if let Some(why) = &row.stopped {
                        span.why { " " (absent::<()>(&Cell::Failed(why.clone()), &mut notes)) }
                    }
                }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("fixed", "called once"))
            (column("per instance", "called once"))
            (column("per instance", "only instantiated"))
            (column_of("per instance, private", "Private_Dirty", points::PRIVATE, view.workload_number(workload)))
            (column("reserved", "address space per instance"))
            (column("mappings", "per instance"))
            (column("descriptors", "per instance"))
            (column("page tables", "per instance"))
            (column("instances", "reached"))
        } }
        tbody { (rows) }
    };
    table(&format!("{workload}: memory of a process and of an instance"), &notes, content)
}

/// How many instances fit, by each limit; the one that binds first is bold.
fn density_table(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let list = view.of(&view.summary.density, workload, |row| (&row.configuration, &row.workload));
    let rows = html! {
        @for row in list {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                (td(of, &row.per_gib, &mut notes))
                @for limit in LIMITS { (bound_cell(of, row, limit, &mut notes)) }
                td data-c=(of) { (probed(view, &row.configuration, &mut notes)) }
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("per GiB", "of private memory"))
            (column("memory", "of the machine; private and page tables"))
            (column("address space", "of a process, against reserved"))
            (column("mappings", "vm.max_map_count"))
            (column("descriptors", "RLIMIT_NOFILE"))
            th scope="col" { "seen alive" small { "at once, of a module with a page of memory" } }
        } }
        tbody { (rows) }
    };
    let caption = format!(
        "{workload}: how many instances fit into one process, by the limit of each kind; bold is the one that binds first. A \
         dash: a further instance takes nothing of it, or it was not measured."
    );
    table(&caption, &notes, content)
}

fn bound_cell(of: usize, row: &Density, limit: Limit, notes: &mut Notes) -> Markup {
    let Some(index) = row.bounds.iter().position(|bound| bound.limit == limit) else {
        return html! { td data-c=(of) { (DASH) } };
    };
    // The column is the limit's name.
    let bound = Rendered { remarks: Vec::new(), ..Rendered::from(&row.bounds[index]) };
    html! { td.best[index == 0] data-c=(of) data-v=(six_digits(bound.number)) title=[&bound.basis] { (shown(&bound, notes)) } }
}

/// What the probe of live instances reached.
fn probed(view: &View, configuration: &str, notes: &mut Notes) -> Markup {
    let one = view.configurations.iter().find(|one| one.id == configuration);
    let limits = one.and_then(|one| Some(&one.capabilities.as_ref()?.limits));
    reached("instances", limits.and_then(|limits| limits.get("instances")), notes)
}

fn part(cell: &Cell<Line>, of: impl Fn(&wasmark_results::summary::Fit) -> &Estimate) -> Cell<Rendered> {
    cell.clone().and_then(|line| {
        line.fit.as_ref().map_or(Cell::NotMeasured, |fit| Cell::Measured(Rendered::from(of(fit))))
    })
}

fn sizes(view: &View) -> Markup {
    let mut notes = Notes::default();
    let largest = view.large().map(|workload| workload.name.as_str());
    let rows = html! {
        @for configuration in &view.configurations {
            @let of = view.number(&configuration.id);
            tr {
                (row_of(view, &configuration.id, &configuration.tier))
                @let worker = view.summary.sizes.iter().find(|size| size.configuration == configuration.id);
                (td(of, &exact(worker.map(|size| &size.worker_bytes)), &mut notes))
                @for workload in [view.tiny().map(|workload| workload.name.as_str()), largest] {
                    (td(of, &artifact(view, &configuration.id, workload), &mut notes))
                }
            }
        }
    };
    let of = |name: Option<&str>| name.map(|name| format!("of {name}")).unwrap_or_default();
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            (column("worker", "stripped, with the engine's libraries"))
            (column("artifact", &of(view.tiny().map(|workload| workload.name.as_str()))))
            (column("artifact", &of(largest)))
        } }
        tbody { (rows) }
    };
    html! { h3 { "Sizes on disk" } (table("What has to be shipped", &notes, content)) }
}

fn exact(cell: Option<&Cell<u64>>) -> Cell<Rendered> {
    let cell = cell.cloned().unwrap_or(Cell::NotMeasured);
    cell.map(|size| Rendered::exact(bytes(size as f64), size as f64))
}

fn artifact(view: &View, configuration: &str, workload: Option<&str>) -> Cell<Estimate> {
    let row = view
        .summary
        .compile
        .iter()
        .find(|row| row.configuration == configuration && Some(row.workload.as_str()) == workload);
    row.map_or(Cell::NotMeasured, |row| row.artifact_size.clone())
}
