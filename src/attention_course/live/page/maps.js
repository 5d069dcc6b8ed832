// Which of a model's maps is shown.

import { html } from "./draw.js";

/** Whether the chosen rung has several maps. */
export const many = ({ answer }) => answer.steps[0].maps.flat().length > 1;

/** Which map of several is shown: of the words that are written, or of the source that reads itself. */
export const mapChooser = (view) => {
  const { state, answer, showMap } = view;
  const stacks = [
    { stack: "decoder", what: "", layers: answer.steps[0].maps },
    { stack: "encoder", what: `${readerOf(answer)}, `, layers: answer.memory.maps.map((places) => places[0]) },
  ];
  const option = (stack, layer, head, name) => html`
    <option
      value="${stack},${layer},${head}"
      .selected=${state.stack === stack && state.layer === layer && state.head === head}
    >
      ${name}
    </option>
  `;
  return html`
    <label>
      map
      <select
        @change=${(event) => {
          const [stack, layer, head] = event.target.value.split(",");
          showMap(stack, Number(layer), Number(head));
        }}
      >
        ${option("decoder", -1, -1, `layer ${shownLayer(view)}, mean of heads`)}
        ${stacks.flatMap(({ stack, what, layers }) =>
          layers.flatMap((heads, layer) =>
            heads.map((_, head) => option(stack, layer, head, `${what}layer ${layer + 1}, head ${head + 1}`)),
          ),
        )}
      </select>
    </label>
  `;
};

/** Who reads the source in a map of the source alone. */
export const readerOf = ({ readsPast }) => (readsPast ? "source" : "encoder");

/** The layer whose map is shown first, counted from 1. */
const shownLayer = ({ trained, answer }) => {
  const { length } = answer.steps[0].maps;
  return ((trained.about.shown_layer + length) % length) + 1;
};
