// What scrolls sideways inside a page is named, can be reached with the keyboard, and shows on
// which side it goes on. Only what scrolls at this width is a stop of the Tab key.
(() => {
  const MAY_SCROLL = [
    "pre",
    "div.math",
    "math[display=block]",
    ".katex-display",
    "mjx-container[display=true]",
    ".pst-scrollable-table-container",
    ".cell_output .text_html",
    ".cell_output .text_html > div",
    ".cell_output > .output",
    ".ledger",
    ".drawing",
  ].join(", ");

  // "Code, in: A soft look-up table"
  function nameOf(box) {
    const kind = box.closest("div.math, math, .katex-display, mjx-container")
      ? "Formula"
      : box.querySelector("table")
        ? "Table"
        : box.closest(".cell_output")
          ? "Output"
          : "Code";
    const heading = box.closest("section")?.querySelector("h1, h2, h3, h4");
    const text = heading?.textContent.replace(/#$/, "").trim(); // without the mark behind it
    return text ? `${kind}, in: ${text}` : kind;
  }

  function showEnd(box) {
    box.toggleAttribute("data-more", box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  }

  function measure(box) {
    const scrolls =
      box.scrollWidth > box.clientWidth + 1 &&
      ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
    if (scrolls) {
      box.tabIndex = 0;
      if (!box.hasAttribute("aria-label")) {
        box.setAttribute("role", "group"); // a drawing has its own role and name
        box.setAttribute("aria-label", nameOf(box));
      }
      showEnd(box);
    } else {
      for (const name of ["tabindex", "data-more"]) box.removeAttribute(name);
      if (box.getAttribute("role") === "group") {
        box.removeAttribute("role");
        box.removeAttribute("aria-label");
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const widths = new ResizeObserver((changes) => changes.forEach(({ target }) => measure(target)));
    for (const box of document.querySelectorAll("article")) {
      for (const one of box.querySelectorAll(MAY_SCROLL)) {
        widths.observe(one);
        one.addEventListener("scroll", () => showEnd(one), { passive: true });
      }
    }
  });
})();
