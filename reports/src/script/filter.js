// Which configurations and workloads tables and charts show.
const form = one("form.filter");
const style = document.head.appendChild(document.createElement("style"));
const boxes = all("input[data-of]", form);
const kinds = all("input[data-kind], input[data-runtime]:not([data-of])", form);
const workload = one("#workload");
const options = [...workload.options];
const usual = workload.value;
const panels = all("details.panel");
const picks = { language: one("#code"), tag: one("#tag") };

const isShown = (configuration) => boxes[configuration]?.checked ?? true;
// The boxes of a tier kind or of a runtime.
const own = ({ dataset }) =>
  boxes.filter((box) => (dataset.kind ? box.dataset.tier === dataset.kind : box.dataset.runtime === dataset.runtime));
const isWanted = (option) =>
  (!picks.language.value || option.dataset.language === picks.language.value) &&
  (!picks.tag.value || option.dataset.tags.split(" ").includes(picks.tag.value));

// The line through the marks that no other one beats, of those that are shown.
const drawFront = (svg) => {
  const line = one(".front polyline", svg);
  if (!line) return;
  const marks = all("g[data-at]", svg).filter((mark) => getComputedStyle(mark).display !== "none");
  const points = marks.map((mark) => mark.dataset.at.split(" ").map(Number));
  const beaten = ([x, y]) => points.some(([a, b]) => a <= x && b >= y && (a < x || b > y));
  const front = points.filter((point) => !beaten(point)).sort(([a], [b]) => a - b);
  line.setAttribute("points", front.map((point) => point.join()).join(" "));
};
// Rows move up where others are hidden, and the axis with them.
const closeGaps = (svg) => {
  const height = Number(svg.dataset.row);
  const rows = all(":scope > g[data-c]", svg);
  let shown = 0;
  rows.forEach((row, at) => {
    if (!isShown(row.dataset.c)) return;
    row.setAttribute("transform", `translate(0 ${(shown - at) * height})`);
    shown += 1;
  });
  const gone = (rows.length - shown) * height;
  one(".axis", svg)?.setAttribute("transform", `translate(0 ${-gone})`);
  svg.dataset.box ??= svg.getAttribute("viewBox");
  const [left, top, wide, high] = svg.dataset.box.split(" ");
  svg.setAttribute("viewBox", `${left} ${top} ${wide} ${high - gone}`);
};

const pickWorkload = () => {
  for (const panel of panels) panel.hidden = !(panel.open = panel.dataset.workload === workload.value);
};
const filter = () => {
  const hidden = boxes.filter((box) => !box.checked).map((box) => `[data-c="${box.dataset.of}"]`);
  const left = options.filter((option) => !isWanted(option));
  const gone = left.map((option) => `[data-w="${option.dataset.w}"]`);
  style.textContent =
    (hidden.length ? `:is(td, th, tr, g):is(${hidden.join()}) { display: none; }` : "") +
    (gone.length ? `:is(tr, details, div, g):is(${gone.join()}) { display: none; }` : "");
  for (const kind of kinds) {
    const group = own(kind);
    kind.checked = group.some((box) => box.checked);
    kind.indeterminate = kind.checked && group.some((box) => !box.checked);
  }
  // A group's heading spans the columns that are left of it.
  for (const group of all("th[data-group]")) {
    const shown = group.dataset.group.split(",").filter(isShown);
    group.hidden = !shown.length;
    group.colSpan = shown.length || 1;
  }
  for (const option of options) option.hidden = option.disabled = left.includes(option);
  const chosen = workload.selectedOptions[0];
  if (!chosen || left.includes(chosen)) workload.value = options.find((option) => !left.includes(option))?.value ?? "";
  pickWorkload();
  all("svg[data-row]").forEach(closeGaps);
  all("figure svg").forEach(drawFront);
};
const keep = () => {
  choose("hide", boxes.filter((box) => !box.checked).map((box) => box.dataset.of).join());
  for (const [name, pick] of Object.entries(picks)) choose(name, pick.value);
  choose("workload", workload.value === usual ? "" : workload.value);
};
form.addEventListener("change", ({ target }) => {
  if (kinds.includes(target)) for (const box of own(target)) box.checked = target.checked;
  filter();
  keep();
});
form.addEventListener("submit", (event) => event.preventDefault());
workload.addEventListener("change", () => {
  pickWorkload();
  keep();
});
