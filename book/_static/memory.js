// What a page remembers in the browser; where nothing may be stored it forgets, and works.
window.courseMemory = (() => {
  const key = (name) => `course:${name}`;
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  return {
    read: (name) => attempt(() => JSON.parse(localStorage.getItem(key(name)))),
    write: (name, value) => attempt(() => localStorage.setItem(key(name), JSON.stringify(value))),
    forget: (name) => attempt(() => localStorage.removeItem(key(name))),
  };
})();
