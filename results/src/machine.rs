//! What kind of machine a run was made on: times of one kind are comparable, and those of two kinds are not.

use std::fmt;

use serde::Serialize;

use crate::run::Environment;

/// A class of machines. Two machines are of one class where nothing that decides a time is known to differ: the CPU's
/// model, how many of them the run could use, and the hypervisor. Memory and kernels are no part of it: they differ
/// between machines that a provider sells as one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Class {
    /// `x86_64`, `aarch64`.
    pub architecture: String,
    /// The CPU's model name.
    pub cpu: String,
    /// Logical CPUs that the run could use.
    pub cpus: u32,
    /// The hypervisor, where one is seen.
    pub virtualisation: Option<String>,
}

impl Class {
    /// The class of the machine with this environment.
    #[must_use]
    pub fn of(environment: &Environment) -> Class {
        let Environment { architecture, cpu, cpus, virtualisation, .. } = environment;
        Class {
            architecture: architecture.clone(),
            cpu: cpu.clone(),
            cpus: *cpus,
            virtualisation: virtualisation.clone(),
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Class { architecture, cpu, cpus, virtualisation } = self;
        let noun = if *cpus == 1 { "CPU" } else { "CPUs" };
        write!(f, "{cpu}, {cpus} {noun}, {architecture}")?;
        match virtualisation {
            Some(hypervisor) => write!(f, ", {hypervisor}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn another_kernel_is_the_same_class_and_another_cpu_is_not() {
        let here = example::run().environment;
        let patched = Environment { kernel: "7.0".into(), load: 9.0, ..here.clone() };
        let other = Environment { cpus: 4, ..here.clone() };
        assert_eq!(Class::of(&here), Class::of(&patched));
        assert_ne!(Class::of(&here), Class::of(&other));
        assert_eq!(Class::of(&other).to_string(), "a CPU, 4 CPUs, x86_64");
    }
}
