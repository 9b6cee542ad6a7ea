//! What the site's pages share: the head, the policy, the way back.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{COMPARE, FEED, INDEX};
use crate::{head::head, printable::printable};

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
    let up = place.up();
    // The one place where names and messages of guests and engines become part of a page.
    let body = PreEscaped(printable(&body.0));
    let title = printable(title);
    let feed =
        html! { link rel="alternate" type="application/atom+xml" title="Changes" href={ (up) (FEED) }; };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&title, script, &feed))
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
