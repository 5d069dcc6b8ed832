// "Check yourself": makes radio buttons of a question's folds, answers a choice, remembers it.
(() => {
  const WORDS = {
    check: "Check",
    choose: "Choose an answer first.",
    again: "Start again",
    cleared: "All answers of this page are cleared.",
    right: "right",
    wrong: "not so",
    state: (all, right, first) =>
      `${right} of ${all} answered right, ${first} of them at the first try.`,
  };
  const memory = window.courseMemory;

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // The words of a label, its formulas as they are written: drawn formulas give no name.
  function spoken(label) {
    const copy = label.cloneNode(true);
    for (const formula of copy.querySelectorAll(".katex")) {
      formula.replaceWith(formula.querySelector("annotation").textContent);
    }
    return copy.textContent.trim();
  }

  // One question. `tried` holds the places of the choices that were checked, in their order.
  function question(fieldset, name, tried, changed) {
    const choices = [...fieldset.querySelectorAll("details.choice")].map((fold, place) => {
      const id = `${name}-${place}`.replace("/", "-");
      const input = make("input", { type: "radio", name, id, value: place });
      const mark = make("span", { class: "told" });
      const label = make("label", { for: id }, ...fold.querySelector("summary").childNodes);
      if (label.querySelector(".katex")) input.setAttribute("aria-label", spoken(label));
      fold.replaceWith(make("div", { class: "choice" }, input, label, mark));
      const why = [...fold.querySelector(".why").childNodes];
      return { input, mark, why, right: fold.dataset.right === "true" };
    });
    const button = make("button", { type: "button" }, WORDS.check);
    const answer = make("div", { class: "answer", role: "status" });
    fieldset.append(button, answer);

    function mark(place) {
      const { mark, right } = choices[place];
      mark.className = `told ${right ? "right" : "wrong"}`;
      mark.replaceChildren(
        make("span", { "aria-hidden": "true" }, right ? "✓" : "✗"),
        make("span", { class: "visually-hidden" }, right ? WORDS.right : WORDS.wrong),
      );
    }

    function tell(place) {
      const { why, right } = choices[place];
      answer.className = `answer ${right ? "right" : "wrong"}`;
      answer.replaceChildren(...why.map((node) => node.cloneNode(true)));
    }

    function check() {
      const place = choices.findIndex(({ input }) => input.checked);
      if (place < 0) {
        answer.textContent = WORDS.choose;
        return;
      }
      mark(place);
      tell(place);
      if (!tried.includes(place)) tried.push(place);
      changed();
    }

    function clear() {
      tried.length = 0;
      for (const { input, mark } of choices) {
        input.checked = false;
        mark.className = "told";
        mark.replaceChildren();
      }
      answer.className = "answer";
      answer.replaceChildren();
    }

    button.addEventListener("click", check);
    tried.splice(0, tried.length, ...tried.filter((place) => choices[place]));
    tried.forEach(mark);
    if (tried.length) {
      choices[tried.at(-1)].input.checked = true;
      tell(tried.at(-1));
    }
    return {
      clear,
      focus: () => choices[0].input.focus(),
      right: () => tried.some((place) => choices[place].right),
      first: () => tried.length > 0 && choices[tried[0]].right,
    };
  }

  function block(element) {
    const name = `questions:${element.dataset.page}`;
    const tries = memory.read(name) ?? {};
    const state = make("p", { role: "status" });
    const again = make("button", { type: "button" }, WORDS.again);
    const changed = () => {
      memory.write(name, tries);
      show();
    };
    const all = [...element.querySelectorAll("fieldset")].map((fieldset) => {
      const own = fieldset.dataset.name;
      tries[own] = Array.isArray(tries[own]) ? tries[own] : [];
      return question(fieldset, `${element.dataset.page}/${own}`, tries[own], changed);
    });

    function show() {
      const right = all.filter((one) => one.right());
      state.textContent = WORDS.state(
        all.length,
        right.length,
        right.filter((one) => one.first()).length,
      );
    }

    again.addEventListener("click", () => {
      all.forEach((one) => one.clear());
      memory.forget(name);
      state.textContent = WORDS.cleared;
      all[0].focus();
    });
    show();
    element.append(make("div", { class: "questions-state" }, state, again));
  }

  document.querySelectorAll(".course-questions").forEach(block);
})();
