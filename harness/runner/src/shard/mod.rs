//! A run on several machines: which part of it this machine measures, how the parts are divided, and the commands that
//! measure them. `wasmark_results::join` puts the parts together again.

mod command;
mod divide;
mod error;
mod job;
mod number;
mod scheduler;

pub use self::{
    command::{of_shard, of_whole},
    divide::{Division, divide},
    error::{Error, NoJob, NoShard},
    job::Job,
    number::{Choice, Shard},
    scheduler::{Found, find, job as job_of_scheduler},
};
