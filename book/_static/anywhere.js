// Lets the pages work where no server shows them: from a folder, in another site's frame, on paper.
// It is loaded before every other script.
(() => {
  // A frame without an origin has no storage: reading it raises an error that would stop the
  // theme. What is chosen there is kept until the page is left.
  try {
    localStorage.getItem("mode");
  } catch {
    for (const name of ["localStorage", "sessionStorage"]) {
      const kept = new Map();
      const storage = {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => kept.set(key, String(value)),
        removeItem: (key) => kept.delete(key),
      };
      Object.defineProperty(window, name, { value: storage });
    }
  }

  // Until its reader chooses, a page is as light or dark as the system. The theme reads this before
  // it draws anything.
  if ((localStorage.getItem("mode") ?? "auto") === "auto") {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("mode", "auto");
    localStorage.setItem("theme", dark ? "dark" : "light");
  }

  // A page without an origin may not fetch another: the search then lists titles, no summaries.
  document.addEventListener("DOMContentLoaded", () => {
    if (window.origin === "null") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  });

  // Paper is white: the dark theme is put aside while a page is printed.
  const root = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => (root.dataset.theme = theme));
})();
