//! The head of every page: what it may load, and how it looks.

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::charts::marks;

const STYLE: &str = include_str!("style.css");

/// The head of a page with this title, on which `script` runs and no other; `more` is what a page has besides.
pub fn head(title: &str, script: Option<&str>, more: &Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(policy(script));
            meta name="color-scheme" content="light dark";
            title { (title) }
            (more)
            style { (PreEscaped(marks::variables())) (PreEscaped(STYLE)) }
        }
    }
}

/// Nothing is fetched from anywhere, and no script runs but the page's own: the browser itself refuses it.
fn policy(script: Option<&str>) -> String {
    let runs = match script {
        Some(script) => format!(" script-src 'sha256-{}';", STANDARD.encode(Sha256::digest(script))),
        None => String::new(),
    };
    format!(
        "default-src 'none'; style-src 'unsafe-inline';{runs} img-src data:; base-uri 'none'; form-action 'none'"
    )
}
