// <course-figure data-module="NAME">: loads NAME.js from beside this file and mounts it.
// A module exports mount(element, model): it draws into the element and returns nothing.
class CourseFigure extends HTMLElement {
  async connectedCallback() {
    const { mount } = await import(`./${this.dataset.module}.js`);
    const { fill } = await import("./parts.js");
    fill(this, mount);
  }
}

customElements.define("course-figure", CourseFigure);
