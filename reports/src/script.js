// Optional: filters and sorting. The page is complete without it. The state is in the URL's fragment,
// "#section?hide=1,4&sort=2:3:d", where 1 and 4 are configurations, 2 a table, 3 a column.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector("form.filter");
  const style = document.head.appendChild(document.createElement("style"));
  const tables = all("table.sortable");
  const sorts = new Map();
  const boxes = all("input[data-of]", form);
  const workload = document.querySelector("#workload");
  const panels = all("details.panel");
  const usual = workload.value;

  const write = () => {
    const hidden = boxes.filter((box) => !box.checked).map((box) => box.dataset.of);
    const state = new URLSearchParams();
    if (hidden.length) state.set("hide", hidden.join(","));
    if (workload.value !== usual) state.set("workload", workload.value);
    if (sorts.size) state.set("sort", [...sorts].map(([table, sort]) => [table, ...sort].join(":")).join(","));
    const anchor = location.hash.slice(1).split("?")[0];
    // Readable, and read alike.
    const text = state.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    history.replaceState(null, "", text ? `#${anchor}?${text}` : anchor ? `#${anchor}` : location.pathname + location.search);
  };

  const filter = () => {
    const hidden = boxes.filter((box) => !box.checked).map((box) => `[data-c="${box.dataset.of}"]`);
    style.textContent = hidden.length ? `:is(td, th, tr, g)${`:is(${hidden.join(",")})`} { display: none; }` : "";
    for (const kind of all("input[data-kind]", form)) {
      const own = boxes.filter((box) => box.dataset.tier === kind.dataset.kind);
      kind.checked = own.some((box) => box.checked);
      kind.indeterminate = kind.checked && own.some((box) => !box.checked);
    }
    // A group's heading spans the columns that are left of it.
    for (const group of all("th[data-group]")) {
      const left = group.dataset.group.split(",").filter((id) => boxes.find((box) => box.dataset.of === id)?.checked);
      group.hidden = !left.length;
      group.colSpan = left.length || 1;
    }
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    const number = parseFloat(cell?.dataset.v);
    return Number.isNaN(number) ? null : number;
  };
  const sort = (index, column, direction) => {
    const table = tables[index];
    const head = table?.tHead.rows[table.tHead.rows.length - 1].cells[column];
    if (!head) return;
    for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    const sign = direction === "d" ? -1 : 1;
    if (direction === "o") sorts.delete(index);
    else { head.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending"); sorts.set(index, [column, direction]); }
    // Each tier kind for itself; its name stays first, and rows without a value stay last in both directions.
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("kind"))
        .map((row, at) => ({ row, at: Number(row.dataset.at ?? (row.dataset.at = at)), value: value(row, column) }));
      rows.sort((a, b) => (a.value === null) - (b.value === null) || sign * (a.value - b.value) || a.at - b.at);
      if (direction === "o") rows.sort((a, b) => a.at - b.at);
      body.append(...rows.map(({ row }) => row));
    }
  };

  tables.forEach((table, index) => {
    [...table.tHead.rows[table.tHead.rows.length - 1].cells].forEach((head, column) => {
      if (!head.hasAttribute("data-sort")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        sort(index, column, now === "ascending" ? "d" : now === "descending" ? "o" : "a");
        write();
      });
    });
  });

  // One workload at a time, in place of the folded list.
  const choose = () => {
    for (const panel of panels) panel.hidden = !(panel.open = panel.dataset.workload === workload.value);
  };
  workload.addEventListener("change", () => { choose(); write(); });

  form.addEventListener("change", ({ target }) => {
    if (target.dataset.kind) for (const box of boxes) if (box.dataset.tier === target.dataset.kind) box.checked = target.checked;
    filter();
    write();
  });
  const read = () => {
    const [anchor, text] = location.hash.slice(1).split("?");
    if (text === undefined) return write();
    const state = new URLSearchParams(text);
    workload.value = state.get("workload") ?? usual;
    if (workload.selectedIndex < 0) workload.value = usual;
    choose();
    const hidden = (state.get("hide") ?? "").split(",");
    for (const box of boxes) box.checked = !hidden.includes(box.dataset.of);
    filter();
    for (const one of (state.get("sort") ?? "").split(",").filter(Boolean)) {
      const [table, column, direction] = one.split(":");
      sort(Number(table), Number(column), direction);
    }
    if (anchor) document.getElementById(anchor)?.scrollIntoView();
  };
  addEventListener("hashchange", read);
  addEventListener("beforeprint", () => all("details").forEach((one) => { one.open = true; one.hidden = false; }));
  addEventListener("afterprint", choose);
  form.hidden = workload.parentElement.hidden = false;
  document.documentElement.classList.add("script");
  choose();
  if (location.hash.includes("?")) read();

  const unpack = (id, type) => {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream, { headers: { "Content-Type": type } }).blob();
  };
  for (const save of all(".saves button")) {
    save.parentElement.hidden = false;
    save.addEventListener("click", async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await unpack(save.dataset.of, save.dataset.type));
      link.download = save.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }
})();
