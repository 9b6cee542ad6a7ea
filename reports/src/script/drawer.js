// What stands behind a cell: each process's value, what was measured on what, and how to measure it again.
const dialog = document.body.appendChild(element("dialog", { id: "cell", "aria-labelledby": "cell-title" }));
const GROUPS = { throughput: "throughput", per_instance_private: "memory" };

const [WIDE, HIGH, LEFT, EDGE] = [560, 170, 74, 10];
// A picture of values over a span, with its axis on the left or beneath.
const scale = (values) => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  return { from: least - room, to: most + room, least, most };
};
const label = (x, y, text, anchor = "end") => shape("text", { x, y, "text-anchor": anchor, class: "axis" }, text);

const number = (processes) => `${processes} ${processes === 1 ? "process" : "processes"}`;
const dots = ({ processes, values, median, low, high, unit }) => {
  const { from, to, least, most } = scale(values);
  const x = (at) => LEFT + ((WIDE - LEFT - EDGE) * (at + 0.5)) / values.length;
  const y = (value) => HIGH - 24 - ((HIGH - 34) * (value - from)) / (to - from);
  const name = say("{A} in order of time, from {b} to {c}", number(values.length), amount(least, unit), amount(most, unit));
  return shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": name },
    shape("rect", { x: LEFT, width: WIDE - LEFT - EDGE, y: y(high), height: Math.max(y(low) - y(high), 1), class: "band" }),
    shape("line", { x1: LEFT, x2: WIDE - EDGE, y1: y(median), y2: y(median), class: "middle" }),
    ...[least, most].map((value) => label(LEFT - 8, y(value) + 4, amount(value, unit))),
    ...values.map((value, at) => shape("circle", { cx: x(at), cy: y(value), r: 4, class: "dot" },
      shape("title", {}, say("process {a}: {b}", processes[at], amount(value, unit))))),
    label(LEFT, HIGH - 4, say("process {a}", processes[0]), "start"),
    label(WIDE - EDGE, HIGH - 4, say("process {a}", processes.at(-1))));
};
const ecdf = ({ values, median, unit }) => {
  const sorted = [...values].sort((a, b) => a - b);
  const { from, to, least, most } = scale(sorted);
  const x = (value) => LEFT + ((WIDE - LEFT - EDGE) * (value - from)) / (to - from);
  const y = (share) => HIGH - 24 - (HIGH - 34) * share;
  const steps = sorted.flatMap((value, at) => [[x(value), y(at / sorted.length)], [x(value), y((at + 1) / sorted.length)]]);
  const line = [[LEFT, y(0)], ...steps, [WIDE - EDGE, y(1)]].map((point) => point.join()).join(" ");
  const name = say("The share of processes with at most a value; half of them have at most {a}", amount(median, unit));
  return shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": name },
    ...[0, 0.5, 1].flatMap((share) => [
      shape("line", { x1: LEFT, x2: WIDE - EDGE, y1: y(share), y2: y(share), class: "grid" }),
      label(LEFT - 8, y(share) + 4, `${share * 100} %`)]),
    shape("polyline", { points: line, class: "steps" }),
    label(x(least), HIGH - 4, amount(least, unit), least === most ? "middle" : "start"),
    ...(least === most ? [] : [label(x(most), HIGH - 4, amount(most, unit))]));
};
const figure = (svg, caption) => element("figure", {}, svg, element("figcaption", {}, caption));

// Whatever its name holds, a word of a command stays one word.
const word = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
const command = (book, [configuration, workload, metric]) => {
  const names = [book.configurations[configuration].id];
  // A factor against native code needs both.
  if (metric === "throughput" && book.reference !== null && book.reference !== Number(configuration)) names.push(book.configurations[book.reference].id);
  return book.workloads[workload].again.replace("CONFIGURATIONS", () => word(names.join())).replace("METRICS", GROUPS[metric] ?? "cold-start");
};
const copy = (text) => {
  const button = element("button", { type: "button" }, say("Copy"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = say("Copied");
    } catch {
      // Refused: selected, the keyboard copies it.
      getSelection().selectAllChildren(button.previousElementSibling);
    }
  });
  return button;
};
const facts = (pairs) => element("dl", { class: "facts" }, ...pairs.filter(([, value]) => value).map(([name, value]) =>
  element("div", {}, element("dt", {}, name), element("dd", { translate: "no" }, value))));

