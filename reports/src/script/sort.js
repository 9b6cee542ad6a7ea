// Tables by any of their columns: upwards, downwards, and as they were.
const tables = all("table.sortable");
const sorts = new Map();
const heads = (table) => table.tHead.rows[table.tHead.rows.length - 1].cells;

const key = (row, column) => {
  const cell = row.cells[column];
  const number = parseFloat(cell?.dataset.v);
  if (!Number.isNaN(number)) return number;
  const text = cell?.textContent.trim() ?? "";
  return text === "" || text === "–" || one(".why", cell) ? null : text;
};
const compareKeys = (a, b) =>
  typeof a === "number" && typeof b === "number" ? a - b : typeof a === typeof b ? a.localeCompare(b) : typeof a === "number" ? -1 : 1;

const sort = (index, column, direction) => {
  const table = tables[index];
  const head = table && heads(table)[column];
  if (!head) return;
  for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
  const sign = direction === "d" ? -1 : 1;
  if (direction === "o") sorts.delete(index);
  else {
    head.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
    sorts.set(index, [column, direction]);
  }
  // Each tier kind for itself; its name stays first, and rows without a value stay last in both directions.
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter((row) => !row.classList.contains("kind"))
      .map((row, at) => ({ row, at: Number(row.dataset.at ?? (row.dataset.at = at)), key: key(row, column) }));
    rows.sort((a, b) => {
      if (direction === "o") return a.at - b.at;
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.at - b.at;
      return sign * compareKeys(a.key, b.key) || a.at - b.at;
    });
    body.append(...rows.map(({ row }) => row));
  }
};

tables.forEach((table, index) => {
  [...heads(table)].forEach((head, column) => {
    if (head.tagName !== "TH") return;
    const button = element("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(index, column, now === "ascending" ? "d" : now === "descending" ? "o" : "a");
      choose("sort", [...sorts].map(([table, sort]) => [table, ...sort].join(":")).join());
    });
  });
});
