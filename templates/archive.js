// The search of an archive: asks for its indexes when somebody first looks, and shows where every word stands.
(() => {
  "use strict";
  const form = document.querySelector(".tools form");
  if (!form || !location.protocol.startsWith("http")) return; // a page read as a file may ask for nothing
  const input = form.querySelector("input");
  const output = form.querySelector("output");
  const list = document.getElementById("found");
  const most = 50;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const names = new Map(
    Array.from(document.querySelectorAll(".edition h2 a"), (link) => [link.getAttribute("href"), link.textContent]),
  );
  const read = async (index) => {
    const answer = await fetch(index, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  };
  let papers;
  const load = () => {
    papers ??= Promise.all(input.dataset.indexes.split(" ").filter(Boolean).map(read)).then((years) =>
      years.flat().map(([number, anchor, title, tldr]) => {
        const href = `editions/${String(number).padStart(3, "0")}/index.html`;
        return { href, anchor, title, tldr, text: fold(`${title} ${tldr}`) };
      }),
    );
    return papers;
  };
  const entry = ({ href, anchor, title, tldr }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${href}#${encodeURIComponent(anchor)}`;
    link.dir = "auto";
    link.textContent = title;
    const edition = document.createElement("span");
    edition.textContent = ` ${names.get(href) ?? ""}`;
    const line = document.createElement("p");
    line.dir = "auto";
    line.textContent = tldr;
    item.append(link, edition, line);
    return item;
  };
  const find = async () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let found = [];
    let said = "";
    try {
      if (words.length) {
        const all = await load();
        found = all.filter(({ text }) => words.every((word) => text.includes(word)));
        said = output.dataset.found.replace("{shown}", found.length).replace("{all}", all.length);
      }
    } catch {
      papers = undefined;
      said = output.dataset.failed;
    }
    if (fold(input.value).split(/\s+/).filter(Boolean).join(" ") !== words.join(" ")) return; // typed on meanwhile
    list.replaceChildren(...found.slice(0, most).map(entry));
    list.hidden = !found.length;
    output.textContent = said;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", find);
  if (input.value) find();
})();
