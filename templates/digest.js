// The filter, the sorting of the table, and the arrow keys on the map; papers.js comes before it. The page is whole
// without any of it.
(() => {
  "use strict";
  if (!reading) return;
  const { all, fold, output, papers } = reading;
  const target = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

  // The filter: a paper is shown where every word stands somewhere in it; its row and its point go with it.
  const [points, sections] = [all(".map svg a"), all(".theme, .division")];
  const entries = new Map(Array.from(papers, ([id, paper]) => [id, { paper, twins: [], text: "" }]));
  for (const link of all("tbody th a")) entries.get(target(link)?.id)?.twins.push(link.closest("tr"));
  for (const point of points) {
    const id = decodeURIComponent(point.getAttribute("href").slice(1));
    entries.get(id)?.twins.push(point);
  }
  const filter = () => {
    const words = reading.words();
    let shown = 0;
    for (const [id, entry] of entries) {
      entry.text ||= fold(`${entry.paper.textContent} ${entry.paper.closest(".theme").querySelector("header > *").textContent}`);
      const out = !reading.takes(id) || !words.every((word) => entry.text.includes(word));
      entry.paper.hidden = out;
      for (const twin of entry.twins) twin.classList.toggle("out", out);
      shown += !out;
    }
    for (const section of sections) section.hidden = !section.querySelector(".paper:not([hidden])");
    output.textContent = reading.only() || words.length ? reading.said(shown, entries.size) : "";
  };
  reading.listen(filter);
  document.addEventListener("click", (event) => {
    const hash = event.target.closest?.("a")?.getAttribute("href") ?? "";
    if (!hash.startsWith("#")) return;
    if (!document.getElementById(decodeURIComponent(hash.slice(1)))?.closest("[hidden]")) return;
    reading.input.value = "";
    reading.show(false); // what a link leads to is never hidden
  });

  // The table: a heading sorts by its column, and the other way round when it is pressed again.
  const table = document.getElementById("table");
  const order = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true }).compare;
  const headings = all("thead th", table);
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const turn = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const cell = (row) => row.cells[column].textContent.trim();
      const rows = all("tbody tr", table).map((row) => [cell(row), row]);
      rows.sort(([a], [b]) => !a - !b || turn * order(a, b)); // empty cells stay below
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });

  // The map: one stop of the Tab key, and the arrow keys from point to point.
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  points.forEach((point, index) => {
    point.setAttribute("tabindex", index ? "-1" : "0");
    point.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const next = points[(index + step + points.length) % points.length];
      point.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
})();
