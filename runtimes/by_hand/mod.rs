//! What the hand-written loops share: their command line, their windows, and the lines that they print. Nothing of
//! wasmark's is in them. `wasmark fidelity` builds them, runs them in turns with the workers, and compares.
//!
//! - `NAME_by_hand CONFIGURATION CODE fresh PASSES COLD ARGUMENT`: instances are made, called and dropped
//! - `NAME_by_hand CONFIGURATION CODE reused PASSES COLD ARGUMENT`: one instance is called
//! - `NAME_by_hand CONFIGURATION CODE memory NUMBERS COLD ARGUMENT`: instances are made, called once, and kept
//!
//! `CODE` is a module, or the artifact of one. Its export `run` is called with `COLD` twice before anything else, then
//! with `ARGUMENT`. `PASSES` are `WINDOWSxCALLS`, separated by commas: so many windows of so many calls each. Each window
//! is a line `window PASS NANOSECONDS`. `NUMBERS` are numbers of live instances, ascending; for each that is reached there
//! is a line `live NUMBER BYTES`, with the process's private dirty memory. The last line is `returned VALUE`.

use std::{
    error::Error,
    fmt::Write as _,
    fs::File,
    io::{Read, Write as _, stdout},
    path::PathBuf,
    ptr::null_mut,
    time::Instant,
};

/// Whatever goes wrong ends the program, and is printed.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The command line.
pub struct Order {
    /// The configuration, by wasmark's name.
    pub configuration: String,
    /// The module, or the artifact of one.
    pub code: PathBuf,
    /// What to measure.
    pub measure: Measure,
    /// The argument of the two calls before.
    pub cold: i32,
    /// The argument of the calls that are measured.
    pub argument: i32,
}

/// What to measure.
pub enum Measure {
    /// An instance is made, called and dropped.
    Fresh(Passes),
    /// One instance is called.
    Reused(Passes),
    /// Instances are made, called once, and kept.
    Memory(Numbers),
}

/// Windows, and the calls in each.
pub struct Passes(Vec<(usize, u64)>);

/// Numbers of live instances.
pub struct Numbers(Vec<usize>);

impl Order {
    /// Reads the command line.
    ///
    /// # Errors
    /// Where it is not as it should be.
    pub fn read() -> Result<Order> {
        occupy()?;
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [configuration, code, measure, numbers, cold, argument] = arguments.as_slice() else {
            return Err("give CONFIGURATION CODE fresh|reused|memory PASSES|NUMBERS COLD ARGUMENT".into());
        };
        let measure = match measure.as_str() {
            "fresh" => Measure::Fresh(Passes::read(numbers)?),
            "reused" => Measure::Reused(Passes::read(numbers)?),
            "memory" => Measure::Memory(Numbers(
                numbers.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?,
            )),
            other => return Err(format!("{other:?} is not fresh, reused or memory").into()),
        };
        Ok(Order {
            configuration: configuration.clone(),
            code: code.into(),
            measure,
            cold: cold.parse()?,
            argument: argument.parse()?,
        })
    }

    /// The error of a program that has no loop for the configuration.
    pub fn unknown(&self) -> Box<dyn Error> {
        format!("there is no hand-written loop for the configuration {:?}", self.configuration).into()
    }
}

impl Passes {
    fn read(text: &str) -> Result<Passes> {
        let pass = |text: &str| -> Result<(usize, u64)> {
            let (windows, calls) = text.split_once('x').ok_or("PASSES are WINDOWSxCALLS")?;
            Ok((windows.parse()?, calls.parse()?))
        };
        text.split(',').map(pass).collect::<Result<_>>().map(Passes)
    }

