// Rows are kept and changed in place: drawing anew would throw the keyboard's focus away.
const PATIENCE = 5000; // milliseconds until the page says that no answer came

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent?.append(made);
  return made;
}

function row(name, key, choose) {
  const label = element("label", "arkit-bar");
  const input = element("input", "", label);
  Object.assign(input, { type: "radio", name, value: key });
  input.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take the arrow keys to walk from cell to cell
  input.addEventListener("change", () => choose(key));
  const parts = { label, input, text: element("span", "arkit-bar-label", label) };
  const track = element("span", "arkit-bar-track", label);
  track.setAttribute("aria-hidden", "true");
  return { ...parts, fill: element("span", "arkit-bar-fill", track), amount: element("span", "arkit-bar-amount", label) };
}

function render({ model, el }) {
  const name = `arkit-bars-${Math.random().toString(36).slice(2)}`; // this file is loaded anew for each widget
  const field = element("fieldset", "arkit-bars", el);
  const legend = element("legend", "", field);
  const list = element("div", "arkit-bars-list", field);
  const alert = element("p", "arkit-alert", field);
  alert.setAttribute("role", "alert");
  const rows = new Map();
  let timer;

  function choose(key) {
    model.set("value", key);
    model.save_changes();
    clearTimeout(timer);
    timer = setTimeout(() => { alert.textContent = model.get("waiting"); }, PATIENCE);
  }
  function answered() {
    clearTimeout(timer);
    alert.textContent = "";
  }
  function draw() {
    const bars = model.get("bars");
    const focused = list.contains(document.activeElement);
    legend.textContent = model.get("legend");
    const keys = bars.map((bar) => bar.key);
    for (const [key, old] of rows) if (!keys.includes(key)) { old.label.remove(); rows.delete(key); }
    bars.forEach((bar, place) => {
      if (!rows.has(bar.key)) rows.set(bar.key, row(name, bar.key, choose));
      const { label, text, fill, amount } = rows.get(bar.key);
      text.textContent = text.title = bar.label;
      amount.textContent = bar.amount;
      fill.style.width = `${Math.round(bar.length * 1000) / 10}%`;
      fill.style.background = bar.colour;
      if (list.children[place] !== label) list.insertBefore(label, list.children[place] ?? null);
    });
    mark();
    if (focused && !list.contains(document.activeElement)) rows.get(model.get("value"))?.input.focus();
  }
  function mark() {
    for (const [key, { input }] of rows) input.checked = key === model.get("value");
  }
  const watched = { "change:bars": draw, "change:legend": draw, "change:value": mark, "change:answered": answered };
  for (const [event, act] of Object.entries(watched)) model.on(event, act);
  draw();
  return () => {
    clearTimeout(timer);
    for (const [event, act] of Object.entries(watched)) model.off(event, act);
  };
}

export default { render };
