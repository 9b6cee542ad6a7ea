//! The same program in several languages and variants: each form against the fastest one that the same configuration
//! runs.

use serde::Serialize;

use super::{
    Cell, Estimate, Ratio, ThroughputRow,
    throughput::{Measured, find, shown},
};
use crate::{
    run::{Run, WorkloadRecord},
    statistics::bootstrap::{self, Level},
};

/// The programs of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Programs {
    /// Those with at least two forms that were measured.
    pub list: Vec<Program>,
    /// A row for each configuration and each language that has a form of every program in `list`, where these are
    /// several: the geometric mean of its forms' factors.
    pub languages: Vec<LanguageRow>,
}

/// One program.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its forms, in the run's order.
    pub forms: Vec<Form>,
    /// A row for each form and configuration.
    pub rows: Vec<FormRow>,
}

/// One form of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The workload.
    pub workload: String,
    /// Its language.
    pub language: String,
    /// Which form of the language's it is, beside the one without a name.
    pub variant: Option<String>,
}

/// One form in one configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormRow {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// Wall time per unit of work.
    pub time: Cell<Estimate>,
    /// `time` against that of the program's fastest form in this configuration; not measured where it is the only
    /// one.
    pub factor: Cell<Ratio>,
}

/// One language in one configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LanguageRow {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The language.
    pub language: String,
    /// The geometric mean of the factors of its forms without a variant, over all programs; why there is none where
    /// one of them has none.
    pub factor: Cell<Ratio>,
}

