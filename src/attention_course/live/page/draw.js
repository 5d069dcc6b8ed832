// Draws templates into the page, and again in place: what has not changed stays where it is, so focus
// and screen readers stay, too.
//
// html`<p class=${name}>${text}</p>` is a template and its values. When it is first drawn, its
// elements are made; from then on only the values that differ are written. In the place of a child
// may stand a text, another template, a list of either, or nothing; an attribute may be
// @event=${does}, .property=${value}, ?attribute=${there} or name="${one} ${two}".

const MARK = "live-value"; // stands in the markup where a value comes
export const nothing = Symbol("nothing");

export const html = (strings, ...values) => ({ strings, values, around: "template" });
export const svg = (strings, ...values) => ({ strings, values, around: "svg" });

const places = new WeakMap(); // what `render` has drawn, by the element that it is in
const prepared = new WeakMap(); // by the strings of a template

/** Draw a value into an element, over what was drawn there before. */
export function render(value, room) {
  if (!places.has(room)) {
    room.append(document.createComment(""));
    places.set(room, new Child(room.lastChild));
  }
  places.get(room).write(value);
}

/** The nodes in which values can stand, always in the same order. */
function* nodesOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) yield walker.currentNode;
}

/** The markup of a template as nodes to be copied, and where in them its values go. */
function prepare({ strings, around }) {
  if (!prepared.has(strings)) {
    const content = parsed(markupOf(strings), around);
    const holes = [...nodesOf(content)].flatMap(holesOf);
    prepared.set(strings, { content, holes });
  }
  return prepared.get(strings);
}

/** The strings of a template, with a mark where each value comes: a comment, if it is a child. */
function markupOf(strings) {
  return strings.reduce((before, text) => {
    const inTag = before.lastIndexOf("<") > before.lastIndexOf(">");
    return before + (inTag ? MARK : `<!--${MARK}-->`) + text;
  });
}

function parsed(markup, around) {
  const template = document.createElement("template");
  template.innerHTML = around === "svg" ? `<svg>${markup}</svg>` : markup;
  const { content } = template;
  if (around === "svg") content.firstChild.replaceWith(...content.firstChild.childNodes);
  return content;
}

/** The values that a node takes: its attributes with marks, which it loses, or itself. */
function holesOf(node, at) {
  if (node.nodeType === Node.COMMENT_NODE) return node.data === MARK ? [{ at }] : [];
  const marked = [...node.attributes].filter(({ value }) => value.includes(MARK));
  return marked.map(({ name, value }) => {
    node.removeAttribute(name);
    return { at, name, texts: value.split(MARK) };
  });
}

/** A template that has been drawn: its nodes, and what writes its values into them. */
class Drawn {
  constructor(template) {
    const { content, holes } = prepare(template);
    this.strings = template.strings;
    this.nodes = document.importNode(content, true);
    const nodes = [...nodesOf(this.nodes)];
    this.writers = holes.map(({ at, name, texts }) =>
      name ? new Attribute(nodes[at], name, texts) : new Child(nodes[at]),
    );
  }

  write(values) {
    let next = 0;
    for (const writer of this.writers) {
      writer.write(...values.slice(next, next + writer.takes));
      next += writer.takes;
    }
  }
}

/** What is written into an attribute, or done at an event. */
class Attribute {
  constructor(element, name, texts) {
    Object.assign(this, { element, name, texts, takes: texts.length - 1, last: [] });
  }

  write(...values) {
    if (values.every((value, i) => i in this.last && value === this.last[i])) return;
    this.last = values;
    const { element, texts } = this;
    const [value] = values;
    const name = this.name.slice(1);
    if (this.name[0] === "@") element[`on${name}`] = value;
    else if (this.name[0] === ".") element[name] = value;
    else if (this.name[0] === "?") element.toggleAttribute(name, Boolean(value));
    else if (values.includes(nothing)) element.removeAttribute(this.name);
    else element.setAttribute(this.name, texts.reduce((all, text, i) => all + values[i - 1] + text));
  }
}

/** What is drawn between two comments: a text, a template, or a list of children. */
class Child {
  takes = 1;

  constructor(end) {
    this.end = end;
    this.start = document.createComment("");
    end.before(this.start);
  }

  write(value) {
    if (Array.isArray(value)) this.writeList(value);
    else if (value?.strings) this.writeTemplate(value);
    else this.writeText(value === nothing ? "" : String(value ?? ""));
  }

  writeTemplate(template) {
    if (this.drawn?.strings === template.strings) return this.drawn.write(template.values);
    this.clear();
    this.drawn = new Drawn(template);
    this.drawn.write(template.values);
    this.end.before(this.drawn.nodes);
  }

  writeText(text) {
    if (!this.text) {
      this.clear();
      this.text = document.createTextNode("");
      this.end.before(this.text);
    }
    if (this.text.data !== text) this.text.data = text;
  }

  writeList(values) {
    if (!this.list) {
      this.clear();
      this.list = [];
    }
    while (this.list.length > values.length) this.list.pop().remove();
    values.forEach((value, i) => {
      this.list[i] ??= this.another();
      this.list[i].write(value);
    });
  }

  /** A new child at the end of the list. */
  another() {
    const end = document.createComment("");
    this.end.before(end);
    return new Child(end);
  }

  clear() {
    while (this.start.nextSibling !== this.end) this.start.nextSibling.remove();
    this.drawn = this.text = this.list = undefined;
  }

  remove() {
    this.clear();
    this.start.remove();
    this.end.remove();
  }
}
