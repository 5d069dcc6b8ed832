// <course-figure data-module="NAME">: loads NAME.js from beside this file and mounts it.
// A module exports mount(element, model): it draws into the element and returns nothing.
class CourseFigure extends HTMLElement {
  async connectedCallback() {
    const model = JSON.parse(this.querySelector("script").textContent);
    const { mount } = await import(`./${this.dataset.module}.js`);
    const room = document.createElement("div");
    room.className = "course-figure";
    mount(room, model);
    this.querySelector("img").replaceWith(room);
    this.dataset.ready = "true";
  }
}

customElements.define("course-figure", CourseFigure);
