#!/usr/bin/env python3
"""A worker for V8 by the program `node`: an example of one that is not in Rust. FORMAT.md has the protocol. wasmark
starts it for each job; it starts node, which writes the events itself: nothing stands before wasmark's clock."""
import time; MAIN_NS = time.monotonic_ns()
import json, os, shutil, subprocess
PROPOSALS = """bulk-memory legacy-exceptions multi-value mutable-global reference-types saturating-float-to-int
sign-extension simd threads""".split()  # Newer ones have more.
CONFIGURATIONS = {  # name: (tier, purposes, flags, about)
    "default": ("optimizing", ["default"], [], "Liftoff, then TurboFan; a function is compiled when it is called first"),
    "liftoff": ("baseline", [], ["--liftoff-only", "--no-wasm-lazy-compilation"], "V8's baseline compiler alone"),
    "turbofan": ("optimizing", ["throughput"], ["--no-liftoff", "--no-wasm-lazy-compilation"], "V8's TurboFan alone"),
}
# Runs in node. hrtime is CLOCK_MONOTONIC, as wasmark's stamps; cpuUsage is of the whole process, in microseconds.
MEASURE = r"""'use strict';
const now = () => Number(process.hrtime.bigint());
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) * 1000; };
const faults = () => process.resourceUsage().minorPageFault;
const ready = now(), engine = { phase: 'engine', cpu_ns: cpu(), minor_faults: faults() };
const fs = require('node:fs'), { WASI } = require('node:wasi');
const { job, started, events, outputs, settings } = JSON.parse(process.argv[1]);
const { cold } = job, command = job.entry === 'command', phases = [{ ...engine, wall_ns: ready - started }];
// `tell` is for what is JSON already: a checksum has more digits than JavaScript's numbers.
const tell = (event, text) => fs.writeSync(events, `{"event":"${event}"${text && ','}${text}}\n`);
const say = (event, rest) => tell(event, JSON.stringify(rest).slice(1, -1));
// The first of the words that a message has decides: "unrepresentable" has a table in it.
const TRAPS = { 'unreachable': 'unreachable', 'memory access': 'memory_out_of_bounds', 'by zero': 'divide_by_zero',
  'signature mismatch': 'indirect_call_type', 'call stack': 'stack_exhausted', 'divide result': 'integer_overflow',
  'float unrepresentable': 'invalid_conversion', 'data segment': 'memory_out_of_bounds',
  'element segment': 'table_out_of_bounds', 'table': 'table_out_of_bounds' };
// Bytes of no file that can be executed: what V8 makes of the module adds to them.
const executable = () => [...fs.readFileSync('/proc/self/maps', 'utf8').matchAll(/^(\w+)-(\w+) ..x. \w+ 00:00 0/gm)]
  .reduce((sum, [, start, end]) => sum + Number('0x' + end) - Number('0x' + start), 0);
function fail(during, error) {
  const trap = TRAPS[Object.keys(TRAPS).find((words) => error.message.includes(words))], of = (type) => error instanceof type;
  const kind = of(WebAssembly.RuntimeError) || trap === 'stack_exhausted' ? { trap: trap ?? 'other' }
    : of(RangeError) ? 'resource' : of(WebAssembly.CompileError) ? 'invalid' : during === 'instantiate' ? 'import'
    : during === 'first_call' && of(TypeError) ? 'export' : 'engine';
  say('failed', { during, failure: { kind, message: error.message } });
  process.exit(0);
}
function window(during, run) {
  const faults0 = faults(), cpu0 = cpu(), start = now();
  let value;
  try { value = run(); } catch (error) { fail(during, error); }
  const wall_ns = now() - start;
  return [value, { wall_ns, cpu_ns: cpu() - cpu0, minor_faults: faults() - faults0 }];
}
function phase(name, run) {
  const [value, cost] = window(name, run);
  phases.push({ phase: name, ...cost });
  return value;
}
// What a command sees, made ready before each instance, outside of every window: opening empties and rewinds.
function world({ args, env, stdin: input }) {
  if (!command) return null;
  const files = [[input ?? '/dev/null', 'r'], ...outputs.map((path) => [path, 'w+'])];
  const [stdin, stdout, stderr] = files.map(([path, how]) => fs.openSync(path, how));
  const preopens = Object.fromEntries(job.preopens.map(({ host, guest }) => [guest, host]));
  return { version: 'preview1', args, env: Object.fromEntries(env), preopens, stdin, stdout, stderr, returnOnExit: true };
}
function instantiate(host) {
  if (!command) return new WebAssembly.Instance(code, {}).exports[job.entry.kernel];
  const wasi = new WASI(host), instance = new WebAssembly.Instance(code, { wasi_snapshot_preview1: wasi.wasiImport });
  return () => wasi.start(instance);
}
// Compares an output with the right one, as text; returns it.
function check({ expected }, returned, host) {
  const [out, err] = command ? outputs.map((path) => fs.readFileSync(path)) : [];
  const sha256 = (bytes) => require('node:crypto').createHash('sha256').update(bytes).digest('hex');
  const actual = !command ? `"checksum":${returned}`
    : `"command":{"exit_code":${returned},"stderr_sha256":"${sha256(err)}","stdout_sha256":"${sha256(out)}"}`;
  if (command) [host.stdin, host.stdout, host.stderr].forEach((file) => fs.closeSync(file));
  if (expected === null || expected === `{${actual}}`) return actual;
  const excerpt = JSON.stringify(command ? `stdout: ${out.subarray(0, 400)} stderr: ${err.subarray(0, 400)}` : '');
  tell('wrong_output', `"expected":${expected},"actual":{${actual}},"excerpt":${excerpt}`);
  process.exit(0);
}
const bytes = fs.readFileSync(job.code.wasm), before = executable(), code = phase('compile', () => new WebAssembly.Module(bytes));
let host = world(cold), live = phase('instantiate', () => instantiate(host));
const returned = phase('first_call', () => live(cold.argument));
say('first_output', {});
tell('output', check(cold, returned, host));
if (command) live = instantiate(host = world(cold));
check(cold, phase('second_call', () => live(cold.argument)), host);
phases.forEach((one) => say('phase', one));
say('code', { bytes: Math.max(0, executable() - before) });
// A window for each sample, of so many calls in a row. `prepare` returns what is called, and the host that it sees.
function series(metric, invocation, { units, calls, warmups, samples }, prepare) {
  const costs = Array.from({ length: warmups + samples }, () => {
    const [run, host] = prepare(invocation);
    const [value, cost] = window(metric, () => { for (let n = 1; n < calls; n++) run(); return run(); });
    check(invocation, value, host);
    return cost;
  });
  say('samples', { metric, units, warmups, wall_ns: costs.map((one) => one.wall_ns), cpu_ns: costs.map((one) => one.cpu_ns) });
}
// Blocks of about a millisecond; a command's are of one call, because its host is made ready before each.
function blocks(metric, prepare) {
  const [run, host] = prepare(cold), [value, { wall_ns }] = window(metric, run);
  check(cold, value, host);
  const calls = command ? 1 : Math.max(1, Math.floor(1e6 / wall_ns));
  series(metric, cold, { units: calls, calls, warmups: 2, samples: 12 }, prepare);
}
const loaded = (invocation, host = world(invocation), call = command ? instantiate(host) : live) =>
  [() => call(invocation.argument), host];
const lacks = (metric, reason) => say('unsupported', { metric, reason });
const STEPS = {
  empty_window: () => lacks('empty_window', 'this worker keeps no histograms'),
  fresh_instance: () => blocks('fresh_instance', (of, host = world(of)) => [() => instantiate(host)(of.argument), host]),
  reused_instance: () => blocks('reused_instance', loaded),
  throughput: ({ invocation, ...how }) => series('throughput', invocation, { calls: 1, ...how }, loaded),
  memory: ({ state }) => lacks(`memory_${state}`, 'this worker holds no instances'),
};
for (const step of job.steps) for (const [name, how] of Object.entries(step)) STEPS[name](how);
lacks('teardown', 'V8 collects instances when it likes');
say('resolved', settings);
"""
def describe(node):
    version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout.strip("v\n")
    return dict(runtime="node", version=version, licence="MIT", configurations=[
        dict(name=name, tier=tier, about=about, starts_from=["wasm"], proposals=PROPOSALS, wasi=True, purposes=purposes)
        for name, (tier, purposes, _, about) in CONFIGURATIONS.items()])