/// The programs of a run, from its levels and the rows of its throughput, which have the same order.
pub fn summarise(run: &Run, measured: &[Measured], rows: &[ThroughputRow]) -> Programs {
    let mut names: Vec<&str> = run.workloads.iter().filter_map(|one| one.program.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    let configurations = || run.configurations.iter().map(|one| one.id.as_str());
    let runs =
        |form: &WorkloadRecord| configurations().any(|id| find(measured, Some(id), &form.name).is_some());
    let forms = |name: &str| -> Vec<&WorkloadRecord> {
        run.workloads.iter().filter(|one| one.program.as_deref() == Some(name)).collect()
    };
    names.retain(|name| forms(name).into_iter().filter(|form| runs(form)).count() > 1);
    let fastest = |configuration: &str, name: &str| {
        let levels: Vec<&Level> =
            forms(name).iter().filter_map(|form| find(measured, Some(configuration), &form.name)).collect();
        let least = levels.iter().copied().min_by(|one, other| one.estimate.total_cmp(&other.estimate));
        least.filter(|_| levels.len() > 1)
    };
    let program = |name: &&str| Program {
        name: (*name).to_owned(),
        forms: forms(name).into_iter().map(form).collect(),
        rows: rows
            .iter()
            .zip(measured)
            .filter(|(row, _)| forms(name).iter().any(|form| form.name == row.workload))
            .map(|(row, one)| FormRow {
                configuration: row.configuration.clone(),
                workload: row.workload.clone(),
                time: row.time.clone(),
                factor: against(&one.level, fastest(&row.configuration, name)),
            })
            .collect(),
    };
    let mean = |configuration: &str, language: &str| {
        let mut pairs = Vec::new();
        for name in &names {
            let own = forms(name).into_iter().find(|form| is(form, language))?;
            let mut of = measured.iter();
            let of =
                of.find(|m| m.subject.configuration == configuration && m.subject.workload == own.name)?;
            match (&of.level, fastest(configuration, name)) {
                (Cell::Measured(level), Some(least)) => pairs.push((level, least)),
                (level, least) => return Some(against(level, least)),
            }
        }
        Some(Cell::Measured(shown(bootstrap::mean_ratio(&pairs)?)))
    };
    let mut languages: Vec<&str> = run.workloads.iter().map(|one| one.language.as_str()).collect();
    languages.sort_unstable();
    languages.dedup();
    let row = |configuration: &str, language: &str| {
        let factor = mean(configuration, language).filter(|_| names.len() > 1)?;
        Some(LanguageRow { configuration: configuration.to_owned(), language: language.to_owned(), factor })
    };
    Programs {
        list: names.iter().map(program).collect(),
        languages: languages
            .iter()
            .flat_map(|language| configurations().filter_map(|configuration| row(configuration, language)))
            .collect(),
    }
}

fn form(workload: &WorkloadRecord) -> Form {
    Form {
        workload: workload.name.clone(),
        language: workload.language.clone(),
        variant: workload.variant.clone(),
    }
}

/// Whether a workload is the form that stands for its language.
fn is(workload: &WorkloadRecord, language: &str) -> bool {
    workload.language == language && workload.variant.is_none()
}

fn against(level: &Cell<Level>, fastest: Option<&Level>) -> Cell<Ratio> {
    level.clone().and_then(|level| {
        fastest.map_or(Cell::NotMeasured, |least| Cell::Measured(shown(bootstrap::ratio(&level, least))))
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        example::{measured, record, run},
        record::{Outcome, Record, metric},
        run::{Run, WorkloadRecord},
        store::LoadedRun,
        summary::{Cell, Programs, summarise},
    };

    /// Two programs in C and Rust, one of them also in Rust with SIMD.
    fn forms() -> Run {
        let mut run = run();
        let plain = run.workloads[0].clone();
        let form = |program: &str, language: &str, variant: Option<&str>| WorkloadRecord {
            name: format!("{program}_{language}{}", variant.unwrap_or_default()),
            language: language.into(),
            program: Some(program.into()),
            variant: variant.map(str::to_owned),
            ..plain.clone()
        };
        let more =
            [("sha", "C", None), ("sha", "Rust", None), ("sha", "Rust", Some("simd")), ("sort", "C", None)];
        run.workloads.extend(more.map(|(program, language, variant)| form(program, language, variant)));
        run.workloads.push(form("sort", "Rust", None));
        run
    }

    fn programs(times: &[(&str, &str, f64)], failed: &[(&str, &str)]) -> Programs {
        let time = |(configuration, workload, time): &(&str, &str, f64)| {
            measured(0, configuration, workload, metric::THROUGHPUT, *time)
        };
        let failure = |(configuration, workload): &(&str, &str)| {
            record(0, configuration, workload, metric::THROUGHPUT, Outcome::Failed("it broke".into()))
        };
        let records: Vec<Record> = times.iter().map(time).chain(failed.iter().map(failure)).collect();
        summarise(&LoadedRun { run: forms(), records, warnings: vec![] }).programs
    }

    const A: &str = "wasmtime/pooled";
    const B: &str = "wasmer/cranelift";

    fn factor(programs: &Programs, configuration: &str, workload: &str) -> Cell<f64> {
        let mut rows = programs.list.iter().flat_map(|program| &program.rows);
        let row = rows.find(|row| row.configuration == configuration && row.workload == workload);
        row.expect("a full grid").factor.clone().map(|ratio| ratio.value)
    }

    fn mean(programs: &Programs, configuration: &str, language: &str) -> Cell<f64> {
        let mut rows = programs.languages.iter();
        let row = rows.find(|row| row.configuration == configuration && row.language == language);
        row.expect("a full grid").factor.clone().map(|ratio| (ratio.value * 1e6).round() / 1e6)
    }

    #[test]
    fn forms_are_against_the_fastest_in_the_same_configuration() {
        let times = [
            (A, "sha_C", 20.0),
            (A, "sha_Rust", 40.0),
            (A, "sha_Rustsimd", 10.0),
            (A, "sort_C", 9.0),
            (A, "sort_Rust", 3.0),
            (B, "sha_C", 50.0),
            (B, "sort_C", 70.0),
            (B, "sort_Rust", 70.0),
        ];
        let programs = programs(&times, &[(B, "sha_Rust")]);
        assert_eq!(programs.list.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["sha", "sort"]);
        assert_eq!(factor(&programs, A, "sha_C"), Cell::Measured(2.0));
        assert_eq!(factor(&programs, A, "sha_Rustsimd"), Cell::Measured(1.0));
        // The only one that was measured is not the fastest of anything.
        assert_eq!(factor(&programs, B, "sha_C"), Cell::NotMeasured);
        assert_eq!(factor(&programs, B, "sha_Rust"), Cell::Failed("it broke".into()));
        // The mean is of the factors that the tables show, and of all programs or none.
        assert_eq!(mean(&programs, A, "C"), Cell::Measured(2.449_49));
        assert_eq!(mean(&programs, A, "Rust"), Cell::Measured(2.0));
        assert_eq!(mean(&programs, B, "C"), Cell::NotMeasured);
        assert_eq!(mean(&programs, B, "Rust"), Cell::Failed("it broke".into()));
    }

    #[test]
    fn one_form_is_no_comparison() {
        let programs = programs(&[(A, "sha_C", 1.0), (B, "sha_C", 2.0)], &[]);
        assert_eq!(programs, Programs::default());
        let one = super::tests::programs(&[(A, "sha_C", 1.0), (A, "sha_Rust", 2.0)], &[]);
        assert_eq!((one.list.len(), one.languages.len()), (1, 0));
    }
}