const raw = ({ processes, values, unit }) => element("details", {},
  element("summary", {}, say("Raw values")),
  element("table", {},
    element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, say("process")), element("th", { scope: "col" }, unit === "B" ? say("bytes") : say("nanoseconds")))),
    element("tbody", {}, ...values.map((value, at) =>
      element("tr", {}, element("th", { scope: "row" }, `${processes[at]}`), element("td", {}, `${value}`))))));

const drawer = (book, place, cell) => {
  const [configuration, workload, metric] = place.split(":");
  const by = book.configurations[configuration];
  const what = book.workloads[workload];
  const { median, low, high, n, unit, values } = cell;
  const close = element("button", { type: "button", class: "close" }, say("Close"));
  close.addEventListener("click", () => dialog.close());
  const ends = [low, high].map((end) => amount(end, unit));
  const interval = ends[0] === ends[1] ? "" : ` (${ends.join("–")})`;
  const again = command(book, [configuration, workload, metric]);
  const parts = [
    close,
    element("h2", { id: "cell-title", translate: "no" }, `${by.id}: ${metric}`),
    element("p", {}, say("Of {a}: the median over {B} is {c}.", what.name, number(n), amount(median, unit) + interval)),
    element("h3", {}, say("To measure this cell again")),
    element("p", {}, element("code", {}, again), " ", copy(() => again)),
    element("p", {}, element("a", { href: location.hash }, say("Link to this cell")), " ", copy(() => location.href)),
  ];
  if (values) {
    parts.push(figure(dots(cell), say("Each process in order of time. The band is the interval, the line the median.")),
      figure(ecdf(cell), say("The share of the processes that took at most so much.")), raw(cell));
  } else parts.push(element("p", { class: "quiet" }, say("The values of single processes are too many for this page: the run’s files have them.")));
  parts.push(
    element("h3", {}, say("What was measured")),
    facts([[say("Version"), by.version], [say("Tier kind"), say(by.tier)], [say("Licence"), by.licence], [say("Worker"), by.worker], [say("Module, sha256"), what.sha256],
      [say("Module, size"), amount(what.bytes, "B")], [say("Unit of work"), what.unit], [say("Language"), what.language]]),
    element("h3", {}, say("Configuration, as resolved")),
    element("p", { translate: "no" }, by.about),
    facts(Object.entries(by.settings)));
  return parts;
};

let opener = null;
const open = async (place, from) => {
  const data = await book();
  const cell = data.cells.get(place);
  if (!cell) return;
  opener = from ?? [...places].find(([td, own]) => own === place && td.offsetParent)?.[0] ?? null;
  choose("cell", place);
  dialog.replaceChildren(...drawer(data, place, cell));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
};
dialog.addEventListener("close", () => {
  choose("cell", "");
  opener?.focus();
});
// A click beside it.
dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });

// The cells of a table are one stop of the tab key; arrows lead from one to the next.
const step = (cell, name) => {
  const row = (next) => next && ([...next.cells].find((one) => one.cellIndex === cell.cellIndex && places.has(one) && one.offsetParent) ?? null);
  const along = (next) => {
    let one = cell;
    do one = one[next]; while (one && !(places.has(one) && one.offsetParent));
    return one;
  };
  if (name === "ArrowRight") return along("nextElementSibling");
  if (name === "ArrowLeft") return along("previousElementSibling");
  const rows = [...cell.closest("table").rows];
  const order = name === "ArrowDown" ? rows.slice(rows.indexOf(cell.parentElement) + 1) : rows.slice(0, rows.indexOf(cell.parentElement)).reverse();
  return order.map(row).find(Boolean);
};
for (const table of grids) {
  table.setAttribute("role", "grid");
  const cells = all("td", table).filter((cell) => places.has(cell));
  for (const cell of cells) {
    cell.classList.add("opens");
    cell.tabIndex = cell === cells[0] ? 0 : -1;
  }
  table.addEventListener("click", ({ target }) => {
    const cell = target.closest("td");
    if (places.has(cell)) open(places.get(cell), cell);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!places.has(cell)) return;
    if (event.key === "Enter") open(places.get(cell), cell);
    else if (event.key.startsWith("Arrow")) step(cell, event.key)?.focus();
    else return;
    event.preventDefault();
  });
  table.addEventListener("focusin", ({ target }) => {
    if (!places.has(target)) return;
    for (const cell of cells) cell.tabIndex = cell === target ? 0 : -1;
  });
}
