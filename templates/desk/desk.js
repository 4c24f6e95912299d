// The desk's page: what is understood while one types, the run as it goes on, and the tools beside each paper. All it
// does goes through /api/v1, and all text from papers and models is put in as text.
const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
const page = document.body.dataset.page;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const say = (text) => { $(".said").textContent = text; };
const complain = (text) => {
  const place = $(".problem");
  place.textContent = text;
  place.hidden = !text;
};
const ask = async (method, path, body, signal) => {
  const json = body === undefined || body instanceof FormData;
  const answer = await fetch(`/api/v1${path}`, {
    method, signal,
    headers: json ? {} : { "Content-Type": "application/json" },
    body: json ? body : JSON.stringify(body),
  });
  const read = answer.status === 204 || answer.status === 202 && !answer.headers.get("content-type") ? null : await answer.json();
  if (!answer.ok) throw new Error(read?.detail || read?.title || answer.statusText);
  return read;
};
const count = (number, one, more = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : more}`;

// Paste: what came in is read while one types; a later reading replaces an earlier one.

const paste = () => {
  const form = $("#paste"), text = $("#text"), files = $("#files"), drop = $(".drop");
  let listing = null, html = "", reading, timer;

  const field = (name) => form.elements.namedItem(name);
  const input = () => {
    if (files.files.length) {
      const data = new FormData();
      for (const file of files.files) data.append("files", file);
      return data;
    }
    return text.value.trim() ? { text: html || text.value } : null;
  };
  const choices = () => {
    const value = (name) => field(name).value.trim();
    const number = (name) => (value(name) ? Number(value(name)) : undefined);
    const model = value("backend") !== "builtin";
    const lines = (name) => {
      const found = value(name).split("\n").map((line) => line.trim()).filter(Boolean);
      return found.length ? found : undefined;
    };
    return {
      title: value("title") || undefined,
      themes: number("themes"),
      interests: lines("interests"),
      never: { words: lines("never_words"), authors: lines("never_authors"), sources: lines("never_sources") },
      always: { authors: lines("always_authors") },
      at_most: { theme: number("at_most_theme"), source: number("at_most_source") },
      language: (model && value("language")) || undefined,
      llm: { backend: value("backend"), model: (model && value("model")) || undefined, max_cost: model ? number("max_cost") : undefined },
      writing: model && number("length") ? { length: number("length") } : undefined,
    };
  };
  const show = () => {
    const place = $("#understood");
    place.hidden = !listing;
    if (!listing) return;
    const { papers, duplicates, fragments, sources } = listing;
    const figures = [count(papers.length, "paper"), duplicates.length && count(duplicates.length, "duplicate"), fragments.length && `${count(fragments.length, "stretch", "stretches")} not understood`];
    $(".figures", place).textContent = figures.filter(Boolean).join(" · ");
    $(".sources", place).replaceChildren(...sources.map((source) => element("li", { textContent: `${source.name}: ${source.format}, ${count(source.papers, "paper")}${source.why ? `; ${source.why}` : ""}` })));
    const drops = papers.map((paper, at) => {
      const tick = element("input", { type: "checkbox", checked: true });
      tick.addEventListener("change", () => { paper.dropped = !tick.checked; plan(); });
      return element("li", {}, element("label", {}, tick, ` ${paper.title}`));
    });
    $(".papers ol", place).replaceChildren(...drops);
    $(".fragments", place).hidden = !fragments.length;
    $(".fragments summary", place).textContent = count(fragments.length, "stretch", "stretches") + " that made no paper";
    $(".fragments ul", place).replaceChildren(...fragments.slice(0, 200).map((one) => element("li", { textContent: `${one.source}, lines ${one.first_line}–${one.last_line}: ${one.why}. “${one.text.slice(0, 120)}”` })));
  };
  const chosen = () => ({ ...listing, papers: listing.papers.filter((paper) => !paper.dropped).map(({ dropped, ...paper }) => paper) });
  const plan = async () => {
    const place = $("#plan");
    place.textContent = "";
    if (!listing) return;
    try {
      const { papers, left_out, plan: figures } = await ask("POST", "/plan", { listing: chosen(), settings: choices() });
      const why = new Map();
      for (const one of left_out) why.set(one.why, (why.get(one.why) ?? 0) + 1);
      const left = [...why].map(([reason, number]) => `${count(number, "paper")} left out: ${reason}`);
      place.textContent = [figures
        ? `${count(papers, "paper")}: ${count(figures.calls, "call")}, about ${(figures.prompt_tokens + figures.completion_tokens).toLocaleString("en")} tokens, ${figures.money === null ? "no price known" : `$${figures.money.toFixed(4)}`}, ${Math.ceil(figures.seconds)} s${figures.cached ? `; ${figures.cached} answered before` : ""}`
        : `${count(papers, "paper")}, without a model: no call, no cost`, ...left].join("; ");
      complain("");
    } catch (error) {
      complain(error.message);
    }
  };
  const understand = async () => {
    reading?.abort();
    reading = new AbortController();
    const given = input();
    if (!given) { listing = null; show(); complain(""); $("#plan").textContent = ""; return; }
    say("Reading …");
    try {
      listing = await ask("POST", "/read", given, reading.signal);
      say("");
      complain("");
      show();
      await plan();
    } catch (error) {
      if (error.name === "AbortError") return;
      listing = null;
      show();
      say("");
      complain(error.message);
    }
  };
  const soon = (wait) => { clearTimeout(timer); timer = setTimeout(understand, wait); };

  text.addEventListener("paste", (event) => {
    const rich = event.clipboardData?.getData("text/html") ?? "";
    html = /<a\s|<article|<li/i.test(rich) && !text.value.trim() ? rich : "";
  });
  text.addEventListener("input", (event) => {
    const pasted = event.inputType === "insertFromPaste";
    if (!pasted) html = "";
    soon(pasted ? 0 : 250);
  });
  files.addEventListener("change", understand);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("dropping", kind === "dragover");
      if (kind !== "drop") return;
      if (event.dataTransfer.files.length) { files.files = event.dataTransfer.files; understand(); }
      else { text.value = event.dataTransfer.getData("text/plain"); html = event.dataTransfer.getData("text/html"); understand(); }
    });
  }
  const model = () => {
    const choice = field("backend"), chosenBackend = choice.selectedOptions[0];
    for (const part of all(".of-model")) part.hidden = choice.value === "builtin";
    field("model").placeholder = chosenBackend.dataset.model ?? "";
    plan();
  };
  field("backend").addEventListener("change", model);
  for (const name of ["themes", "interests", "length", "model", "never_words", "never_authors", "never_sources", "always_authors", "at_most_theme", "at_most_source"]) field(name).addEventListener("change", plan);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!listing) await understand();
    if (!listing) return;
    try {
      const run = await ask("POST", "/digests", { listing: chosen(), settings: choices() });
      location.assign(`/runs/${encodeURIComponent(run.id)}`);
    } catch (error) {
      complain(error.message);
    }
  });
  if (text.value.trim() || files.files.length) understand();
};

// A run that goes on: papers appear as they are settled.

const follow = (place) => {
  const run = encodeURIComponent(place.dataset.run), list = $(".settled", place);
  const titles = JSON.parse(list.dataset.titles), began = Date.now(), seen = new Map();
  const events = new EventSource(`/api/v1/digests/${run}/events`);
  const over = () => { events.close(); location.reload(); };
  const spent = ({ usage, done, total }) => {
    const tokens = usage.prompt_tokens + usage.completion_tokens;
    const left = done ? Math.round(((Date.now() - began) / done) * (total - done) / 1000) : null;
    const parts = [`${done} of ${total}`, tokens && `${tokens.toLocaleString("en")} tokens`, usage.money && `$${usage.money.toFixed(4)}`, left ? `about ${left} s left` : ""];
    $(".spent", place).textContent = parts.filter(Boolean).join(" · ");
  };
  events.addEventListener("started", () => { $(".state", place).textContent = "running"; });
  events.addEventListener("paper", (event) => {
    const told = JSON.parse(event.data), { summary } = told;
    const item = element("li", {}, element("b", { textContent: titles[summary.paper_key] ?? summary.paper_key, dir: "auto" }), element("p", { textContent: summary.tldr || "No TL;DR.", dir: "auto" }));
    if (summary.method === "extracted") $("p", item).append(element("span", { className: "mark", textContent: "†", title: "The abstract’s own sentence" }));
    seen.get(summary.paper_key)?.remove();
    seen.set(summary.paper_key, item);
    list.prepend(item);
    $("progress", place).value = told.done;
    spent(told);
  });
  events.addEventListener("done", over);
  events.addEventListener("error", (event) => { if (event.data) over(); });
  $("[data-stop]", place).addEventListener("click", async (event) => {
    event.target.disabled = true;
    say("Stopping: what was answered is kept.");
    try { await ask("POST", `/digests/${run}/stop`, {}); } catch (error) { complain(error.message); }
  });
};

// A digest: stars, notes, other words, other themes.

const digest = (place) => {
  const run = place.dataset.run, keys = JSON.parse(place.dataset.papers), titles = JSON.parse(place.dataset.themes);
  const stars = JSON.parse(place.dataset.stars), notes = JSON.parse(place.dataset.notes);
  const edit = async (change) => {
    try {
      await ask("PATCH", `/digests/${encodeURIComponent(run)}`, change);
      location.reload();
    } catch (error) {
      complain(error.message);
    }
  };
  const button = (text, act) => {
    const made = element("button", { type: "button", className: "quiet", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const sought = decodeURIComponent(location.hash.slice(1));
  const found = Object.keys(keys).find((anchor) => keys[anchor] === sought);
  if (found) location.replace(`#${encodeURIComponent(found)}`);
  for (const paper of all(".paper", place)) {
    const key = keys[paper.id], home = titles.findIndex((theme) => theme.papers.includes(key));
    const tools = element("div", { className: "tools-of-paper" });
    const verdicts = [[1, "Star"], [-1, "Less like this"]].map(([verdict, name]) => {
      const made = button(name, async () => {
        const pressed = made.getAttribute("aria-pressed") === "true";
        try {
          await ask(pressed ? "DELETE" : "PUT", `/stars/${encodeURIComponent(key)}`, pressed ? undefined : { run, verdict });
          for (const other of verdicts) other.setAttribute("aria-pressed", String(!pressed && other === made));
          say(pressed ? "Taken away." : "Kept.");
        } catch (error) {
          complain(error.message);
        }
      });
      made.setAttribute("aria-pressed", String(stars[key] === verdict));
      return made;
    });
    const move = element("select", {}, ...titles.map((theme, at) => element("option", { value: at, textContent: theme.title, selected: at === home })));
    move.setAttribute("aria-label", "Theme");
    move.addEventListener("change", () => edit({ edit: "move", paper_key: key, theme: Number(move.value) }));
    const reword = button("Edit", () => {
      const line = $(".tldr", paper);
      if (!line) return;
      const box = element("textarea", { value: line.firstChild.textContent.trim(), rows: 3 });
      box.setAttribute("aria-label", "TL;DR");
      const keep = button("Keep", () => edit({ edit: "reword", paper_key: key, tldr: box.value.trim() }));
      line.replaceWith(box, keep);
      box.focus();
    });
    const note = button(notes[key] ? "Change the note" : "Note", () => {
      const box = element("textarea", { value: notes[key] ?? "", rows: 3, maxLength: 4000 });
      box.setAttribute("aria-label", "Note");
      const keep = button("Keep", async () => {
        try {
          await ask("PUT", `/notes/${encodeURIComponent(key)}`, { note: box.value.trim() });
          location.reload();
        } catch (error) {
          complain(error.message);
        }
      });
      note.replaceWith(box, keep);
      box.focus();
    });
    tools.append(...verdicts, note, reword, move);
    paper.append(tools);
  }
  all(".theme", place).forEach((theme, at) => {
    const header = $("header", theme), heading = $("h2, h3", header);
    const rename = button("Rename", () => {
      const box = element("input", { value: heading.textContent, maxLength: 120 });
      box.setAttribute("aria-label", "Heading");
      const keep = button("Keep", () => edit({ edit: "rename", theme: at, title: box.value.trim() }));
      box.addEventListener("keydown", (event) => { if (event.key === "Enter") keep.click(); });
      rename.replaceWith(box, keep);
      box.focus();
    });
    const merge = element("select", {}, element("option", { textContent: "Merge with …", value: "" }), ...titles.map((other, to) => element("option", { value: to, textContent: other.title, disabled: to === at })));
    merge.setAttribute("aria-label", "Merge with");
    merge.addEventListener("change", () => merge.value && edit({ edit: "merge", theme: at, into: Number(merge.value) }));
    header.append(element("div", { className: "tools-of-paper" }, rename, merge));
  });
  $("#regroup", place)?.addEventListener("submit", (event) => {
    event.preventDefault();
    edit({ edit: "regroup", themes: Number($("#count", place).value) });
  });
  const handed = (button, path, body, told) => async (event) => {
    event.preventDefault();
    button.disabled = true;
    complain("");
    try { say(told(await ask("POST", `/digests/${encodeURIComponent(run)}/${path}`, body()))); } catch (error) { complain(error.message); }
    button.disabled = false;
  };
  const mail = $("#mail", place), edition = $("[data-edition]", place);
  mail?.addEventListener("submit", handed($("button", mail), "mail", () => ({ to: $("#to", mail)?.value }), ({ to, at }) => `Sent to ${to} at ${new Date(at).toLocaleString("en")}.`));
  edition?.addEventListener("click", handed(edition, "edition", () => ({}), ({ number }) => `Kept as edition ${number}.`));
  const remove = $("[data-delete]", place);
  remove?.addEventListener("click", async () => {
    if (remove.dataset.sure === undefined) { remove.dataset.sure = ""; remove.textContent = "Delete? Press again"; return; }
    try { await ask("DELETE", `/digests/${encodeURIComponent(run)}`); location.assign("/shelf"); } catch (error) { complain(error.message); }
  });
};

const starred = () => {
  for (const button of all("[data-unstar]")) {
    button.addEventListener("click", async () => {
      const item = button.closest("li");
      try { await ask("DELETE", `/stars/${encodeURIComponent(item.dataset.key)}`); item.remove(); } catch (error) { complain(error.message); }
    });
  }
};

if (page === "paste") paste();
if (page === "stars") starred();
if ($("#progress")) follow($("#progress"));
if ($("#digest")) digest($("#digest"));
