//! Published claims, each beside what the run measured of the same rung.

use anyhow::Result;
use maud::{Markup, html};

use crate::{
    claims::{Claim, claims, found},
    format::DASH,
    html::{Notes, folded, table},
    view::View,
};

/// The section.
///
/// # Errors
/// Where the claims cannot be read.
pub fn section(view: &View) -> Result<Markup> {
    let claims = claims()?;
    let names: Vec<&str> = view.headline().into_iter().map(|one| one.name.as_str()).collect();
    let (same, others): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| claim.rung.is_some());
    Ok(html! {
        section id="claims" aria-labelledby="claims-title" {
            h2 id="claims-title" { "Published claims" }
            p {
                "A figure and a measurement stand beside each other only where they mean the same rung, which is the part of a start that a time covers. Neither refutes the other: machines, \
                 versions and modules differ. Figures are as their sources have them."
            }
            (rows(view, "Claims whose rung this suite measures", &same, &names))
            (folded("Claims of other rungs, and platforms without a figure", rows(view, "Claims of other rungs, and platforms without a figure", &others, &names)))
        }
    })
}

fn rows(view: &View, caption: &str, claims: &[&Claim], names: &[&str]) -> Markup {
    let measured = claims.iter().any(|claim| claim.rung.is_some());
    table(
        caption,
        &Notes::default(),
        html! {
            thead { tr {
                th.first scope="col" { "who" }
                th.text scope="col" { "figure" }
                th.text scope="col" { "of what, by its source" }
                th.text scope="col" { "with a network" }
                @if measured { th.text scope="col" { "the same rung in this run" } }
                th.text scope="col" { @if measured { "what differs" } @else { "why this suite has no number of it" } }
                th.text scope="col" { "source" }
            } }
            tbody {
                @for claim in claims {
                    tr {
                        th scope="row" translate="no" { (claim.who) }
                        @match &claim.figure {
                            // In the source's own words.
                            Some(figure) => td.text translate="no" { (figure) },
                            None => td.text { "none found" },
                        }
                        td.text { (claim.measures.as_deref().unwrap_or(DASH)) }
                        td.text { (claim.network.word()) }
                        @if let Some(rung) = claim.rung {
                            td.text.long translate="no" {
                                (rung.name()) ": "
                                @match found(view, claim, names) {
                                    Some(found) => (found.words()),
                                    None => "not measured in this run",
                                }
                            }
                        }
                        td.text.long { (claim.differs.as_deref().unwrap_or(DASH)) }
                        td.text translate="no" {
                            (claim.source.as_deref().unwrap_or(DASH)) ", " (claim.year)
                            @if claim.secondary { " (secondary)" }
                        }
                    }
                }
            }
        },
    )
}
