// The papers of a page, with stars that stay on the device, and the keys. Comes before digest.js or search.js, as one
// script with it: what either finds it asks by `reading`.
const reading = (() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const form = document.querySelector(".tools form");
  if (!form) return undefined;
  const [input, output, dialog] = [form.querySelector("input"), form.querySelector("output"), document.querySelector(".tools dialog")];
  const [starred, opener] = all("button", form);

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

  // Stars: a button at each paper, under its anchor, which is the same on every page and in every edition.
  const anchor = (paper) => paper.id || decodeURIComponent(paper.querySelector("a").hash.slice(1));
  const papers = new Map(all(".paper").map((paper) => [anchor(paper), paper]));
  const buttons = new Map();
  let stars = new Set();
  const pressed = (button, on) => button.setAttribute("aria-pressed", on);
  const renew = () => {
    stars = new Set([recall("stars", [...stars])].flat()); // other pages keep theirs in the same place
    for (const [id, button] of buttons) {
      pressed(button, stars.has(id));
      button.textContent = stars.has(id) ? starred.textContent : starred.dataset.star;
    }
  };
  for (const [id, paper] of papers) {
    const button = document.createElement("button");
    button.type = "button";
    let about = paper.querySelector(".about");
    if (!about) {
      about = document.createElement("div");
      about.className = "about";
      paper.append(about);
    }
    about.insertBefore(button, about.querySelector(".abstract"));
    button.after(" ");
    buttons.set(id, button);
    button.addEventListener("click", () => {
      renew();
      stars[stars.has(id) ? "delete" : "add"](id);
      keep("stars", [...stars]);
      renew();
    });
  }
  renew();
  addEventListener("storage", renew);
  addEventListener("pageshow", renew);
  const find = () => input.dispatchEvent(new Event("input"));
  const only = () => starred.getAttribute("aria-pressed") === "true";
  const show = (on) => {
    pressed(starred, on);
    find();
  };
  starred.addEventListener("click", () => show(!only()));
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());

  // The keys: from the paper that has the focus, or from where the page stands.
  const [switcher] = all("input", dialog);
  switcher.checked = recall("keys", true);
  switcher.addEventListener("change", () => keep("keys", switcher.checked));
  opener.addEventListener("click", () => dialog.showModal());
  all("button", dialog).forEach((button) => button.addEventListener("click", () => dialog.close()));
  const here = () => document.activeElement.closest(".paper, .found li");
  const move = (step) => {
    const open = all(".paper, .found li").filter((paper) => !paper.closest("[hidden]"));
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
    o: () => here()?.querySelector(":is(h3, h4, .title, li) > a, .abstract summary")?.click(),
    s: () => here()?.querySelector("button")?.click(),
    "?": () => dialog.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (!switcher.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  return {
    all, fold, input, output, papers, only, show,
    words: () => fold(input.value).split(/\s+/).filter(Boolean),
    takes: (id) => !only() || stars.has(id),
    said: (shown, of) => output.dataset.found.replace("{shown}", shown).replace("{all}", of),
    listen: (filter) => {
      input.addEventListener("input", filter);
      if (input.value) filter(); // the browser has kept it over a reload
    },
  };
})();
