//! The numbers for programs: embedded, and as files to save.

use maud::{Markup, PreEscaped, html};

use crate::data::Embedded;

/// The section.
pub fn section(run: &str, embedded: &Embedded) -> Markup {
    html! {
        section id="raw" aria-labelledby="raw-title" {
            h2 id="raw-title" { "The data" }
            p {
                span {
                    @if embedded.parquet.is_some() { "The page holds every value of the summary as CSV and as Parquet." }
                    @else { "The page holds every value of the summary as CSV." }
                } " "
                span { "What it holds is compressed; with JavaScript, a browser saves it." } " "
                span { "Single samples and histograms are in the run’s Parquet files." }
            }
            p.saves hidden {
                button type="button" data-of="csv" data-type="text/csv" data-name={ (run) ".csv" } { "Save every value as CSV" }
                @if embedded.parquet.is_some() {
                    " "
                    button type="button" data-of="parquet" data-type="application/vnd.apache.parquet" data-name={ (run) ".parquet" } {
                        "Save every value as Parquet"
                    }
                }
                " "
                button type="button" data-of="csv" data-type="application/json" data-name={ (run) ".json" } { "Save every value as JSON" }
            }
            // Base64 of gzip: nothing in it is markup, and no browser executes a type that it does not know.
            script type="application/gzip" id="csv" { (PreEscaped(&embedded.csv)) }
            @if let Some(parquet) = &embedded.parquet {
                script type="application/gzip" id="parquet" { (PreEscaped(parquet)) }
            }
        }
    }
}