    /// Times `once`, so many calls of it in each window, and prints the windows.
    ///
    /// # Errors
    /// Where a call fails, or the last of a window returns something else than that of the first window.
    pub fn time(&self, mut once: impl FnMut() -> Result<i64>) -> Result<()> {
        let mut elapsed = Vec::with_capacity(self.0.iter().map(|(windows, _)| windows).sum());
        let mut first = None;
        for (pass, (windows, calls)) in self.0.iter().enumerate() {
            for _ in 0..*windows {
                let start = Instant::now();
                for _ in 1..*calls {
                    once()?;
                }
                let returned = once()?;
                let ns = start.elapsed().as_nanos();
                elapsed.push((pass, ns));
                same(&mut first, returned)?;
            }
        }
        let mut lines = String::new();
        for (pass, ns) in elapsed {
            writeln!(lines, "window {pass} {ns}")?;
        }
        print(lines, first)
    }
}

impl Numbers {
    /// Keeps ever more of the instances that `one` makes and calls, and prints the process's memory at each number. Where no
    /// further instance can be had, the series ends.
    ///
    /// # Errors
    /// Where there is no instance at the first number, or one returns something else than the first.
    pub fn hold<Instance>(&self, mut one: impl FnMut() -> Result<(Instance, i64)>) -> Result<()> {
        let most = self.0.iter().copied().max().unwrap_or(0);
        let mut held = Vec::with_capacity(most);
        let mut points = Vec::with_capacity(self.0.len());
        let mut first = None;
        for number in 1..=most {
            let (instance, returned) = match one() {
                Ok(one) => one,
                Err(_) if !points.is_empty() => break,
                Err(error) => return Err(error),
            };
            same(&mut first, returned)?;
            held.push(instance);
            if self.0.contains(&number) {
                points.push((number, private_dirty()?));
            }
        }
        let mut lines = String::new();
        for (number, bytes) in points {
            writeln!(lines, "live {number} {bytes}")?;
        }
        // Not dropped: the process ends.
        std::mem::forget(held);
        print(lines, first)
    }
}

/// Keeps as much of the heap as `WASMARK_PADDING` takes, and makes as many mappings of one page as `WASMARK_MAPPINGS` states, as
/// a worker does: what an engine takes depends on where its memory begins, and on the number of the process's mappings.
fn occupy() -> Result<()> {
    std::mem::forget(std::env::var_os("WASMARK_PADDING"));
    let number: usize = std::env::var("WASMARK_MAPPINGS").map_or(Ok(0), |text| text.parse())?;
    for page in 0..number {
        let of_neighbour = if page % 2 == 0 { PROT_NONE } else { PROT_READ };
        // SAFETY: new addresses that nothing else uses.
        let made = unsafe { mmap(null_mut(), 4096, of_neighbour, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) };
        if made as isize == -1 {
            return Err(std::io::Error::last_os_error().into());
        }
    }
    Ok(())
}

const PROT_NONE: i32 = 0;
const PROT_READ: i32 = 1;
const MAP_PRIVATE: i32 = 2;
const MAP_ANONYMOUS: i32 = 0x20;

unsafe extern "C" {
    fn mmap(at: *mut u8, size: usize, protection: i32, flags: i32, file: i32, offset: i64) -> *mut u8;
}

fn same(first: &mut Option<i64>, returned: i64) -> Result<()> {
    let first = *first.get_or_insert(returned);
    if first == returned {
        Ok(())
    } else {
        Err(format!("a call returned {first}, another {returned}").into())
    }
}

fn print(mut lines: String, returned: Option<i64>) -> Result<()> {
    writeln!(lines, "returned {}", returned.ok_or("nothing was called")?)?;
    Ok(stdout().write_all(lines.as_bytes())?)
}

/// The process's private dirty memory in bytes. Allocates nothing: what is freed here, the next instances would fill.
fn private_dirty() -> Result<u64> {
    let mut buffer = [0; 8192];
    let mut file = File::open("/proc/self/smaps_rollup")?;
    let mut filled = 0;
    loop {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    let text = std::str::from_utf8(&buffer[..filled])?;
    let line = text.lines().find_map(|line| line.strip_prefix("Private_Dirty:"));
    let kib =
        line.and_then(|line| line.split_whitespace().next()).ok_or("smaps_rollup has no Private_Dirty")?;
    Ok(kib.parse::<u64>()? * 1024)
}
