//! A live process that answers.

use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    os::fd::AsFd,
};

use libc::pid_t;
use wasmark_adapter::{Failure, Result};

use crate::{namespaces, program::Program, spawn};

/// What the program writes when it is ready: see `program/main.c`.
const READY: i64 = 0;

/// A live process, with a pipe for questions and one for answers. It ends when this is dropped, or when the worker
/// ends: it reads the end of its questions.
pub struct Child {
    pid: pid_t,
    /// `None` once there are no further questions.
    questions: Option<PipeWriter>,
    answers: PipeReader,
}

impl Child {
    /// Starts the program. Its `main` runs and waits for a question when this returns.
    ///
    /// # Errors
    /// Where the system refuses a process, or the namespaces ([`wasmark_adapter::FailureKind::Unsupported`]).
    pub(crate) fn start(program: &Program) -> Result<Child> {
        // No other process gets any of these: they close when a program is executed.
        let (its_questions, questions) = io::pipe()?;
        let (answers, its_answers) = io::pipe()?;
        let pid = match program.namespaces {
            None => spawn::spawn(program, its_questions, its_answers)?,
            Some(flags) => namespaces::spawn(program, flags, (its_questions.as_fd(), its_answers.as_fd()))?,
        };
        // From here on it is waited for, whatever happens.
        let mut child = Child { pid, questions: Some(questions), answers };
        match child.answer()? {
            READY => Ok(child),
            other => Err(Failure::engine(format!("the process wrote {other} in place of being ready"))),
        }
    }

    /// Its number, as the worker sees it.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.unsigned_abs()
    }

    /// The answer to a question.
    pub(crate) fn ask(&mut self, question: i32) -> Result<i64> {
        let asked = self.questions.as_mut().map(|questions| questions.write_all(&question.to_ne_bytes()));
        asked
            .transpose()
            .map_err(|error| Failure::engine(format!("the process takes no question: {error}")))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<i64> {
        let mut word = [0; size_of::<i64>()];
        let read = self.answers.read_exact(&mut word);
        read.map_err(|_| Failure::engine("the process ended and did not answer"))?;
        Ok(i64::from_ne_bytes(word))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.questions = None;
        spawn::wait(self.pid);
    }
}
