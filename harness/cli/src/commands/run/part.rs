//! One shard of a run on several machines. Its folder's name follows from what it is, so that the same command, typed
//! again after whatever ended it, goes on where it was, and measures nothing again that is measured.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use wasmark_results::{
    run::Run as RunRecord,
    store::{self, Resumed, RunWriter},
    summary,
};
use wasmark_runner::{
    exit,
    options::Run,
    remote::{self, Place, Url},
    session,
    shard::{self, Choice, Found, Job},
    terminal::{self, print, print_json},
};

use super::super::{report, upload};

/// The options of the run, with the shard, its job and their seed in them where the run is one: as the command line or the
/// scheduler states. Prints in one line where they came from.
///
/// # Errors
/// Where a scheduler's variables state no shard that there is, or a job is named and there is no shard.
pub fn of(options: &Run) -> Result<Run> {
    let variables = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let found = match options.shard {
        Some(Choice::Whole) => None,
        Some(Choice::Given(shard)) => Some(Found { shard, from: "--shard" }),
        None => shard::find(&variables)?,
    };
    let Some(Found { shard, from }) = found else {
        ensure!(
            options.job.is_none(),
            "failed to begin: --job names the run that a shard is a part of; give --shard i/n too"
        );
        return Ok(Run { shard: None, ..options.clone() });
    };
    let job = match &options.job {
        Some(job) => Some(job.clone()),
        None => shard::job_of_scheduler(&variables)?,
    };
    let job = job.unwrap_or_else(|| Job::of_command(&shard::of_whole(&session::command_words())));
    let seed = options.seed.unwrap_or_else(|| job.seed());
    eprintln!("shard {shard} of {job}, from {from}; --shard none measures the whole run");
    Ok(Run { shard: Some(Choice::Given(shard)), job: Some(job), seed: Some(seed), ..options.clone() })
}

/// The command that measures what these options state: with the shard, its job and their seed in it, whatever the
/// environment will state.
///
/// # Errors
/// As [`session::command_line`].
pub fn command(options: &Run) -> Result<String> {
    let (Some(Choice::Given(shard)), Some(job), Some(seed)) = (options.shard, &options.job, options.seed)
    else {
        return Ok(session::command_line()?);
    };
    let words = shard::of_shard(&session::command_words(), shard, &job.to_string(), seed);
    Ok(shlex::try_join(words.iter().map(String::as_str))?)
}

/// What there is of a shard before it begins.
pub enum Before {
    /// Nothing.
    Nothing,
    /// A part of it, in this folder.
    Begun(PathBuf),
    /// All of it, with this exit code: it was shown again.
    Ended(u8),
}

/// Looks for what there is of the shard that `described` would be, here and in the store that it is uploaded to.
///
/// # Errors
/// Where another run has its name, or what is there cannot be read.
pub fn before(options: &Run, results: &Path, described: &RunRecord) -> Result<Before> {
    let folder = results.join(&described.id);
    if folder.join("run.json").exists() {
        return here(options, &folder, described);
    }
    match &options.upload {
        Some(url) => in_store(options, url, described),
        None => Ok(Before::Nothing),
    }
}

fn here(options: &Run, folder: &Path, described: &RunRecord) -> Result<Before> {
    let stored = store::read_run(folder)?;
    same(&stored, described, &folder.display().to_string())?;
    if stored.finished.is_none() {
        eprintln!("going on with {}", folder.display());
        return Ok(Before::Begun(folder.to_path_buf()));
    }
    let Resumed { writer, warnings, .. } = RunWriter::resume(folder)?;
    if !warnings.is_empty() {
        warnings.iter().for_each(|warning| eprintln!("{warning}"));
        return Ok(Before::Begun(folder.to_path_buf()));
    }
    // Killed after its last process, it may not be gathered.
    writer.finish()?;
    eprintln!("{} is measured already; another --job is another run", folder.display());
    let summary = report::show(folder, &folder.join("report.html"), report::Form::of(&options.json))?;
    let uploaded = options.upload.as_ref().map(|url| upload::deliver(folder, url));
    Ok(Before::Ended(exit::worst([report::code(&summary)].into_iter().chain(uploaded))))
}

fn in_store(options: &Run, url: &Url, described: &RunRecord) -> Result<Before> {
    let found = match remote::all(&Place::Url(url.clone())) {
        Ok((found, _)) => found,
        Err(problem) => {
            eprintln!("{problem:#}; the run is measured all the same, and kept here");
            return Ok(Before::Nothing);
        }
    };
    let Some(stored) = found.into_iter().find(|stored| stored.run.id == described.id) else {
        return Ok(Before::Nothing);
    };
    same(&stored.run, described, &stored.name)?;
    let loaded = stored.load()?;
    if !loaded.warnings.is_empty() {
        loaded.warnings.iter().for_each(|warning| eprintln!("{warning}"));
        bail!("failed to begin: {} is there and damaged; remove it, or give another --job", stored.name);
    }
    eprintln!("{} is measured already; another --job is another run", stored.name);
    let summary = summary::summarise(&loaded);
    match report::Form::of(&options.json) {
        report::Form::Json => print_json(&summary)?,
        _ => print(&wasmark_reports::text_table(&summary, terminal::width())),
    }
    Ok(Before::Ended(report::code(&summary)))
}

/// What must be the same for a run to go on: the workers and the modules.
pub fn identity(run: &RunRecord) -> Vec<(&str, &str)> {
    let workers = run.configurations.iter().map(|one| (one.id.as_str(), one.worker.as_str()));
    let modules = run.workloads.iter().chain(&run.operations);
    workers.chain(modules.map(|one| (one.name.as_str(), one.wasm_sha256.as_str()))).collect()
}

/// Refuses what has the same name and is another run.
fn same(stored: &RunRecord, described: &RunRecord, name: &str) -> Result<()> {
    let alike = stored.seed == described.seed
        && stored.rounds == described.rounds
        && stored.profile == described.profile
        && stored.metrics == described.metrics
        && stored.shard == described.shard
        && identity(stored) == identity(described);
    ensure!(
        alike,
        "failed to go on with {name}: the command, the workers or the workloads changed since it began; give another --job"
    );
    Ok(())
}
