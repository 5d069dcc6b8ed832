// Lets the pages work where no server shows them: from a folder, or in a frame of another site.
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

  // A page without an origin may not fetch another: the search then lists titles, no summaries.
  document.addEventListener("DOMContentLoaded", () => {
    if (window.origin === "null") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  });
})();
