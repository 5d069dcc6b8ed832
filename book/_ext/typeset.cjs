// Typesets formulas for typeset.py, by the KaTeX whose path it is given: for every line of JSON
// that it reads, it writes a line of JSON.
const katex = require(process.argv[2]);
const lines = require("node:readline").createInterface({ input: process.stdin });

lines.on("line", (line) => {
  const { latex, display } = JSON.parse(line);
  const settings = { displayMode: display, strict: "error", throwOnError: true };
  let answer;
  try {
    answer = { html: katex.renderToString(latex, settings) };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
});
