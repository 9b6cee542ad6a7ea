//! The feed of changes, Atom 1.0 (RFC 4287).

use anyhow::{Context, Result};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use sha2::{Digest, Sha256};
use wasmark_results::history::{Change, Series};

use super::{FEED, INDEX, Site, cell, names, words};
use crate::printable::printable;

/// So many of the newest changes are in it.
const MOST: usize = 100;

/// The time of a feed without runs.
const NEVER: &str = "1970-01-01T00:00:00Z";

type Xml = Writer<Vec<u8>>;

/// The feed. What identifies a change is its cell and the run that it began with.
///
/// # Errors
/// Where it cannot be written.
pub fn document(site: &Site) -> Result<String> {
    let history = site.history;
    let mut changes: Vec<(usize, &Series, &Change)> = history
        .changed()
        .iter()
        .flat_map(|series| {
            series.changes.iter().map(move |change| (series.points[change.at].run, series, change))
        })
        .collect();
    // The newest first; of those that began with one run, what changed most.
    changes.sort_by_key(|(run, ..)| std::cmp::Reverse(*run));
    let updated = history.runs.last().map_or(NEVER, |run| run.started.as_str());

    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    let write = |xml: &mut Xml| -> std::io::Result<()> {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        xml.create_element("feed")
            .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
            .write_inner_content(|xml| {
                text(xml, "title", "Changes in the runs of wasmark")?;
                text(xml, "id", &urn(&["feed"]))?;
                text(xml, "updated", updated)?;
                xml.create_element("author").write_inner_content(|xml| text(xml, "name", "wasmark"))?;
                link(xml, "self", FEED)?;
                link(xml, "alternate", INDEX)?;
                for (run, series, change) in changes.iter().take(MOST) {
                    entry(xml, site, *run, series, change)?;
                }
                Ok(())
            })?;
        Ok(())
    };
    write(&mut xml).context("failed to write the feed")?;
    String::from_utf8(xml.into_inner()).context("failed to write the feed")
}

fn entry(xml: &mut Xml, site: &Site, run: usize, series: &Series, change: &Change) -> std::io::Result<()> {
    let history = site.history;
    let (run, machine) = (&history.runs[run], history.machines[series.machine].to_string());
    let interval = words::interval(change).map(|interval| format!(" ({interval})")).unwrap_or_default();
    let beside: Vec<String> = series.beside(change).map(words::mark).collect();
    let beside =
        if beside.is_empty() { String::new() } else { format!(" Beside it: {}.", beside.join("; ")) };
    let summary = format!(
        "{} to {}{interval} from the run {} on; {machine}.{beside} {}",
        words::value(series.unit, change.before),
        words::value(series.unit, change.after),
        run.id,
        words::meaning(history)
    );
    let page = names::cell(&series.configuration, &series.workload);
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "title", &format!("{}: {}", series.name(), words::size(series, change)))?;
        text(xml, "id", &urn(&[&series.name(), &machine, &run.id]))?;
        text(xml, "updated", &run.started)?;
        link(xml, "alternate", &format!("{page}#{}", cell::anchor(history, series)))?;
        text(xml, "summary", &summary)
    })?;
    Ok(())
}

/// What a guest or an engine named has no character that XML does not have.
fn text(xml: &mut Xml, name: &str, content: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&printable(content)))?;
    Ok(())
}

fn link(xml: &mut Xml, relation: &str, address: &str) -> std::io::Result<()> {
    xml.create_element("link").with_attributes([("rel", relation), ("href", address)]).write_empty()?;
    Ok(())
}

/// A UUID of what `parts` name (version 8 of RFC 9562: its bits are a hash).
fn urn(parts: &[&str]) -> String {
    let mut bytes: Vec<u8> = Sha256::digest(parts.join("\n")).into_iter().take(16).collect();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
