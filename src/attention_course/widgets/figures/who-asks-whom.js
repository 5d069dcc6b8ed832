// Who asks whom: the maps of a trained Transformer, one layer and one head at a time.
import { choice, html, spoken, two } from "./parts.js";

// model: { maps: { name: { rows, columns, weights: { change: [layer][head][row][column] } } },
//          meanings, map, layer, head, row } (where it starts)
// The first change of each map is none: the model as it was trained.
export function mount(element, model) {
  const said = spoken();
  const names = Object.keys(model.maps);
  const [first] = Object.values(model.maps[names[0]].weights);
  const layers = first.map((_, number) => `layer ${number + 1}`);
  const heads = first[0].map((_, number) => `head ${number + 1}`);
  const map = choice("who asks whom", names, model.map, () => build());
  const changes = Object.fromEntries(
    names.map((name) => {
      const offered = Object.keys(model.maps[name].weights);
      return [name, choice("what is changed", offered, offered[0], () => draw())];
    }),
  );
  const layer = choice("layer", layers, layers[model.layer], () => draw());
  const head = choice("head", heads, heads[model.head], () => draw());
  const grid = html("div", { class: "asked" });
  let asking = model.row;
  let buttons = [];
  let cells = [];

  const meaning = (word) => model.meanings[word] ?? word;
  const named = (word) => (model.meanings[word] ? `${word} (${meaning(word)})` : word);
  const language = (word) => (/[가-힣]/.test(word) ? { lang: "ko" } : {});

  // The rows and columns of another map; the buttons stay while only their shades change.
  function build() {
    const { rows, columns, weights } = model.maps[map.value()];
    for (const name of names) {
      changes[name].row.hidden = name !== map.value() || Object.keys(weights).length === 1;
    }
    asking = Math.min(asking, rows.length - 1);
    buttons = rows.map((word, place) => {
      const button = html("button", { type: "button", ...language(word) }, word);
      if (model.meanings[word]) button.append(html("small", { lang: "en" }, meaning(word)));
      button.addEventListener("click", () => {
        asking = place;
        draw();
      });
      return button;
    });
    cells = rows.map(() => columns.map(() => html("i", { "aria-hidden": "true" })));
    const heading = columns.map((word) =>
      html("span", { class: "column", "aria-hidden": "true", ...language(word) }, word),
    );
    grid.style.gridTemplateColumns = `auto repeat(${columns.length}, minmax(0, 1fr))`;
    const lines = buttons.flatMap((button, place) => [button, ...cells[place]]);
    grid.replaceChildren(html("span"), ...heading, ...lines);
    draw();
  }

  function draw() {
    const { rows, columns, weights } = model.maps[map.value()];
    const [l, h] = [layers.indexOf(layer.value()), heads.indexOf(head.value())];
    const shown = weights[changes[map.value()].value()][l][h];
    element.dataset.weights = JSON.stringify(shown[asking]);
    shown.forEach((row, t) => {
      buttons[t].className = t === asking ? "asking" : "";
      buttons[t].setAttribute("aria-pressed", t === asking);
      row.forEach((weight, s) => {
        cells[t][s].className = t === asking ? "of-asking" : "";
        cells[t][s].style.setProperty("--share", `${Math.round(100 * weight)}%`);
      });
    });
    const order = columns.map((_, s) => s).sort((one, other) => shown[asking][other] - shown[asking][one]);
    const top = order.slice(0, 3).map((s) => `${named(columns[s])} ${two(shown[asking][s])}`);
    said.textContent = `${named(rows[asking])} reads most of: ${top.join(", ")}.`;
  }

  build();
  const rows = Object.values(changes).map(({ row }) => row);
  element.append(map.row, layer.row, head.row, ...rows, grid, said);
}
