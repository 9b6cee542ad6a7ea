//! Requests to many tenants with a module each, by what is kept between them.

use anyhow::Result;
use maud::{Markup, html};
use wasmark_results::summary::{Cell, Estimate, Tenants};

use crate::{
    charts::levels::{Levels, levels},
    format::plural,
    html::{Notes, column, folded_of, row_of, table, td},
    overview::show,
    view::View,
};

/// The levels of the chart, and the policies that they are of.
const LEVELS: [(&str, &str); 4] =
    [("all p50", "all"), ("warm p99", "warm"), ("all p99", "all"), ("lru-modules p99", "lru-modules")];

/// The section.
///
/// # Errors
/// Where a chart cannot be drawn.
pub fn section(view: &View) -> Result<Markup> {
    let names = view.summary.run.workloads.iter().map(|one| one.name.as_str());
    let served: Vec<&str> = names.filter(|name| rows(view, name).any(measured)).collect();
    let mut parts = Vec::new();
    for (number, workload) in served.iter().enumerate() {
        let content = html! { (chart(view, workload)?) (of_workload(view, workload)) };
        parts.push(if number == 0 { content } else { folded_of(view, workload, content) });
    }
    Ok(html! {
        section id="tenants" aria-labelledby="tenants-title" {
            h2 id="tenants-title" { "Many tenants in one process" }
            p {
                "Each tenant has a module of its own, in a file of its own. Requests come one after the other; some tenants get many \
                 of them and most get few (Zipf’s distribution, exponent 1)."
            }
            ul.plain {
                li { "all: every module stays loaded, and a request gets an instance of its own." }
                li { "lru-modules: a tenth of the modules stays loaded, those that were used last. The others are loaded within the \
                      request." }
                li { "warm: every module stays loaded, and a tenth of the tenants keeps its instance. The others are instantiated \
                      within the request." }
            }
            @if parts.is_empty() { p.alert { "No requests to tenants were measured in this run." } }
            @for part in &parts { (part) }
        }
    })
}

fn rows<'a>(view: &View<'a>, workload: &str) -> impl Iterator<Item = &'a Tenants> {
    view.of(&view.summary.tenants, workload, |row| (&row.configuration, &row.workload)).into_iter()
}

/// Whether a row has more than a reason, which stands among what has no value.
fn measured(row: &Tenants) -> bool {
    row.hits.is_tried()
}

fn chart(view: &View, workload: &str) -> Result<Markup> {
    let list: Vec<&Tenants> = rows(view, workload).filter(|row| measured(row)).collect();
    let most = list.iter().map(|row| row.tenants).max().unwrap_or(1);
    let most_of = |row: &&&Tenants| row.tenants == most;
    let mut configurations: Vec<&str> =
        list.iter().filter(most_of).map(|row| row.configuration.as_str()).collect();
    configurations.dedup();
    let row = |id: &&str| {
        let own = |policy: &str| {
            let of = |row: &&&Tenants| row.configuration == *id && row.policy == policy;
            list.iter().filter(most_of).find(of).copied()
        };
        let value = |(level, policy): (&str, &str)| -> Cell<Estimate> {
            let Some(row) = own(policy) else { return Cell::NotMeasured };
            if level.ends_with("p50") { row.request.p50.clone() } else { row.request.p99.clone() }
        };
        let tier = LEVELS.iter().find_map(|(_, policy)| own(policy)).map(|row| row.tier.clone());
        let values = LEVELS.map(value).to_vec();
        Levels { configuration: (*id).to_owned(), tier: tier.unwrap_or_default(), values }
    };
    let bars: Vec<Levels> = configurations.iter().map(row).collect();
    let tenants = plural(u64::from(most), "tenant", "tenants");
    let label = format!("What a request of {workload} takes with {tenants}, log scale");
    let caption = format!(
        "{workload}, requests to {tenants}. Log scale. The table has the intervals, and other numbers of tenants."
    );
    levels(view, (&label, &caption), &LEVELS.map(|(name, _)| name), &bars)
}

fn of_workload(view: &View, workload: &str) -> Markup {
    let mut notes = Notes::default();
    let body = html! {
        @for row in rows(view, workload).filter(|row| measured(row)) {
            @let of = view.number(&row.configuration);
            tr {
                (row_of(view, &row.configuration, &row.tier))
                td.text data-c=(of) { (row.policy) }
                td data-c=(of) data-v=(row.tenants) { (row.tenants) }
                (td(of, &show(&row.request.p50), &mut notes))
                (td(of, &show(&row.request.p99), &mut notes))
                (td(of, &show(&row.hits), &mut notes))
                (td(of, &show(&row.load), &mut notes))
                (td(of, &show(&row.private_of_module), &mut notes))
                (td(of, &show(&row.private), &mut notes))
            }
        }
    };
    let content = html! {
        thead { tr {
            th.first scope="col" { "configuration" }
            th.text scope="col" { "tier kind" }
            th.text scope="col" { "kept" }
            th scope="col" { "tenants" }
            (column("request p50", "with what is loaded in it"))
            (column("request p99", ""))
            (column("hits", "of all requests"))
            (column("loading", "a module, median"))
            (column("per module", "private memory once loaded"))
            (column("process", "private memory afterwards"))
        } }
        tbody { (body) }
    };
    table(&format!("{workload}: requests to tenants with a module each"), &notes, content)
}
