//! What kind of machine a run was made on: times of one kind are comparable, and those of two kinds are not.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::Environment;

/// A class of machines. Two machines are of one class where nothing that decides a time is known to differ: the CPU's
/// model, how many of them the run could use, about how much memory there is, and the hypervisor. Kernels are no part of it:
/// they differ between machines that a provider sells as one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Class {
    /// The CPU's model name.
    pub cpu: String,
    /// Logical CPUs that the run could use.
    pub cpus: u32,
    /// Memory in MiB, as the nearest power of two or one and a half times that: what a kernel leaves of it varies.
    pub memory_mib: u64,
    /// `x86_64`, `aarch64`.
    pub architecture: String,
    /// The hypervisor, where one is seen.
    pub virtualisation: Option<String>,
}

impl Class {
    /// The class of the machine with this environment.
    #[must_use]
    pub fn of(environment: &Environment) -> Class {
        Class {
            cpu: environment.cpu.clone(),
            cpus: environment.cpus,
            memory_mib: nominal(environment.memory_bytes >> 20),
            architecture: environment.architecture.clone(),
            virtualisation: environment.virtualisation.clone(),
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.cpus == 1 { "" } else { "s" };
        write!(f, "{}, {} CPU{plural}, ", self.cpu, self.cpus)?;
        match self.memory_mib {
            mib if mib >= 1024 => write!(f, "about {} GiB", mib as f64 / 1024.0)?,
            mib => write!(f, "about {mib} MiB")?,
        }
        write!(f, ", {}", self.architecture)?;
        match self.virtualisation.as_deref() {
            None => Ok(()),
            // What a CPU shows of a hypervisor that has no name.
            Some("yes") => write!(f, ", virtual"),
            Some(name) => write!(f, ", {name}"),
        }
    }
}

/// The nearest power of two, or one and a half times one, by its ratio to `mib`.
fn nominal(mib: u64) -> u64 {
    let sizes = (0..62).flat_map(|power| [1_u64 << power, (1_u64 << power) / 2 * 3]);
    let away = |size: &u64| ((*size as f64).ln() - (mib.max(1) as f64).ln()).abs();
    sizes.filter(|size| *size > 0).min_by(|one, other| away(one).total_cmp(&away(other))).unwrap_or(mib)
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
        assert_eq!(Class::of(&other).to_string(), "a CPU, 4 CPUs, about 16 GiB, x86_64");
    }

    #[test]
    fn memory_that_a_kernel_took_is_no_other_class() {
        let with = |bytes: u64| {
            let mut environment = example::run().environment;
            environment.memory_bytes = bytes;
            Class::of(&environment)
        };
        let gib = |gib: f64| (gib * 1024.0 * 1024.0 * 1024.0) as u64;
        assert_eq!(with(gib(23.49)), with(gib(23.51)));
        assert_eq!(with(gib(23.5)).memory_mib, 24 << 10);
        assert_eq!(with(gib(15.6)).memory_mib, 16 << 10);
        assert_ne!(with(gib(15.6)), with(gib(31.3)));
        assert_eq!(with(gib(31.3)).to_string(), "a CPU, 2 CPUs, about 32 GiB, x86_64");
        assert!(with(0).memory_mib > 0 && with(u64::MAX).memory_mib > 1 << 40);
    }
}
