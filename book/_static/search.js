// Search as you type, in the theme's dialog and on the search page, by Pagefind: its script and the
// parts of its index that a query needs are loaded when somebody searches. Where they cannot be
// (from a folder, in a frame without an origin, without the index), the search page answers with
// the theme's own search.
(() => {
  const SHOWN = 10; // pages
  const SECTIONS = 3; // of a page
  const PAUSE = 150; // milliseconds without a key, before a search begins
  const PLAIN = [
    "_static/sphinx_highlight.js",
    "_static/language_data.js",
    "_static/searchtools.js",
    "searchindex.js",
  ];

  const root = new URL(document.documentElement.dataset.content_root, location.href);
  let loading;

  function load() {
    loading ??= start();
    return loading;
  }

  async function start() {
    // Without an origin it is not allowed, and to try would be an error in the console.
    if (window.origin === "null") throw new Error("a page without an origin loads no modules");
    const pagefind = await import(new URL("pagefind/pagefind.js", root));
    await pagefind.options({ excerptLength: 18 });
    await pagefind.init();
    return pagefind;
  }

  // Whether a page is called just what was asked for: such a page comes first.
  function named(page, asked) {
    const title = page.meta.title.replace(/^[\d.]+ /, "");
    return title.toLowerCase() === asked.toLowerCase() ? 1 : 0;
  }

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  class Search {
    constructor(form) {
      this.input = form.querySelector("input");
      this.state = element("p", { className: "search-state", role: "status" });
      this.list = element("ul", { className: "search-found" });
      form.after(this.state, this.list);
      this.stops = [this.input];
      this.input.addEventListener("focus", () => load().catch(() => this.give()), { once: true });
      this.input.addEventListener("input", () => this.answer());
      form.parentElement.addEventListener("keydown", (event) => this.step(event));
    }

    get query() {
      return this.input.value.trim();
    }

    async answer() {
      const asked = this.query;
      if (!asked) return this.show([], "");
      try {
        const found = await (await load()).debouncedSearch(asked, {}, PAUSE);
        if (!found || asked !== this.query) return; // somebody types on
        const first = found.results.slice(0, SHOWN).map((result) => result.data());
        const pages = (await Promise.all(first)).sort((a, b) => named(b, asked) - named(a, asked));
        if (asked === this.query) this.show(pages, this.count(found.results.length, asked));
      } catch {
        this.give();
      }
    }

    count(pages, asked) {
      if (pages === 0) return `Nothing is found for “${asked}”.`;
      const first = pages > SHOWN ? `, the first ${SHOWN} of them here` : "";
      return `${pages} page${pages === 1 ? "" : "s"}${first}`;
    }

    show(pages, state) {
      this.state.textContent = state;
      this.list.replaceChildren(...pages.map((page) => this.item(page)));
      this.list.dataset.query = this.query;
      this.stops = [this.input, ...this.list.querySelectorAll("a")];
    }

    item(page) {
      const address = new URL(page.raw_url ?? page.url, root);
      const sections = page.sub_results
        .filter((section) => section.anchor && section.title !== page.meta.title)
        .slice(0, SECTIONS)
        .map((section) => this.section(new URL(`#${section.anchor.id}`, address), section));
      const excerpt = element("p", { innerHTML: page.excerpt });
      return element(
        "li",
        {},
        element("a", { href: address, textContent: page.meta.title }),
        sections.length ? element("ul", {}, ...sections) : excerpt,
      );
    }

    section(address, section) {
      const link = element("a", { href: address, textContent: section.title });
      return element("li", {}, link, element("p", { innerHTML: section.excerpt }));
    }

    step(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = this.stops.indexOf(document.activeElement);
      if (!step || at < 0) return;
      event.preventDefault();
      this.stops[Math.min(Math.max(at + step, 0), this.stops.length - 1)].focus();
    }

    give() {
      if (document.getElementById("search-results")) return loadPlain();
      this.show([], "Here the search cannot answer as you type: press Enter.");
    }
  }

  // The theme's own search, which reads the query from the address of the search page.
  let plain = false;
  function loadPlain() {
    if (plain) return;
    plain = true;
    for (const path of PLAIN) {
      document.head.append(element("script", { src: new URL(path, root), async: false }));
    }
  }

  for (const form of document.querySelectorAll("form.bd-search")) {
    const search = new Search(form);
    const asked = new URLSearchParams(location.search).get("q");
    if (document.getElementById("search-results") && asked && !form.closest("dialog")) {
      search.input.value = asked;
      search.answer();
    }
  }
})();
