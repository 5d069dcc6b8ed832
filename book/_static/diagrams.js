// Plays the steps of diagrams: back, next, arrow keys. What a diagram is: src/attention_course/diagrams.
(() => {
  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  function playable(diagram) {
    const list = diagram.querySelector("ol");
    const sentences = [...list.children].map((item) => item.textContent);
    const parts = [...diagram.querySelectorAll("[data-step]")];
    const back = make("button", { type: "button" }, "Back");
    const next = make("button", { type: "button" });
    const count = make("output", {});
    const told = make("p", { "aria-live": "polite" });
    const row = make("div", { class: "stepping", role: "group", "aria-label": "Steps" });
    let now; // 0: the whole picture, before somebody steps through it
    const shown = () => now || sentences.length;

    function go(to) {
      now = to;
      for (const part of parts) {
        const first = Number(part.dataset.step);
        const last = Number(part.dataset.until ?? sentences.length);
        part.classList.toggle("later", shown() < first);
        part.classList.toggle("gone", shown() > last);
        part.classList.toggle("now", first <= shown() && shown() <= last);
      }
      back.setAttribute("aria-disabled", shown() === 1);
      next.textContent = now === 0 ? "Step through" : now === sentences.length ? "Again" : "Next";
      count.textContent = now === 0 ? `${sentences.length} steps` : `Step ${now} of ${sentences.length}`;
      told.textContent = sentences[shown() - 1];
    }

    const backward = () => shown() > 1 && go(shown() - 1);
    const forward = () => now < sentences.length && go(now + 1);
    back.addEventListener("click", backward);
    next.addEventListener("click", () => go((now % sentences.length) + 1));
    row.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") backward();
      if (key === "ArrowRight") forward();
    });
    row.append(back, next, count, make("div", { class: "telling" }, list, told));
    diagram.append(row);
    diagram.classList.add("played");
    go(0);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".diagram[data-steps]").forEach(playable);
  });
})();
