// Chinese in place of the page's own English. Names, code and messages of engines are in elements that are not translated.
const languages = one("#language");
const catalogue = once(async () => {
  const entries = Object.entries(JSON.parse(await unpack("chinese")));
  const exact = new Map();
  const patterns = [];
  for (const [english, chinese] of entries) {
    const parts = english.split(/\{(\w)\}/);
    if (parts.length === 1) {
      exact.set(english, chinese);
      continue;
    }
    const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");
    const source = parts.map((part, at) => (at % 2 ? "(.+?)" : literal(part))).join("");
    const longest = parts.filter((_, at) => at % 2 === 0).flatMap((part) => part.split(" ")).sort((a, b) => b.length - a.length)[0];
    patterns.push({ longest, regex: new RegExp(`^${source}$`, "s"), names: parts.filter((_, at) => at % 2), chinese });
  }
  const known = new Map();
  // The Chinese for a text, or null. What stands for {a} is kept as it is, what stands for {A} translated in turn.
  const find = (text) => {
    const own = exact.get(text.replace(/\s+/g, " "));
    if (own !== undefined) return own;
    for (const { longest, regex, names, chinese } of patterns) {
      const match = text.includes(longest) && regex.exec(text);
      if (!match) continue;
      const values = Object.fromEntries(names.map((name, at) => [name, match[at + 1]]));
      return chinese.replace(/\{(\w)\}/g, (_, name) => (name < "a" ? translate(values[name]) : values[name]));
    }
    return null;
  };
  // The longest first, which is the most particular one.
  patterns.sort((a, b) => b.regex.source.length - a.regex.source.length);
  const translate = (text) => {
    const bare = text.trim();
    if (!/[A-Za-z]/.test(bare)) return text;
    if (!known.has(bare)) known.set(bare, find(bare));
    const found = known.get(bare);
    return found === null ? text : text.replace(bare, () => found);
  };
  return translate;
});

let translate = (text) => text;
// A text of the script's own, with values in place of {a}, {b} and so on; that of {B} is translated, too.
const say = (text, ...values) => translate(text.replace(/\{(\w)\}/g, (_, name) => values[name.toLowerCase().charCodeAt(0) - 97]));

const SKIP = "script, style, code, [translate=no], th[data-c], tr[data-c] > th, tr[data-w] > th";
const originals = new Map();
const eachText = (visit) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && !node.parentElement.closest(SKIP)) visit(node);
  }
};
const speak = async (language) => {
  const chinese = language === "zh";
  if (chinese === (document.documentElement.lang === "zh")) return;
  const to = chinese ? await catalogue() : null;
  translate = to ?? ((text) => text);
  eachText((node) => {
    if (to) {
      const text = to(node.data);
      if (text !== node.data) {
        originals.set(node, node.data);
        node.data = text;
      }
    } else if (originals.has(node)) node.data = originals.get(node);
  });
  for (const name of ["aria-label", "title"]) {
    for (const node of all(`[${name}]`).filter((node) => !node.closest("[translate=no]"))) {
      const key = `data-english-${name}`;
      if (to) {
        node.setAttribute(key, node.getAttribute(name));
        node.setAttribute(name, to(node.getAttribute(name)));
      } else if (node.hasAttribute(key)) node.setAttribute(name, node.getAttribute(key));
    }
  }
  if (!to) originals.clear();
  document.documentElement.lang = chinese ? "zh" : "en";
  languages.textContent = chinese ? "English" : "中文";
  languages.lang = chinese ? "en" : "zh";
  compare();
};
languages.addEventListener("click", () => {
  const next = document.documentElement.lang === "zh" ? "" : "zh";
  choose("lang", next);
  speak(next);
});
