//! The answers of a run in words: which configuration of each tier kind is first, and how far the next one is.

use wasmark_results::summary::{Answer, Factor, Kind, Question, Standing};

use crate::{
    format, marked,
    view::{View, YARDSTICKS, place},
};

/// Names of a shared place that are spelled out.
const NAMES: usize = 5;

/// An answer in words.
pub struct Words {
    /// What was asked.
    pub question: String,
    /// The answer for each tier kind of engines.
    pub kinds: Vec<(String, String)>,
    /// How many configurations of these kinds have a value.
    compared: usize,
}

/// The answers for a workload, and for the mean over the common ones. What only one configuration did has no answer.
pub fn of_workload(view: &View, workload: &str, scope: Scope) -> Vec<Words> {
    let answer = |question, workload| words(view, &view.summary.answer(question, workload));
    let of = |question| -> Vec<Words> {
        let own = answer(question, Some(workload));
        match (question, scope) {
            (Question::Throughput, Scope::Common) => vec![answer(question, None)],
            (Question::Throughput, Scope::Both) if view.summary.throughput.common.len() > 1 => {
                vec![own, answer(question, None)]
            }
            _ => vec![own],
        }
    };
    Question::ALL.into_iter().flat_map(of).filter(|words| words.compared > 1).collect()
}

/// Which throughput answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The geometric mean over the common workloads.
    Common,
    /// The workload's own, too.
    Both,
}

fn words(view: &View, answer: &Answer) -> Words {
    let engines = answer.kinds.iter().filter(|kind| !YARDSTICKS.contains(&kind.tier.as_str()));
    let mut kinds: Vec<&Kind> = engines.collect();
    kinds.sort_by_key(|kind| place(&kind.tier));
    let name = |id: &str| marked::name(&view.summary.run, id);
    Words {
        question: question(view, answer),
        compared: kinds.iter().map(|kind| kind.standings.len()).sum(),
        kinds: kinds.into_iter().map(|kind| (kind.tier.clone(), first(kind, &name))).collect(),
    }
}

/// The question in words.
fn question(view: &View, answer: &Answer) -> String {
    let of = answer.workload.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
    match answer.question {
        Question::FreshInstance => format!("A fresh instance{of}"),
        Question::FromArtifact => format!("From the artifact{of} to its first result"),
        Question::FromWasm => format!("From the module{of} to its first result"),
        Question::PrivateMemory => format!("Private memory of an instance{of}"),
        Question::Throughput => {
            let of = match (&answer.workload, view.summary.throughput.common.len()) {
                (Some(name), _) => format!(" of {name}"),
                (None, common) => {
                    format!(", mean of {}", format::plural(common as u64, "workload", "workloads"))
                }
            };
            match &view.summary.throughput.reference {
                Some(reference) => format!("Time of work{of}, against {reference}"),
                None => format!("Time per unit of work{of}"),
            }
        }
    }
}

/// Who is first of a kind, and the next one. Those who share the place are named with their own values.
fn first(kind: &Kind, name: &dyn Fn(&str) -> String) -> String {
    let (first, rest): (Vec<&Standing>, Vec<_>) = kind.standings.iter().partition(|one| one.rank == 1);
    let name = |one: &Standing| name(&one.configuration);
    let named = |one: &&Standing| format!("{} ({})", name(one), value(one));
    let text = match first.as_slice() {
        [] => return String::new(),
        [one] => format!("{}, {}", name(one), value(one)),
        several if several.len() <= NAMES => {
            format!("tied: {}", several.iter().map(named).collect::<Vec<_>>().join(", "))
        }
        several => {
            let names: Vec<String> = several[..NAMES].iter().map(named).collect();
            let most = several.last().map_or_else(String::new, |one| value(one));
            format!("tied: {} and {} more up to {most}", names.join(", "), several.len() - NAMES)
        }
    };
    let next = rest.first().map(|next| format!("; next {}, {}", name(next), distance(next)));
    let unsettled = match kind.unsettled.as_slice() {
        [] => None,
        several => Some(format!("; a release of the engine may change the place of {}", several.join(", "))),
    };
    [Some(text), next, unsettled].into_iter().flatten().collect()
}

/// A standing's value.
fn value(standing: &Standing) -> String {
    match standing.unit {
        Some(unit) => format::value(standing.value, unit),
        None => format::factor(standing.value),
    }
}

/// How many times the first value a standing's is; the value where that is not known.
fn distance(standing: &Standing) -> String {
    standing.factor.map_or_else(|| value(standing), |factor| format!("{} of the first", times(factor)))
}

/// A factor with its interval, unless that has no width in these digits, which looks like certainty.
pub fn times(factor: Factor) -> String {
    let [low, high] = [factor.low, factor.high].map(format::digits);
    let value = format::factor(factor.value);
    if low == high { value } else { format!("{value} ({low}–{high})") }
}

#[cfg(test)]
mod tests {
    use wasmark_results::summary::Unit;

    use super::*;

    fn standing(configuration: &str, rank: u32, value: f64) -> Standing {
        let factor = Some(Factor { value: value / 1e4, low: value / 1.1e4, high: value / 0.9e4 });
        Standing { configuration: configuration.into(), value, unit: Some(Unit::Nanoseconds), rank, factor }
    }

    fn sentence(standings: Vec<Standing>) -> String {
        let kind = Kind { tier: "optimizing".into(), standings, unsettled: Vec::new() };
        first(&kind, &str::to_owned).replace('\u{a0}', " ")
    }

    #[test]
    fn a_distribution_build_is_marked_and_may_change_the_answer() {
        let standings = vec![standing("a/x", 1, 1e4), standing("b/x", 2, 1.3e4)];
        let kind = Kind { tier: "optimizing".into(), standings, unsettled: vec!["b/x".into()] };
        let name = |id: &str| if id == "b/x" { marked::with(id) } else { id.to_owned() };
        let right = "a/x, 10.0 µs; next b/x (distribution build), 1.30× (1.18–1.44) of the first; a release of the engine may change the \
                     place of b/x";
        assert_eq!(first(&kind, &name).replace('\u{a0}', " "), right);
    }

    #[test]
    fn the_first_and_the_next_with_the_interval_of_their_ratio() {
        let all = vec![standing("a/x", 1, 1e4), standing("b/x", 2, 3.1e4), standing("c/x", 3, 9e4)];
        assert_eq!(sentence(all), "a/x, 10.0 µs; next b/x, 3.10× (2.82–3.44) of the first");
        assert_eq!(sentence(vec![standing("a/x", 1, 1e4)]), "a/x, 10.0 µs");
    }

    #[test]
    fn ties_are_ties() {
        let tied = |number: u32| standing(&format!("r/{number}"), 1, 1e4 * f64::from(number + 1));
        assert_eq!(sentence((0..2).map(tied).collect()), "tied: r/0 (10.0 µs), r/1 (20.0 µs)");
        let many = sentence((0..7).map(tied).collect());
        assert!(many.ends_with("r/4 (50.0 µs) and 2 more up to 70.0 µs"), "{many}");
    }
}
