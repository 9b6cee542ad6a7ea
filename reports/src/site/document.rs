//! What the site's pages share: the head, the policy, the way back.

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{COMPARE, FEED, INDEX};
use crate::{charts::marks, page::STYLE, printable::printable};

/// Where a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Beside the index.
    Top,
    /// In a folder beside it.
    Folder,
}

impl Place {
    /// The way to the index's folder.
    pub fn up(self) -> &'static str {
        match self {
            Place::Top => "",
            Place::Folder => "../",
        }
    }
}

/// A page. Nothing is fetched from anywhere, and no script runs but `script`, which is part of the page.
pub fn document(place: Place, title: &str, body: &Markup, script: Option<&str>) -> String {
    let runs = match script {
        Some(script) => format!(" script-src 'sha256-{}';", STANDARD.encode(Sha256::digest(script))),
        None => String::new(),
    };
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline';{runs} img-src data:; base-uri 'none'; form-action 'none'"
    );
    let up = place.up();
    // The one place where names and messages of guests and engines become part of a page.
    let body = PreEscaped(printable(&body.0));
    let title = printable(title);
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="alternate" type="application/atom+xml" title="Changes" href={ (up) (FEED) };
                style { (PreEscaped(marks::variables())) (PreEscaped(STYLE)) }
            }
            body {
                nav aria-label="Site" {
                    ul {
                        li { a href={ (up) (INDEX) } { "Index" } }
                        li { a href={ (up) (COMPARE) } { "Compare two runs" } }
                        li { a href={ (up) (FEED) } { "Feed of changes" } }
                    }
                }
                (body)
                footer.quiet { "Made by wasmark. MIT OR Apache-2.0." }
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
    };
    markup.into_string()
}
