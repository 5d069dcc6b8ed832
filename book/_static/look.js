// Opens figures large, and shows what a term, a paper, a figure or a formula is beside the link.
(() => {
  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const ARROWS =
    '<svg viewBox="0 0 16 16" width="16" aria-hidden="true"><path d="M9 2h5v5M14 2 9 7M7 14H2V9M2 ' +
    '14l5-5" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>';

  // Figures: each gets a button; the dialog borrows the drawing itself, so no id is there twice.
  function enlargeable(drawing) {
    const button = make("button", { type: "button", class: "enlarge" });
    const number = drawing.closest("figure")?.querySelector(".caption-number")?.textContent.trim();
    button.setAttribute("aria-label", `Enlarge ${number ?? "the figure"}`);
    button.innerHTML = ARROWS;
    const room = make("span", { class: "drawn-room" });
    drawing.replaceWith(room);
    room.append(drawing, button);
    if (drawing.scrollWidth > drawing.clientWidth) drawing.tabIndex = 0; // arrow keys scroll it
    button.addEventListener("click", () => open(drawing, room));
    drawing.addEventListener("click", () => {
      if (!drawing.closest("dialog") && !getSelection().toString()) open(drawing, room);
    });
  }

  function open(drawing, room) {
    const caption = room.closest("figure")?.querySelector(".caption-text")?.textContent ?? "";
    const close = make("button", { type: "button", class: "close" }, "Close");
    const dialog = make("dialog", { class: "large", "aria-label": "The figure, enlarged" }, close);
    room.style.minHeight = `${room.offsetHeight}px`; // the page below does not move
    dialog.append(drawing, make("p", {}, caption));
    document.body.append(dialog);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      room.prepend(drawing);
      room.style.minHeight = "";
      dialog.remove();
    });
    dialog.showModal();
  }

  // Previews. What a link leads to is read from its own page, once, when it is first asked for.
  const pages = new Map();
  const here = location.href.split("#")[0];
  const SHOWN = "dt, .citation, figure, .admonition, div.math";
  let shown, asked, timer;

  function page(address) {
    if (address === here) return Promise.resolve(document);
    if (window.origin === "null") return Promise.resolve(); // from a folder nothing can be fetched
    if (!pages.has(address)) {
      const read = fetch(address).then((answer) => (answer.ok ? answer.text() : ""));
      pages.set(
        address,
        read.then((text) => new DOMParser().parseFromString(text, "text/html")),
      );
    }
    return pages.get(address);
  }

  function content(target) {
    if (target?.matches("section")) return opening(target);
    const found = target?.closest(SHOWN) ?? target?.querySelector("figure");
    if (!found) return null;
    const parts = [found];
    if (found.matches("dt")) {
      let next = found.nextElementSibling;
      while (next?.matches("dt")) next = next.nextElementSibling; // several names, one meaning
      parts[0] = make("strong", {}, found.childNodes[0]?.textContent.trim() ?? "");
      if (next) parts.push(next);
    }
    const copies = parts.flatMap((part) => [...(part.matches("dd") ? part.children : [part])]);
    return copies.map((part) => still(part.cloneNode(true)));
  }

  // A section begins with its heading and its first paragraph.
  function opening(section) {
    const heading = section.querySelector("h1, h2, h3, h4");
    const first = section.querySelector(":scope > p, :scope .ledger p");
    if (!heading || !first) return null;
    const name = make("strong", {}, ...still(heading.cloneNode(true)).childNodes);
    return [name, still(first.cloneNode(true))];
  }

  // A copy that may stand beside its original: no ids, nothing that can be tabbed to.
  function still(copy) {
    for (const one of [copy, ...copy.querySelectorAll("[id]")]) {
      if (one.closest("svg")) one.id = `preview-${one.id}`;
      else one.removeAttribute("id");
    }
    refer(copy, "href", "#");
    refer(copy, "clip-path", "url(#");
    for (const one of copy.querySelectorAll(".headerlink, .enlarge, script")) one.remove();
    for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    return copy;
  }

  // Within a drawing what refers to an id refers to that of the copy.
  function refer(copy, name, opening) {
    for (const one of copy.querySelectorAll(`svg [${name}^="${opening}"]`)) {
      const id = one.getAttribute(name).slice(opening.length);
      one.setAttribute(name, `${opening}preview-${id}`);
    }
  }

  async function show(link) {
    asked = link;
    const [address, name] = link.href.split("#");
    const read = await page(address).catch(() => null);
    const parts = read && content(read.getElementById(decodeURIComponent(name)));
    if (asked !== link || !parts) return;
    hide();
    asked = link;
    shown = make("div", { class: "preview", role: "tooltip", id: "preview" }, ...parts);
    shown.addEventListener("pointerenter", () => clearTimeout(timer));
    shown.addEventListener("pointerleave", later);
    document.body.append(shown);
    window.MathJax?.typesetPromise?.([shown]); // where formulas are set in the browser
    link.setAttribute("aria-describedby", "preview");
    place(link);
  }

  function place(link) {
    const at = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth - shown.offsetWidth - 16;
    const below = at.bottom + shown.offsetHeight + 8 < innerHeight || at.top < shown.offsetHeight;
    const top = below ? at.bottom + 6 : at.top - shown.offsetHeight - 6;
    shown.style.left = `${Math.max(8, Math.min(at.left, room)) + scrollX}px`;
    shown.style.top = `${top + scrollY}px`;
  }

  function hide() {
    clearTimeout(timer);
    asked?.removeAttribute("aria-describedby");
    shown?.remove();
    shown = asked = undefined;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(hide, 250); // time to move onto the preview
  }

  function soon(link) {
    clearTimeout(timer);
    if (asked !== link) timer = setTimeout(show, 150, link);
  }

  function previewed(link) {
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && soon(link));
    link.addEventListener("pointerleave", later);
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", hide);
  }

  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".bd-article .drawing").forEach(enlargeable);
    const links = ".bd-article a.reference.internal[href*='#']:not(.headerlink)";
    document.querySelectorAll(links).forEach(previewed);
  });
})();
