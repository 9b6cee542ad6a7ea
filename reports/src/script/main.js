// The rows of a CSV as objects, with numbers where the column has numbers and null where a number is missing.
const NUMBERS = ["value", "low", "high", "coverage", "n"];
const objects = (csv) => {
  const rows = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\n") rows.push([]);
  }
  const [names, ...lines] = rows.slice(0, -1);
  const value = (name, text) => (NUMBERS.includes(name) ? (text === "" ? null : Number(text)) : text);
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name, value(name, line[at])])));
};

// What the page holds, as files.
for (const save of all(".saves button")) {
  save.parentElement.hidden = false;
  save.addEventListener("click", async () => {
    const { of, name, type } = save.dataset;
    const link = element("a", { download: name });
    const held = opened(of);
    const file = type === "application/json" ? JSON.stringify(objects(await held.text())) : await held.blob();
    link.href = URL.createObjectURL(new Blob([file], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

// What the address has.
const read = async () => {
  const [anchor, text] = location.hash.slice(1).split("?");
  if (text === undefined) return;
  state.clear();
  for (const [name, value] of new URLSearchParams(text)) state.set(name, value);
  const has = (select, value) => [...select.options].some((option) => option.value === value);
  const set = (select, name, otherwise) => {
    select.value = has(select, state.get(name)) ? state.get(name) : otherwise;
  };
  set(workload, "workload", usual);
  set(picks.language, "language", "");
  set(picks.tag, "tag", "");
  set(baseline, "base", "best");
  const hidden = (state.get("hide") ?? "").split(",");
  for (const box of boxes) box.checked = !hidden.includes(box.dataset.of);
  filter();
  for (const [table, [column]] of [...sorts]) sort(table, column, "o");
  for (const part of (state.get("sort") ?? "").split(",").filter(Boolean)) {
    const [table, column, direction] = part.split(":");
    sort(Number(table), Number(column), direction);
  }
  if (anchor) document.getElementById(anchor)?.scrollIntoView();
  await speak(state.get("lang"));
  compare();
  if (state.has("cell")) open(state.get("cell"));
  else if (dialog.open) dialog.close();
};
addEventListener("hashchange", () => (location.hash.includes("?") ? read() : keepState()));
// A link within the page keeps what the reader chose.
const keepState = () => choose("", "");

addEventListener("beforeprint", () => all("details").forEach((one) => { one.open = true; one.hidden = false; }));
addEventListener("afterprint", pickWorkload);
for (const control of all("[data-control]")) control.hidden = false;
document.documentElement.classList.add("script");
pickWorkload();
read();
