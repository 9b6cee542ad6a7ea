//! The shard that a scheduler's own variables state, where they are unambiguous and the job is one of several.

use super::{Error, Job, Shard};

type Result<T> = std::result::Result<T, Error>;

/// A variable of the environment by its name.
type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the environment states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The shard.
    pub shard: Shard,
    /// The variables that state it.
    pub from: &'static str,
}

/// The shard, and the job that it is a part of where a scheduler names that. wasmark's own variables come first:
/// `WASMARK_SHARD`, or `WASMARK_SHARD_INDEX` from 0 with `WASMARK_SHARDS`.
///
/// # Errors
/// Where variables state what is no shard, two schedulers state two, or a number is there without how many there are.
pub fn find(variables: Variables<'_>) -> Result<Option<Found>> {
    let own = [given(variables)?, indexed(variables)?];
    if let Some(found) = own.into_iter().flatten().next() {
        return Ok(Some(found));
    }
    let all = [kubernetes(variables)?, slurm(variables)?, gitlab(variables)?];
    let mut all = all.into_iter().flatten();
    let (first, second) = (all.next(), all.next());
    if let (Some(one), Some(other)) = (&first, &second) {
        return Err(Error::Two { one: one.from, other: other.from });
    }
    Ok(first)
}

/// The job that `WASMARK_JOB` names, else the scheduler's own name of it.
///
/// # Errors
/// Where `WASMARK_JOB` is no name.
pub fn job(variables: Variables<'_>) -> Result<Option<Job>> {
    if let Some(name) = variables("WASMARK_JOB") {
        return name.parse().map(Some).map_err(Error::Job);
    }
    let named = [("SLURM_ARRAY_JOB_ID", "slurm"), ("CI_PIPELINE_ID", "gitlab"), ("GITHUB_RUN_ID", "github")];
    let found =
        named.into_iter().find_map(|(name, scheduler)| Some(format!("{scheduler}-{}", variables(name)?)));
    Ok(found.and_then(|name| name.parse().ok()))
}

fn number(variables: Variables<'_>, name: &str) -> Result<Option<u32>> {
    let Some(text) = variables(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Error::NoNumber { name: name.to_string(), text })
}

fn shard(number: u32, of: u32, from: &'static str) -> Result<Option<Found>> {
    let shard = Shard::new(number, of).ok_or(Error::NoneOf { from, number, of })?;
    Ok(Some(Found { shard, from }))
}

fn given(variables: Variables<'_>) -> Result<Option<Found>> {
    let Some(text) = variables("WASMARK_SHARD") else { return Ok(None) };
    let shard = text.parse().map_err(Error::Shard)?;
    Ok(Some(Found { shard, from: "WASMARK_SHARD" }))
}

/// For schedulers that have no variables of their own: GitHub's `strategy.job-index` and `strategy.job-total`, Argo's
/// `item`.
fn indexed(variables: Variables<'_>) -> Result<Option<Found>> {
    match (number(variables, "WASMARK_SHARD_INDEX")?, number(variables, "WASMARK_SHARDS")?) {
        (Some(index), Some(of)) => {
            shard(index.saturating_add(1), of, "WASMARK_SHARD_INDEX and WASMARK_SHARDS")
        }
        (Some(_), None) => Err(Error::NoTotal),
        (None, _) => Ok(None),
    }
}

/// An indexed Job: Kubernetes states the index, and the manifest how many there are.
fn kubernetes(variables: Variables<'_>) -> Result<Option<Found>> {
    let Some(of) = number(variables, "WASMARK_SHARDS")? else { return Ok(None) };
    let Some(index) = number(variables, "JOB_COMPLETION_INDEX")? else { return Ok(None) };
    shard(index.saturating_add(1), of, "JOB_COMPLETION_INDEX and WASMARK_SHARDS")
}

/// An array of jobs whose numbers have equal distances: of others, the position of one is not known.
fn slurm(variables: Variables<'_>) -> Result<Option<Found>> {
    let Some(count) = number(variables, "SLURM_ARRAY_TASK_COUNT")?.filter(|count| *count > 1) else {
        return Ok(None);
    };
    let values = ["SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX"]
        .map(|name| number(variables, name).transpose());
    let [Some(id), Some(least), Some(most)] = values else { return Ok(None) };
    let (id, least, most) = (id?, least?, most?);
    let (Some(span), Some(beyond)) = (most.checked_sub(least), id.checked_sub(least)) else {
        return Ok(None);
    };
    let step = span / (count - 1);
    if step == 0 || span % (count - 1) != 0 || beyond % step != 0 {
        return Err(Error::Distances(count));
    }
    shard(beyond / step + 1, count, "SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT")
}

