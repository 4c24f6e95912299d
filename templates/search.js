// The search through what does not stand on this page: editions of an archive, themes of a large digest. Its indexes
// are scripts, for a page that is read as a file may load those and nothing else; they are asked for at the first look.
// papers.js comes before it.
(() => {
  "use strict";
  if (!reading) return;
  const { fold, input, output } = reading;
  const list = document.getElementById("found");
  const most = 50;
  const papers = [];
  globalThis.broadsheetIndex = (index) => {
    for (const [page, anchor, title, tldr] of index.papers) {
      const [href, name] = index.pages[page];
      papers.push({ anchor, href: `${input.dataset.base}${href}#${encodeURIComponent(anchor)}`, name, title, tldr, text: fold(`${title} ${tldr}`) });
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
    const [words, only] = [reading.words(), reading.only()];
    let found = [];
    let said = "";
    try {
      if (only || words.length) {
        await load();
        found = papers.filter(({ anchor, text }) => reading.takes(anchor) && words.every((word) => text.includes(word)));
        said = reading.said(found.length, papers.length);
      }
    } catch {
      loading = undefined;
      papers.length = 0;
      said = output.dataset.failed;
    }
    if (reading.only() !== only || reading.words().join(" ") !== words.join(" ")) return; // asked on meanwhile
    list.replaceChildren(...found.slice(0, most).map(entry));
    list.hidden = !found.length;
    output.textContent = said;
  };
  reading.listen(find);
})();
