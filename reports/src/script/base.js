// The page is complete without its script, which filters, sorts, compares, opens cells and translates. What a reader chose is
// in the address's fragment: "#section?hide=1,4&sort=2:3:d", where 1 and 4 are configurations, 2 a table and 3 a column.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

// The name of SVG's elements, without an address in the page.
const SVG = new DOMParser().parseFromString("<svg></svg>", "text/html").body.firstChild.namespaceURI;
const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
const shape = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// What a script element holds as gzip in base64.
const opened = (id) => {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
  const packed = new ReadableStream({ start: (controller) => { controller.enqueue(bytes); controller.close(); } });
  return new Response(packed.pipeThrough(new DecompressionStream("gzip")));
};
const unpack = (id) => opened(id).text();
const once = (make) => {
  let made;
  return () => (made ??= make());
};

// Numbers as the page has them: three significant digits and a unit that fits.
const digits = (value) => {
  if (!Number.isFinite(value)) return "–";
  const exponent = Number(value.toExponential(2).split("e")[1]);
  return value.toFixed(Math.min(Math.max(2 - exponent, 0), 9));
};
const UNITS = {
  ns: [[1, "ns"], [1e3, "µs"], [1e6, "ms"], [1e9, "s"]],
  B: [[1, "B"], [2 ** 10, "KiB"], [2 ** 20, "MiB"], [2 ** 30, "GiB"], [2 ** 40, "TiB"]],
};
const amount = (value, unit) => {
  const fits = UNITS[unit].filter(([step]) => Math.abs(value) * 1.0005 >= step);
  const [step, name] = fits.at(-1) ?? UNITS[unit][0];
  return `${digits(value / step)}\u00a0${name}`;
};
const times = (value) => `${digits(value)}×`;

// What the reader chose, by name; empty where it is as the page came.
const state = new Map();
const choose = (name, value) => {
  if (value) state.set(name, value);
  else state.delete(name);
  const text = new URLSearchParams([...state]).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  const anchor = location.hash.slice(1).split("?")[0];
  const bare = location.pathname + location.search;
  history.replaceState(null, "", text ? `#${anchor}?${text}` : anchor ? `#${anchor}` : bare);
};
