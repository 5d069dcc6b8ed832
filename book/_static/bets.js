// Bets: the reader draws what will be measured; what follows on the page waits until it is drawn.
(() => {
  const WORDS = {
    how: "Draw your bet: drag the points, or choose one and move it with the arrow keys.",
    bet: "This is my bet",
    show: "Show me",
    again: "Bet again",
    move: "Move a point first, or choose “Show me”.",
    yours: "your bet",
    measured: "measured",
    table: "As a table",
    shown: "What was measured is shown now, here and below.",
    waits: "What was measured waits below until you have bet.",
    sum: "How your bets went",
    open: "not made yet",
    skipped: "shown without a bet",
    away: (distance, words) => `${distance} away on average, ${words}`,
    furthest: (label, bet, measured) =>
      `Furthest off at ${label}: you bet ${bet}, and ${measured} was measured.`,
    above: "On the whole your bet lies above what was measured.",
    below: "On the whole your bet lies below what was measured.",
    winners: (right, all) => `You named the winner in ${right} of ${all} cases that are no draw.`,
  };
  const CLOSE = [
    [0.05, "very close"],
    [0.12, "close"],
    [0.25, "some way off"],
    [Infinity, "far off"],
  ]; // shares of the axis
  const DRAW = 0.04; // of the axis: what is nearer to zero has no winner
  const ONE_SIDED = 0.7; // of all distance
  const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [360, 240, 46, 14, 14, 46];
  const memory = window.courseMemory;

  const filled = (element, attributes, children) => {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const html = (name, attributes = {}, ...children) =>
    filled(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) =>
    filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

  const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
  const mean = (numbers) => sum(numbers) / numbers.length;
  const decimals = (model) => (model.high - model.low > 10 ? 1 : 2);
  const written = (value, digits) => value.toFixed(digits).replace("-", "−");
  const number = (value, model) => written(value, decimals(model));

  // Where values of a model lie in the drawing, and which value a place in it stands for.
  function scales(model) {
    const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
    const ends = model.line && [model.line[0][0], model.line.at(-1)[0]];
    const share = (point, index) =>
      ends ? (point.at - ends[0]) / (ends[1] - ends[0]) : (index + 0.5) / model.points.length;
    const across = (part) => LEFT + 8 + part * (right - LEFT - 16);
    return {
      x: (point, index) => across(share(point, index)),
      y: (value) => bottom - ((value - model.low) / (model.high - model.low)) * (bottom - TOP),
      value: (y) => model.low + ((bottom - y) / (bottom - TOP)) * (model.high - model.low),
    };
  }

  function axes(model, scale) {
    const ticks = decimals(model) === 1 ? 0 : 2; // digits after the point
    const steps = [0, 0.25, 0.5, 0.75, 1].map((part) => model.low + part * (model.high - model.low));
    return [
      ...steps.flatMap((value) => [
        svg("line", {
          class: value === 0 && model.low < 0 ? "zero" : "grid",
          x1: LEFT, x2: WIDTH - RIGHT, y1: scale.y(value), y2: scale.y(value),
        }),
        svg("text", { x: LEFT - 6, y: scale.y(value) + 4, "text-anchor": "end" }, written(value, ticks)),
      ]),
      ...model.points.map((point, index) =>
        svg(
          "text",
          { x: scale.x(point, index), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" },
          point.label,
        ),
      ),
      svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, model.x),
    ];
  }

  const path = (places) => `M${places.map((place) => place.join(" ")).join("L")}`;

  // What was measured: a line through all of it, or a square for each name.
  function measuredMarks(model, scale, points) {
    const line = model.line
      ? [svg("path", {
          class: "measured",
          d: path(model.line.map(([at, value]) => [scale.x({ at }), scale.y(value)])),
        })]
      : [];
    return [
      ...line,
      ...points.map(([point, index]) =>
        svg("rect", {
          class: "measured", width: 11, height: 11,
          x: scale.x(point, index) - 5.5, y: scale.y(point.measured) - 5.5,
        }),
      ),
    ];
  }

  // How a bet went: numbers for the sentences, all of them over the points that were open.
  function outcome(model, values) {
    const rows = model.points
      .map((point, index) => ({ ...point, value: values[index] }))
      .filter((point) => !point.given);
    const off = rows.map(({ value, measured }) => value - measured);
    const distance = mean(off.map(Math.abs));
    const furthest = rows.reduce((one, other) =>
      Math.abs(other.value - other.measured) > Math.abs(one.value - one.measured) ? other : one,
    );
    const axis = model.high - model.low;
    const decided = model.low < 0 ? rows.filter((row) => Math.abs(row.measured) > DRAW * axis) : [];
    return {
      distance,
      words: CLOSE.find(([most]) => distance <= most * axis)[1],
      furthest,
      side: Math.abs(mean(off)) > ONE_SIDED * distance ? Math.sign(mean(off)) : 0,
      decided: decided.length,
      won: decided.filter((row) => Math.sign(row.value) === Math.sign(row.measured)).length,
    };
  }

  function sentences(model, values) {
    const { distance, words, furthest, side, decided, won } = outcome(model, values);
    const away = WORDS.away(number(distance, model), words);
    return [
      `${away[0].toUpperCase()}${away.slice(1)}.`,
      WORDS.furthest(furthest.label, number(furthest.value, model), number(furthest.measured, model)),
      side > 0 ? WORDS.above : side < 0 ? WORDS.below : "",
      decided ? WORDS.winners(won, decided) : "",
    ]
      .filter(Boolean)
      .join(" ");
  }

  // What follows the bet in its section.
  function covered(element) {
    const found = [];
    let next = element.closest("div.cell") ?? element;
    while ((next = next.nextElementSibling)) found.push(next);
    return found;
  }

  function bet(element, changed) {
    const model = JSON.parse(element.querySelector("script").textContent);
    const name = `bets:${model.name}`;
    const scale = scales(model);
    const middle = (model.low + model.high) / 2;
    const behind = covered(element);
    const values = model.points.map(({ given, measured }) => (given ? measured : middle));
    let [moved, state] = [false, "open"]; // then "made" or "shown"

    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
    const plot = html("div", { class: "plot" }, drawing);
    const inputs = model.points.map((point, index) => {
      const input = html("input", {
        type: "range",
        min: model.low,
        max: model.high,
        step: (model.high - model.low) / 50,
        "aria-label": `${model.x}: ${point.label}`,
      });
      input.style.left = `${(100 * scale.x(point, index)) / WIDTH}%`;
      input.value = values[index];
      input.hidden = Boolean(point.given);
      input.addEventListener("input", () => set(index, Number(input.value)));
      for (const event of ["focus", "blur"]) input.addEventListener(event, draw);
      plot.append(input);
      return input;
    });
    const said = html("p", { role: "status" });
    const commit = html("button", { type: "button" }, WORDS.bet);
    const show = html("button", { type: "button", class: "show" }, WORDS.show);
    const table = html("details", { hidden: "" }, html("summary", {}, WORDS.table));

    function set(index, value) {
      values[index] = Math.min(model.high, Math.max(model.low, value));
      inputs[index].value = values[index];
      moved = true;
      draw();
    }

    function draw() {
      const made = state !== "shown";
      const open = [...model.points.entries()].map(([index, point]) => [point, index]);
      const mine = open.filter(([point]) => !point.given);
      const places = mine.map(([point, index]) => [scale.x(point, index), scale.y(values[index])]);
      const zero = scale.y(Math.max(model.low, 0));
      const stems = model.line
        ? [svg("path", { class: "mine", d: path(places) })]
        : places.map(([x, y]) => svg("path", { class: "mine", d: path([[x, zero], [x, y]]) }));
      const known = state === "open" ? open.filter(([point]) => point.given) : open;
      const line = state === "open" ? { ...model, line: undefined } : model;
      drawing.replaceChildren(
        ...axes(model, scale),
        ...(made ? stems : []),
        ...measuredMarks(line, scale, known),
        ...(made
          ? mine.map(([, index], place) =>
              svg("circle", {
                class: inputs[index] === document.activeElement ? "mine focused" : "mine",
                cx: places[place][0], cy: places[place][1], r: 8,
              }),
            )
          : []),
      );
      inputs.forEach((input, index) => {
        input.setAttribute("aria-valuetext", `${number(values[index], model)} ${model.y}`);
        input.style.top = `${(100 * scale.y(values[index])) / HEIGHT}%`;
      });
    }

    function drawTable() {
      const made = state === "made";
      const head = ["", ...(made ? [WORDS.yours] : []), WORDS.measured];
      const rows = model.points.map((point, index) => [
        point.label,
        ...(made ? [point.given ? "" : number(values[index], model)] : []),
        number(point.measured, model),
      ]);
      const row = (cells, tag) => html("tr", {}, ...cells.map((cell) => html(tag, {}, cell)));
      const caption = html("caption", {}, `${model.y}, by ${model.x}`);
      table.replaceChildren(
        table.firstChild,
        html("table", {}, caption, row(head, "th"), ...rows.map((cells) => row(cells, "td"))),
      );
    }

    function enter(next) {
      state = next;
      element.dataset.state = state;
      const open = state === "open";
      for (const part of behind) {
        if (!open) part.removeAttribute("hidden");
        else part.setAttribute("hidden", "onbeforematch" in document ? "until-found" : "");
        part.toggleAttribute("data-waits", open);
      }
      inputs.forEach((input) => (input.disabled = !open));
      table.hidden = open;
      show.hidden = !open;
      commit.textContent = open ? WORDS.bet : WORDS.again;
      if (open) {
        said.textContent = behind.length ? `${WORDS.how} ${WORDS.waits}` : WORDS.how;
      } else {
        said.textContent = state === "made" ? sentences(model, values) : WORDS.shown;
        drawTable();
      }
      draw();
      changed();
    }

    function reveal(next) {
      memory.write(name, next === "made" ? { values } : { shown: true });
      const stays = show === document.activeElement;
      enter(next);
      if (stays) commit.focus();
    }

    commit.addEventListener("click", () => {
      if (state !== "open") {
        memory.forget(name);
        enter("open");
      } else if (moved) {
        reveal("made");
      } else {
        said.textContent = WORDS.move;
      }
    });
    show.addEventListener("click", () => reveal("shown"));

    // Drawing: the point that is nearest to the finger, across, follows it.
    function follow(event) {
      if (state !== "open") return;
      const box = drawing.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * WIDTH;
      const far = (index) => Math.abs(scale.x(model.points[index], index) - x);
      const mine = [...model.points.keys()].filter((index) => !model.points[index].given);
      const nearest = mine.reduce((one, other) => (far(other) < far(one) ? other : one));
      set(nearest, scale.value(((event.clientY - box.top) / box.height) * HEIGHT));
    }
    plot.addEventListener("pointerdown", (event) => {
      plot.setPointerCapture(event.pointerId);
      follow(event);
    });
    plot.addEventListener("pointermove", (event) => event.buttons && follow(event));

    // Who looks for something that waits, or follows a link to it, has asked to see it.
    const find = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (state === "open" && target && behind.some((part) => part.contains(target))) {
        reveal("shown");
        target.scrollIntoView();
      }
    };
    for (const part of behind) part.addEventListener("beforematch", () => reveal("shown"));
    addEventListener("hashchange", find);

    const legend = html(
      "p",
      { class: "legend", "aria-hidden": "true" },
      html("span", { class: "mine" }, WORDS.yours),
      html("span", { class: "measured" }, WORDS.measured),
    );
    element.style.setProperty("--of-rung", `var(--rung-${model.rung})`);
    element.replaceChildren(
      html(
        "div",
        { role: "group", "aria-label": model.title },
        html("p", { class: "bet-title" }, model.title),
        html("p", { class: "y-title", "aria-hidden": "true" }, model.y),
        plot,
        legend,
        said,
        html("div", { class: "bet-buttons" }, commit, show),
        table,
      ),
    );

    const kept = memory.read(name);
    if (kept?.shown) enter("shown");
    else if (kept?.values?.length === values.length) {
      kept.values.forEach((value, index) => set(index, value));
      enter("made");
    } else enter("open");
    find();
    return {
      id: element.id,
      title: model.title,
      result() {
        if (state !== "made") return state === "open" ? WORDS.open : WORDS.skipped;
        const { distance, words } = outcome(model, values);
        return WORDS.away(number(distance, model), words);
      },
    };
  }

  // The box at the end of a chapter.
  function sumUp(box, bets) {
    const rows = bets.map(({ id, title, result }) =>
      html("li", {}, html("a", { href: `#${id}` }, title), `: ${result()}`),
    );
    box.replaceChildren(html("p", {}, html("strong", {}, WORDS.sum)), html("ul", {}, ...rows));
  }

  const bets = [];
  const box = document.querySelector(".bets-sum");
  const changed = () => box && bets.length && sumUp(box, bets);
  for (const element of document.querySelectorAll("course-bet")) bets.push(bet(element, changed));
  changed();
})();
