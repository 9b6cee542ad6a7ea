// Compares two runs that the reader chooses; the choice is in the address's fragment, "#compare?base=ID&candidate=ID".
const [base, candidate] = [one("#base"), one("#candidate")];
const factor = (value) => (value >= 0.5 && value < 2 ? `${value.toFixed(3)}×` : times(value));
const text = (name, content, attributes = {}) => element(name, attributes, content);

const row = ([name, unit], [, a, aLow, aHigh], [, b, bLow, bHigh]) => {
  const positive = [a, aLow, aHigh, b, bLow, bHigh].every((value) => value > 0);
  const [value, low, high] = positive ? [b / a, bLow / aHigh, bHigh / aLow] : [NaN, NaN, NaN];
  const ratio = text("td", positive ? factor(value) : "–");
  if (positive) ratio.append(text("small", `${factor(low)}–${factor(high)}`));
  const cells = [text("th", name, { scope: "row", translate: "no" }), ratio, text("td", amount(a, unit)), text("td", amount(b, unit))];
  return { clear: low > 1 || high < 1, size: positive ? Math.abs(Math.log(value)) : 0, row: element("tr", {}, ...cells) };
};
const table = (rows, which) => {
  const heads = ["cell", "ratio", "first", "second"].map((name) => text("th", name, { scope: "col" }));
  const body = rows.sort((one, other) => other.size - one.size).map((each) => each.row);
  const whole = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
  return element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `Ratios ${which}` }, whole);
};

const show = ({ runs, series }) => {
  const [first, second] = [Number(base.value), Number(candidate.value)];
  choose("base", runs[first][0]);
  choose("candidate", runs[second][0]);
  const out = one("#compared");
  one("#newest").hidden = true;
  const links = [first, second].map((at) => text("a", runs[at][0], { href: runs[at][3], translate: "no" }));
  out.replaceChildren(element("p", {}, links[0], " → ", links[1]));
  if (runs[first][2] !== runs[second][2]) {
    out.append(text("p", "These runs are of different classes of machines: there is no ratio between them.", { class: "alert" }));
    return;
  }
  const of = (points, at) => points.find(([run]) => run === at);
  const rows = series
    .map((each) => [each, of(each[2], first), of(each[2], second)])
    .filter(([, a, b]) => a && b)
    .map(([each, a, b]) => row(each, a, b));
  const [apart, others] = [rows.filter((each) => each.clear), rows.filter((each) => !each.clear)];
  out.append(apart.length ? table(apart, "whose intervals lie apart") : text("p", rows.length ? "In no cell do the intervals lie apart." : "These runs have no cell in common."));
  if (others.length) {
    const title = text("summary", `${others.length} cells whose intervals overlap`);
    out.append(element("details", {}, title, table(others, "whose intervals overlap")));
  }
};

const start = async () => {
  const data = JSON.parse(await unpack("history"));
  if (data.runs.length < 2) return;
  for (const select of [base, candidate]) {
    const options = data.runs.map(([id, day], at) => text("option", `${day} ${id}`, { value: at }));
    select.append(...options.reverse());
    select.addEventListener("change", () => show(data));
  }
  const asked = new URLSearchParams(location.hash.split("?")[1] ?? "");
  const at = (name, otherwise) => {
    const found = data.runs.findIndex(([id]) => id === asked.get(name));
    return String(found < 0 ? otherwise : found);
  };
  base.value = at("base", data.runs.length - 2);
  candidate.value = at("candidate", data.runs.length - 1);
  one("#choice").hidden = false;
  if (asked.has("base")) show(data);
};
start();