/// GitLab's `parallel`; a job without it is number 1 of 1.
fn gitlab(variables: Variables<'_>) -> Result<Option<Found>> {
    let of = number(variables, "CI_NODE_TOTAL")?.filter(|of| *of > 1);
    match (number(variables, "CI_NODE_INDEX")?, of) {
        (Some(index), Some(of)) => shard(index, of, "CI_NODE_INDEX and CI_NODE_TOTAL"),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Result<Option<String>> {
        let of = |name: &str| {
            let found = variables.iter().find(|(one, _)| *one == name);
            found.map(|(_, value)| (*value).to_string())
        };
        Ok(find(&of)?.map(|found| found.shard.to_string()))
    }

    #[test]
    fn each_scheduler_states_its_shard() {
        let shards = [
            (&[("WASMARK_SHARD", "2/3")][..], "2/3"),
            (&[("WASMARK_SHARD_INDEX", "0"), ("WASMARK_SHARDS", "3")][..], "1/3"),
            (&[("JOB_COMPLETION_INDEX", "2"), ("WASMARK_SHARDS", "3")][..], "3/3"),
            (&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")][..], "2/4"),
            (&slurm("5", "3", "7", "3")[..], "2/3"),
            (&slurm("0", "0", "7", "8")[..], "1/8"),
            // wasmark's own come first.
            (&[("WASMARK_SHARD", "1/2"), ("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")][..], "1/2"),
        ];
        for (variables, shard) in shards {
            assert_eq!(found(variables).expect("a shard").as_deref(), Some(shard), "{variables:?}");
        }
    }

    #[test]
    fn one_job_alone_and_what_is_no_division_state_none() {
        for variables in [
            &[][..],
            &[("CI_NODE_TOTAL", "1")],
            &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "1")],
            // An indexed Job may be for anything.
            &[("JOB_COMPLETION_INDEX", "2")],
            &[("WASMARK_SHARDS", "2")],
            &slurm("1", "1", "1", "1"),
        ] {
            assert_eq!(found(variables).expect("no shard"), None, "{variables:?}");
        }
    }

    #[test]
    fn what_is_ambiguous_or_wrong_is_an_error_with_the_remedy() {
        for variables in [
            &[("WASMARK_SHARD", "0/3")][..],
            &[("WASMARK_SHARD", "x/y")],
            &[("WASMARK_SHARD_INDEX", "3"), ("WASMARK_SHARDS", "3")],
            &[("WASMARK_SHARD_INDEX", "1")],
            &[("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")],
            &[("CI_NODE_INDEX", "one"), ("CI_NODE_TOTAL", "4")],
            &slurm("5", "1", "7", "3"),
            &slurm("2", "1", "7", "3"),
            &[
                ("JOB_COMPLETION_INDEX", "0"),
                ("WASMARK_SHARDS", "3"),
                ("CI_NODE_INDEX", "2"),
                ("CI_NODE_TOTAL", "4"),
            ],
        ] {
            let problem = crate::error::chain(&found(variables).expect_err("no shard"));
            assert!(
                problem.contains("failed to ") && (problem.contains("give") || problem.contains("set")),
                "{problem}"
            );
        }
    }

    fn slurm<'a>(id: &'a str, least: &'a str, most: &'a str, count: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("SLURM_ARRAY_TASK_ID", id),
            ("SLURM_ARRAY_TASK_MIN", least),
            ("SLURM_ARRAY_TASK_MAX", most),
            ("SLURM_ARRAY_TASK_COUNT", count),
        ]
    }

    #[test]
    fn the_job_has_the_schedulers_name() {
        let named = |name: &'static str, value: &'static str| {
            let job = job(&move |asked: &str| (asked == name).then(|| value.to_string()));
            job.map(|job| job.map(|job| job.to_string()))
        };
        assert_eq!(named("CI_PIPELINE_ID", "17").expect("a job").as_deref(), Some("gitlab-17"));
        assert_eq!(named("WASMARK_JOB", "nightly").expect("a job").as_deref(), Some("nightly"));
        assert_eq!(named("HOME", "x").expect("no job"), None);
        assert!(named("WASMARK_JOB", "../x").is_err());
    }
}
