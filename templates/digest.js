// The filter, the stars, the keys, the sorting of the table, and the arrow keys on the map. The page is whole without
// any of it.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const target = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

  // The filter: a paper is shown where every word stands somewhere in it; its row and its point go with it.
  const form = document.querySelector(".tools form");
  if (!form) return;
  const input = form.querySelector("input");
  const output = form.querySelector("output");
  const [starred, opener] = all("button", form);
  const [dialog, points] = [document.querySelector(".tools dialog"), all(".map svg a")];
  const sections = all(".theme, .division");
  const papers = new Map(all(".paper").map((paper) => [paper.id, { paper, twins: [], text: "" }]));
  for (const link of all("tbody th a")) papers.get(target(link)?.id)?.twins.push(link.closest("tr"));
  for (const point of points) {
    const id = decodeURIComponent(point.getAttribute("href").slice(1));
    papers.get(id)?.twins.push(point);
  }

  // What is kept on this device; where nothing may be, as in a sandboxed frame, it lasts as long as the page.
  const recall = (name, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(`broadsheet-${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  const keep = (name, value) => {
    try {
      localStorage.setItem(`broadsheet-${name}`, JSON.stringify(value));
    } catch {}
  };

  const stars = new Set([recall("stars", [])].flat());
  const pressed = (button, on) => button.setAttribute("aria-pressed", on);
  const filter = () => {
    const only = starred.getAttribute("aria-pressed") === "true";
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of papers.values()) {
      entry.text ||= fold(`${entry.paper.textContent} ${entry.paper.closest(".theme").querySelector("header > *").textContent}`);
      const out = (only && !stars.has(entry.paper.id)) || !words.every((word) => entry.text.includes(word));
      entry.paper.hidden = out;
      for (const twin of entry.twins) twin.classList.toggle("out", out);
      shown += !out;
    }
    for (const section of sections) section.hidden = !section.querySelector(".paper:not([hidden])");
    const said = output.dataset.found.replace("{shown}", shown).replace("{all}", papers.size);
    output.textContent = only || words.length ? said : "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", filter);
  if (input.value) filter(); // the browser has kept it over a reload
  document.addEventListener("click", (event) => {
    const hash = event.target.closest?.("a")?.getAttribute("href") ?? "";
    if (!hash.startsWith("#")) return;
    if (!document.getElementById(decodeURIComponent(hash.slice(1)))?.closest("[hidden]")) return;
    input.value = "";
    pressed(starred, false);
    filter(); // what a link leads to is never hidden
  });

  // Stars: a button at each paper, under its anchor, which is the same in every edition.
  const star = (paper, on = !stars.has(paper.id)) => {
    stars[on ? "add" : "delete"](paper.id);
    const button = paper.querySelector("button");
    pressed(button, on);
    button.textContent = on ? starred.textContent : starred.dataset.star;
  };
  for (const { paper } of papers.values()) {
    const button = document.createElement("button");
    button.type = "button";
    const about = paper.querySelector(".about");
    about.insertBefore(button, about.querySelector(".abstract"));
    button.after(" ");
    star(paper, stars.has(paper.id));
    button.addEventListener("click", () => {
      star(paper);
      keep("stars", [...stars]);
    });
  }
  starred.addEventListener("click", () => {
    pressed(starred, starred.getAttribute("aria-pressed") !== "true");
    filter();
  });

  // The keys: from the paper that has the focus, or from where the page stands.
  const [switcher] = all("input", dialog);
  switcher.checked = recall("keys", true);
  switcher.addEventListener("change", () => keep("keys", switcher.checked));
  opener.addEventListener("click", () => dialog.showModal());
  all("button", dialog).forEach((button) => button.addEventListener("click", () => dialog.close()));
  const here = () => document.activeElement.closest(".paper");
  const move = (step) => {
    const open = [...papers.values()].map(({ paper }) => paper).filter((paper) => !paper.hidden);
    const now = open.indexOf(here());
    const next = open.findIndex((paper) => paper.getBoundingClientRect().top >= 0);
    const paper = open[now < 0 ? (next < 0 ? open.length : next) - (step < 0) : now + step];
    if (!paper) return;
    paper.tabIndex = -1;
    paper.focus();
  };
  const keys = {
    "/": () => input.focus(),
    j: () => move(1),
    k: () => move(-1),
    o: () => here()?.querySelector(":is(h3, h4, .title) > a, .abstract summary")?.click(),
    s: () => here()?.querySelector("button").click(),
    "?": () => dialog.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (!switcher.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
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
