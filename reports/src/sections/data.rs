//! The numbers for programs: embedded, and as files to save.

use maud::{Markup, PreEscaped, html};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::data::Embedded;

/// What stands for itself in the address: CSV is mostly this, so base64 would be a third longer.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b',')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'/')
    .remove(b'(')
    .remove(b')');

/// An address that is a CSV file itself.
pub fn address(csv: &str) -> String {
    format!("data:text/csv;charset=utf-8,{}", utf8_percent_encode(csv, PLAIN))
}

/// The section; `link` is to the summary as CSV, where it fits.
pub fn section(run: &str, link: Option<&str>, embedded: &Embedded) -> Markup {
    html! {
        section id="raw" aria-labelledby="raw-title" {
            h2 id="raw-title" { "The data" }
            p {
                @if let Some(link) = link {
                    a href=(link) download={ (run) ".csv" } { "Every value of this page as CSV" } " is in this file. "
                }
                (embedded.says)
            }
            p { button.save type="button" hidden data-name={ (run) ".json" } { "Save the embedded JSON" } }
            script type="application/json" id="data" { (PreEscaped(&embedded.json)) }
        }
    }
}
