// The search through what does not stand on this page: editions of an archive, themes of a large digest. Its indexes
// are scripts, for a page that is read as a file may load those and nothing else; they are asked for at the first look.
(() => {
  "use strict";
  const form = document.querySelector(".tools form");
  if (!form) return;
  const input = form.querySelector("input");
  const output = form.querySelector("output");
  const list = document.getElementById("found");
  const most = 50;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const wordsOf = (text) => fold(text).split(/\s+/).filter(Boolean);
  const papers = [];
  globalThis.broadsheetIndex = (index) => {
    for (const [page, anchor, title, tldr] of index.papers) {
      const [href, name] = index.pages[page];
      papers.push({ href: `${input.dataset.base}${href}#${encodeURIComponent(anchor)}`, name, title, tldr, text: fold(`${title} ${tldr}`) });
    }
  };
  const read = (address) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
  let loading;
  const load = () => {
    loading ??= input.dataset.indexes.split(" ").filter(Boolean).reduce((last, next) => last.then(() => read(next)), Promise.resolve());
    return loading;
  };
  const entry = ({ href, name, title, tldr }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = href;
    link.dir = "auto";
    link.textContent = title;
    const where = document.createElement("span");
    where.textContent = ` ${name}`;
    const line = document.createElement("p");
    line.dir = "auto";
    line.textContent = tldr;
    item.append(link, where, line);
    return item;
  };
  const find = async () => {
    const words = wordsOf(input.value);
    let found = [];
    let said = "";
    try {
      if (words.length) {
        await load();
        found = papers.filter(({ text }) => words.every((word) => text.includes(word)));
        said = output.dataset.found.replace("{shown}", found.length).replace("{all}", papers.length);
      }
    } catch {
      loading = undefined;
      papers.length = 0;
      said = output.dataset.failed;
    }
    if (wordsOf(input.value).join(" ") !== words.join(" ")) return; // typed on meanwhile
    list.replaceChildren(...found.slice(0, most).map(entry));
    list.hidden = !found.length;
    output.textContent = said;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", find);
  if (input.value) find();
})();
