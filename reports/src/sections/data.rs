//! The numbers for programs: embedded, and as files to save.

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{Markup, PreEscaped, html};

use crate::data::Embedded;

/// The section. `csv` is the summary as a table.
pub fn section(run: &str, csv: &str, embedded: &Embedded) -> Markup {
    let link = format!("data:text/csv;charset=utf-8;base64,{}", STANDARD.encode(csv));
    html! {
        section id="raw" aria-labelledby="raw-title" {
            h2 id="raw-title" { "The data" }
            p {
                a href=(link) download={ (run) ".csv" } { "Every value of this page as CSV" } " is in this file. " (embedded.says)
            }
            p { button.save type="button" hidden data-name={ (run) ".json" } { "Save the embedded JSON" } }
            script type="application/json" id="data" { (PreEscaped(&embedded.json)) }
        }
    }
}
