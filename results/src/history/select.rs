//! Which cells of a history are shown.

use super::series::Series;
use crate::source::Source;

/// Cells by the words of their names. Without any, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    names: Vec<String>,
}

impl Cells {
    /// Those of which one of `names` has nothing but words of theirs.
    #[must_use]
    pub fn new(names: &[String]) -> Cells {
        Cells { names: names.to_vec() }
    }

    /// Whether any cells were named.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.names.is_empty()
    }

    /// The names that none of `series` has.
    pub fn without_series<'a>(&'a self, series: &'a [Series]) -> impl Iterator<Item = &'a str> {
        let has = |name: &str| series.iter().any(|one| is(one, name));
        self.names.iter().map(String::as_str).filter(move |name| !has(name))
    }

    /// Whether a series is one of them.
    #[must_use]
    pub fn has(&self, series: &Series) -> bool {
        self.is_all() || self.names.iter().any(|name| is(series, name))
    }
}

/// Whether each word of `name` is the series' configuration, its runtime, its workload, metric or source.
fn is(series: &Series, name: &str) -> bool {
    let runtime = series.configuration.split('/').next().unwrap_or_default();
    let source = series.source.map_or("", Source::name);
    let has = |word: &str| {
        [series.configuration.as_str(), runtime, &series.workload, series.metric, source].contains(&word)
    };
    name == series.workload || name.split_whitespace().all(has)
}
