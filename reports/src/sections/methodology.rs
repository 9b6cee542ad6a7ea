//! What each number means, one line each.

use maud::{Markup, html};
use wasmark_results::summary::noise::{NOISY, QUIET, STEAL};

use super::header::coverage;
use crate::{format::percent, rendered::wide_note, view::View};

const NUMBERS: [(&str, &str); 17] = [
    ("spawn", "fork and exec until the worker’s main runs: dynamic linking is part of it."),
    ("engine", "afterwards the engine object exists and knows nothing about a module."),
    ("compile", "afterwards no decoding, validation or code generation is left for the module."),
    ("load", "the same postcondition, from an artifact that is on disk and in the page cache."),
    (
        "prepare",
        "afterwards everything exists that is made once for a module: imports, as far as the engine resolves them, and the \
      checked entry.",
    ),
    (
        "instantiate",
        "afterwards memory, tables and globals are initialised, imports resolved, the exports callable.",
    ),
    (
        "first_call, second_call",
        "the first and the second call of the process; a gap between them is work that was put off.",
    ),
    ("teardown", "dropping the instance; it is never inside another phase, and part of fresh_instance."),
    (
        "from_wasm, from_artifact, process_to_result",
        "sums of these phases within one process, or the controller’s clock around the whole process.",
    ),
    (
        "throughput",
        "fixed work with inputs that arrive at run time, its output checked; the time of one unit of work, so that less work \
      for an interpreter changes nothing.",
    ),
    ("against native", "that time as a multiple of the same source compiled for this machine."),
    (
        "fixed, per instance",
        "intercept and slope of a robust (Theil-Sen) line through the process’s memory with growing numbers of live instances: \
      anonymous PSS and shared memory, which counts a page that instances share once.",
    ),
    ("private per instance", "the slope of Private_Dirty: pages that belong to the process alone."),
    (
        "reserved, mappings, descriptors, page tables",
        "slopes of the address space, of the lines of the memory map, of the open descriptors, and of the page tables: what bounds density besides memory.",
    ),
    (
        "instances per GiB, most instances",
        "a GiB, and what each limit of a process leaves, divided by what a further instance takes; the interval is the slope’s, \
      turned around.",
    ),
    (
        "waited, CPU",
        "the share of the wall time in which no thread of the process ran, where it is above a tenth, and what the work itself \
      took: wall time alone then shows the machine.",
    ),
    ("empty window", "what the harness’s own marks cost; in every number, subtracted from none."),
];

/// The section.
pub fn section(view: &View) -> Markup {
    html! {
        section id="methodology" aria-labelledby="methodology-title" {
            h2 id="methodology-title" { "What the numbers mean" }
            dl.meaning { @for (name, meaning) in NUMBERS { dt { (name) } dd { (meaning) } } }
            h3 { "Intervals" }
            p {
                "A process gives one value for each cell, however often it repeats the work: repetitions inside a process are not \
                 independent. The value shown is the median over processes, its interval the exact one by order statistics, at 95 % where \
                 there are at least 6 processes, else the whole range. " (coverage(view.summary)) " Ratios and geometric means have \
                 bootstrapped intervals. Percentiles are over all single samples, added up, never averaged. " (wide_note())
            }
            h3 { "Noise" }
            p {
                "A loop of equal work is timed before the run, between its processes and after it. The machine counts as quiet where \
                 the loop varies by less than " (percent(QUIET)) ", as noisy from " (percent(NOISY)) " on, where the hypervisor takes " (percent(STEAL[1])) " \
                 of the busy time, or where the load is above twice the CPUs and one."
            }
            h3 { "What is not comparable" }
            ul.plain {
                li { "Different tier kinds, as if they were alternatives: interpreters start from bytes at once and run slowly, compilers the other way round, \
                      and artifacts need a place to be kept." }
                li { "The kind process with the start of a container: no image, no limits and no network are made, so a container takes longer." }
                li { "Runs of different machines, or of one machine at different times: the differences between configurations hold within the run, because \
                      they took turns." }
                li { "RSS of other tools with the memory here: RSS counts shared pages again for each mapping." }
                li { "“Cold start” elsewhere with one here, unless it names its rung." }
                li { "A start with a warm page cache, as here, with the first one after a reboot." }
            }
        }
    }
}
