// The paragraph stays and only its words change: that is what a screen reader announces.
function render({ model, el }) {
  const said = document.createElement("p");
  said.className = "arkit-notice";
  said.setAttribute("role", model.get("role"));
  const more = document.createElement("details");
  const summary = document.createElement("summary");
  const detail = document.createElement("pre");
  more.append(summary, detail);
  el.append(said, more);
  function draw() {
    said.textContent = model.get("value");
    summary.textContent = model.get("summary");
    detail.textContent = model.get("detail");
    more.hidden = !model.get("detail");
  }
  model.on("change", draw);
  draw();
  return () => model.off("change", draw);
}

export default { render };
