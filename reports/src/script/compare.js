// What the factors of the tables are against: the best of a tier kind, as the page came, a configuration, or another run.
const baseline = one("#baseline");
const note = one("#against");
const usualNote = note.textContent;

// The values behind the cells, by configuration, workload and metric.
const book = once(async () => {
  const data = JSON.parse(await unpack("cells"));
  const index = (cells) => new Map(cells.map(([configuration, workload, metric, unit, median, low, high, n, processes, values]) =>
    [`${configuration}:${workload}:${data.metrics[metric]}`, { unit, median, low, high, n, processes, values }]));
  return { ...data, cells: index(data.cells), other: data.against && index(data.against.cells) };
});

// The cells of tables that are cells of the run, each with its place: configuration, workload and metric.
const places = new Map();
const grids = tables.filter((table) => one("[data-m]", table));
for (const table of grids) {
  const columns = [...heads(table)].map((head) => head.dataset);
  for (const body of table.tBodies) {
    for (const row of body.rows) {
      [...row.cells].forEach((cell, at) => {
        const { v, c = row.dataset.c } = cell.dataset;
        const metric = columns[at]?.m ?? body.dataset.m;
        const workload = columns[at]?.w ?? row.dataset.w;
        if (c && v && metric && workload) places.set(cell, `${c}:${workload}:${metric}`);
      });
    }
  }
}

const factor = (of, base) => {
  const value = of.median / base.median;
  const sure = of.n > 1 && base.n > 1 && of.low > 0 && base.low > 0;
  const [low, high] = sure ? [of.low / base.high, of.high / base.low].map(digits) : [];
  return { value, text: low === high ? times(value) : `${times(value)} (${low}–${high})` };
};
// As the page's own shades: warm above 1, full at 100; cool below, full at a half.
const shade = (cell, value) => {
  const share = value >= 1 ? Math.log10(value) / 2 : -Math.log2(value);
  cell.classList.toggle("warm", value >= 1);
  cell.classList.toggle("cool", value < 1);
  cell.style.setProperty("--heat", Math.round(Math.min(share, 1) * 55));
};
const shades = new Map(grids.flatMap((table) => all("td.heat", table))
  .map((cell) => [cell, { warm: cell.classList.contains("warm"), cool: cell.classList.contains("cool"), heat: cell.style.getPropertyValue("--heat") }]));

let turn = 0;
const compare = async () => {
  const base = baseline.value;
  const own = ++turn;
  for (const added of all("small.by")) added.remove();
  for (const [cell, { warm, cool, heat }] of shades) {
    cell.classList.toggle("warm", warm);
    cell.classList.toggle("cool", cool);
    cell.style.setProperty("--heat", base === "best" ? heat : "0");
  }
  document.documentElement.classList.toggle("against", base !== "best");
  const id = baseline.selectedOptions[0].dataset.id;
  note.textContent = base === "best" ? translate(usualNote)
    : base === "run" ? say("Factors are against the same cell of the run {a}. Another run had another time, and perhaps another machine: the intervals of both stand in each, and no verdict.", id)
      : say("Factors are against {a}, with intervals from the ends of both intervals.", id);
  if (base === "best") return;
  const { cells, other } = await book();
  // The reader chose again meanwhile.
  if (own !== turn) return;
  for (const [cell, place] of places) {
    const of = cells.get(place);
    const against = base === "run" ? other.get(place) : cells.get(place.replace(/^\d+/, base));
    if (!of || !(against?.median > 0)) continue;
    const { value, text } = factor(of, against);
    cell.append(element("small", { class: "times by" }, text));
    if (shades.has(cell)) shade(cell, value);
  }
};
baseline.addEventListener("change", () => {
  choose("base", baseline.value === "best" ? "" : baseline.value);
  compare();
});