def measure(node, job, events):
    """Lets node do the job. Returns a failure, or None where node wrote all that there is to say."""
    cold = job["cold"]
    if "wasm" not in job["code"] or "function" in job["entry"] or job.get("stubs") or isinstance(cold["stdin"], dict) \
            or "trap" in (cold["expected"] or {}):
        return dict(kind="unsupported", message="this worker runs kernels and commands, without stubs, pipes and traps")
    for call in [job["cold"], *(one["throughput"]["invocation"] for one in job["steps"] if "throughput" in one)]:
        call["expected"] = call["expected"] and json.dumps(call["expected"], separators=(",", ":"), sort_keys=True)
    flags, files = CONFIGURATIONS[job["configuration"]][2], [os.memfd_create("output") for _ in range(2)]
    words = dict(job=job, events=events, outputs=[f"/proc/self/fd/{file}" for file in files],
                 settings=dict(flags=" ".join(flags) or "none"), started=time.monotonic_ns())
    command = [node, "--no-warnings", "--experimental-wasi-unstable-preview1", *flags, "-e", MEASURE, "--", json.dumps(words)]
    end = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, pass_fds=[events, *files])
    return end.returncode and dict(kind="engine", message=f"node ended with {end.returncode}: {end.stderr.strip()[-300:]}")
def main():
    events = int(os.environ["WASMARK_EVENT_FD"])
    say = lambda event, **rest: os.write(events, (json.dumps(dict(event=event, **rest)) + "\n").encode())
    fifo = os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO
    say("hello", protocol=dict(major=1, minor=0), main_ns=MAIN_NS, realtime=fifo)
    task = json.loads(open(int(os.environ["WASMARK_JOB_FD"])).readline())["task"]
    node, failure = shutil.which("node"), None
    if not node:
        failure = dict(kind="unsupported", message="node is not installed; get it with: apt-get install nodejs")
    elif task == "describe":
        say("description", **describe(node))
    else:
        failure = measure(node, task["measure"], events)
    if failure:
        say("failed", during="job", failure=failure)
    say("done")
main()
