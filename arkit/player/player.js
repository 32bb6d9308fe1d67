// Draws what the kernel's view says. All text is set as text, never as markup: scenario files are not trusted.
const PATIENCE = 5000; // milliseconds until the page says that no answer came

const now = () => new Date().toISOString();

function make(parent, tag, className = "", text = undefined) {
  const made = document.createElement(tag);
  made.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take arrow keys and Enter for its cells, from what has the focus
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

function table(parent, { caption, head, rows }, className = "") {
  const box = make(parent, "div", "arkit-p-scroll");
  box.tabIndex = 0; // a box that scrolls must be reached by keyboard
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", caption);
  const made = make(box, "table", className);
  make(made, "caption", "", caption);
  const first = make(make(made, "thead"), "tr");
  head.forEach((cell, place) => { make(first, "th", place ? "num" : "", cell).scope = "col"; });
  const body = make(made, "tbody");
  return rows.map((cells) => {
    const row = make(body, "tr");
    cells.forEach((cell, place) => make(row, place ? "td" : "th", place ? "num" : "", cell));
    row.firstChild.scope = "row";
    return row;
  });
}

function details(parent, summary, open = false) {
  const made = make(parent, "details");
  made.open = open;
  make(made, "summary", "", summary);
  return made;
}

function bars(parent, rows) {
  for (const { label, amount, share, colour } of rows) {
    const row = make(parent, "div", "arkit-p-bar");
    make(row, "span", "", label);
    const track = make(row, "span", "arkit-p-track");
    track.setAttribute("aria-hidden", "true");
    const fill = make(track, "span", "arkit-p-fill");
    fill.style.width = `${Math.round(share * 1000) / 10}%`;
    fill.style.background = colour;
    make(row, "span", "num", amount);
  }
}

function drawCard(parent, card, open) {
  const box = details(parent, card.heading, open);
  box.className = "arkit-p-card";
  make(box, "p", "arkit-p-muted", card.sub);
  make(box, "p", "arkit-p-owed", card.owed);
  make(box, "p", "arkit-p-muted", card.today);
  make(box, "h4", "", card.ageing.caption);
  bars(box, card.ageing.rows);
  if (card.disputes.length) {
    make(box, "h4", "", card.disputes_heading);
    for (const text of card.disputes) make(box, "p", "", text);
  }
  if (card.promises.rows.length) table(box, card.promises);
  if (card.history.length) {
    make(box, "h4", "", card.history_heading);
    const list = make(box, "ul");
    for (const line of card.history) make(list, "li", "", line);
  }
  table(details(box, card.documents.caption), card.documents);
  make(box, "h4", "", card.person.heading);
  make(box, "p", "", card.person.portrait);
  const traits = make(details(box, card.person.summary), "dl");
  for (const [name, level] of card.person.traits) { make(traits, "dt", "", name); make(traits, "dd", "", level); }
}

function drawLog(parent, lines, label) {
  const log = make(parent, "div", "arkit-p-log");
  log.setAttribute("role", "log");
  log.setAttribute("aria-live", "off"); // it is drawn anew each time: what is new is announced apart
  log.setAttribute("aria-label", label);
  log.tabIndex = 0;
  lines.forEach((line) => addLine(log, line));
  return log;
}

function addLine(log, { who, name, text }) {
  const line = make(log, "p", `arkit-p-line arkit-p-${who}`);
  make(line, "span", "arkit-p-name", name);
  make(line, "span", "arkit-p-said", text);
}

function badge(parent, { sign, grade, colour }) {
  const made = make(parent, "span", "arkit-p-badge");
  const mark = make(made, "span", "arkit-p-sign", sign);
  mark.setAttribute("aria-hidden", "true");
  mark.style.background = colour;
  make(made, "strong", "", grade);
  return made;
}

function drawSpoken(parent, told) {
  const head = make(parent, "p", "arkit-p-verdict");
  badge(head, told);
  make(head, "span", "arkit-p-muted", told.lost);
  for (const breach of told.breaches) make(parent, "p", "arkit-p-breach", breach);
  make(parent, "p", "", told.why);
  if (told.better) {
    const better = make(parent, "p", "arkit-p-better");
    make(better, "strong", "", `${told.better_heading} `);
    make(better, "span", "", told.better);
    make(parent, "p", "", told.better_why);
  }
  const lesson = details(parent, told.lesson.summary);
  make(lesson, "p", "", told.lesson.text);
  make(lesson, "p", "arkit-p-muted", told.lesson.source);
}

const SVG = "http://www.w3.org/2000/svg";
function draw(parent, tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

// The course: a line of values; where a decision lost value a red drop, where luck moved it a grey step.
function drawCourse(parent, course) {
  const figure = make(parent, "figure", "arkit-p-course");
  make(figure, "figcaption", "", course.caption);
  const width = (parent.clientWidth || window.innerWidth) < 520 ? 360 : 640; // letters keep their size on a phone
  const [height, left, right, top, bottom] = [250, 66, 14, 16, 40];
  const ticks = course.ticks.map(([value]) => value);
  const [low, high] = [Math.min(...ticks), Math.max(...ticks)];
  const slots = course.steps.length + 1;
  const x = (place) => left + ((width - left - right) * (place + 0.5)) / slots;
  const y = (value) => top + ((height - top - bottom) * (high - value)) / (high - low);
  const svg = draw(figure, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": course.caption });
  for (const [value, shown] of course.ticks) {
    draw(svg, "line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "arkit-p-grid" });
    draw(svg, "text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, shown);
  }
  course.steps.forEach((step, place) => {
    const [here, there] = [x(place), x(place + 1)];
    draw(svg, "line", { x1: here, x2: here, y1: y(step.value), y2: y(step.chosen), class: "arkit-p-drop" });
    draw(svg, "path", { d: `M${here} ${y(step.chosen)} H${there} V${y(step.after)}`, class: "arkit-p-luck" });
  });
  course.steps.forEach((step, place) => {
    draw(svg, "circle", { cx: x(place), cy: y(step.value), r: 11, fill: step.colour });
    draw(svg, "text", { x: x(place), y: y(step.value) + 4, "text-anchor": "middle", class: "arkit-p-mark" }, step.sign);
    draw(svg, "text", { x: x(place), y: height - 18, "text-anchor": "middle" }, String(step.number));
  });
  const last = course.steps.length;
  draw(svg, "circle", { cx: x(last), cy: y(course.steps[last - 1].after), r: 6, class: "arkit-p-end" });
  draw(svg, "text", { x: x(last), y: height - 18, "text-anchor": "middle" }, course.end);
  draw(svg, "text", { x: (left + width - right) / 2 - (width - left - right) / slots / 2, y: height - 3, "text-anchor": "middle" }, course.axis);
  const key = make(figure, "p", "arkit-p-key");
  ["arkit-p-key-value", "arkit-p-key-drop", "arkit-p-key-luck"].forEach((name, place) => {
    make(make(key, "span", name), "span", "", course.legend[place]);
  });
  table(details(figure, course.table_summary), { ...course, caption: course.caption, rows: course.steps.map((step) => step.row) });
}

function drawDecision(parent, one, retry, ask) {
  const box = make(parent, "section", "arkit-p-decision");
  make(box, "h4", "", one.heading);
  const chosen = make(box, "p", "");
  make(chosen, "strong", "", `${one.chosen_heading} `);
  make(chosen, "span", "", one.chosen);
  drawSpoken(box, one);
  const more = details(box, one.more);
  const rows = table(more, one.options);
  one.options.marked.forEach((mark, place) => { if (mark) rows[place].classList.add(`arkit-p-${mark}`); });
  make(more, "p", "arkit-p-caption", one.belief.caption);
  bars(more, one.belief.rows.map(([label, amount, share]) => ({ label, amount, share, colour: "#24506B" })));
  make(more, "p", "arkit-p-caption", one.line_heading);
  const line = make(more, "ol");
  for (const { choice, heard, chance } of one.line) {
    const item = make(line, "li");
    make(item, "span", "", choice);
    make(item, "span", "arkit-p-muted", ` → ${heard} (${chance})`);
  }
  button(box, retry, () => ask("retry", { kept: one.number, at: now() }));
}

// What a screen reader is told: all that was heard after the last decision, and how good it was.
function news({ log = [], feedback, headline = "", words }) {
  const last = log.map((line) => line.who).lastIndexOf("player");
  const heard = log.slice(last + 1).map((line) => words.line.replace("$name", () => line.name).replace("$text", () => line.text));
  return [...(headline ? [] : heard), feedback?.grade ?? "", headline].join(" ");
}

function button(parent, words, act, className = "arkit-p-button") {
  const made = make(parent, "button", className, words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function radios(parent, legend, options, value, name) {
  const field = make(parent, "fieldset");
  make(field, "legend", "", legend);
  for (const [key, words] of options) {
    const label = make(field, "label", "arkit-p-option");
    const input = make(label, "input");
    Object.assign(input, { type: "radio", name, value: key, checked: key === value });
    make(label, "span", "", words);
  }
  return field;
}

const REMEMBERED = "arkit-alias"; // so that a page that was loaded again knows whom to offer an unfinished attempt
const remembered = () => { try { return localStorage.getItem(REMEMBERED) ?? ""; } catch { return ""; } };
const remember = (alias) => { try { localStorage.setItem(REMEMBERED, alias); } catch { /* a page without storage */ } };

function drawStart(main, view, ask, id) {
  make(main, "p", "arkit-p-muted", view.about);
  make(main, "h4", "", view.objectives_heading);
  const list = make(main, "ul");
  for (const objective of view.objectives) make(list, "li", "", objective);
  const form = make(main, "form", "arkit-p-form");
  const label = make(form, "label", "arkit-p-alias", view.alias.label);
  const alias = make(label, "input");
  Object.assign(alias, { type: "text", maxLength: 40, value: view.alias.value, readOnly: view.alias.fixed, autocomplete: "off" });
  const hint = make(form, "p", "arkit-p-muted", view.alias.hint);
  hint.id = `${id}-hint`;
  alias.setAttribute("aria-describedby", hint.id);
  alias.addEventListener("change", () => ask("alias", { alias: alias.value }));
  if (!view.alias.value && remembered()) {
    alias.value = remembered();
    ask("alias", { alias: alias.value });
  }
  const feedback = radios(form, view.feedback.legend, view.feedback.options, view.feedback.value, `${id}-feedback`);
  const chosen = () => feedback.querySelector(":checked").value;
  const unfinished = make(form, "div");
  function offer({ resume, resume_heading: heading }) {
    unfinished.replaceChildren();
    if (resume.length) make(unfinished, "h4", "", heading);
    for (const { attempt, text } of resume) {
      const act = () => ask("resume", { attempt, feedback: chosen(), at: now() });
      button(unfinished, text, act, "arkit-p-button arkit-p-resume");
    }
  }
  offer(view);
  make(form, "button", "arkit-p-button arkit-p-main", view.begin).type = "submit";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!view.alias.fixed) remember(alias.value);
    ask("begin", { alias: alias.value, feedback: chosen(), at: now() });
  });
  return { focus: alias, update: offer };
}

function drawPlay(main, view, ask, id, say) {
  const log = drawLog(main, view.log, view.words.conversation);
  const told = make(main, "div", "arkit-p-told");
  if (view.feedback) drawSpoken(told, view.feedback);
  const form = make(main, "form", "arkit-p-form");
  const progress = make(form, "p", "arkit-p-progress");
  make(progress, "strong", "", view.situation);
  make(progress, "span", "arkit-p-muted", view.progress.text);
  make(progress, "span", "arkit-p-saved", view.saved);
  const track = make(form, "div", "arkit-p-track arkit-p-thin");
  track.setAttribute("aria-hidden", "true");
  make(track, "span", "arkit-p-fill").style.width = `${view.progress.share * 100}%`;
  const field = radios(form, view.legend, view.choices, null, `${id}-choice`);
  make(form, "button", "arkit-p-button arkit-p-main", view.decide).type = "submit";
  if (view.take_back) button(form, view.take_back, () => ask("take_back", { at: now() }), "arkit-p-button arkit-p-quiet");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = field.querySelector(":checked")?.value;
    if (choice) ask("choose", { choice, step: view.step, at: now() });
    else { say(view.nothing); field.querySelector("input").focus(); }
  });
  return { log, focus: field.querySelector("input") };
}

function drawReview(main, view, ask) {
  const end = make(main, "div", "arkit-p-ending");
  make(end, "h4", "", view.ending.title);
  make(end, "p", "", view.ending.text);
  make(end, "p", "arkit-p-reason", view.reason);
  const head = make(main, "p", "arkit-p-headline", view.headline);
  head.tabIndex = -1;
  const conduct = make(main, "p", view.conduct.kept ? "arkit-p-kept" : "arkit-p-breach", view.conduct.text);
  for (const breach of view.conduct.breaches) make(conduct, "span", "arkit-p-breach", ` ${breach}`);
  drawCourse(main, view.course);
  const rows = table(main, view.money, "arkit-p-money");
  rows[view.money.total].classList.add("arkit-p-total");
  button(main, view.again, () => ask("again", { at: now() }), "arkit-p-button arkit-p-main");
  make(main, "h3", "", view.decisions_heading);
  for (const one of view.decisions) drawDecision(main, one, view.retry, ask);
  table(main, view.rubric);
  drawLog(details(main, view.log_heading), view.log, view.words.conversation);
  drawAssumptions(main, view.assumptions, ask);
  return { focus: head };
}

function drawAssumptions(main, money, ask) {
  const box = details(main, money.heading, true);
  make(box, "p", "arkit-p-muted", money.note);
  const form = make(box, "form", "arkit-p-form");
  const inputs = money.fields.map(({ name, label, value, scale, step, most }) => {
    const row = make(form, "label", "arkit-p-field", label);
    const input = make(row, "input");
    Object.assign(input, { type: "number", min: 0, max: most, step: "any", value, required: true });
    return () => [name, Number(input.value) * scale];
  });
  make(form, "button", "arkit-p-button", money.apply).type = "submit";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask("assume", Object.fromEntries(inputs.map((read) => read())));
  });
}

function render({ model, el }) {
  const id = `arkit-p-${Math.random().toString(36).slice(2)}`;
  const root = make(el, "section", "arkit-player");
  const head = make(root, "header");
  const alert = make(root, "p", "arkit-p-alert");
  alert.setAttribute("role", "alert");
  const live = make(root, "p", "arkit-p-unseen");
  live.setAttribute("role", "status");
  const body = make(root, "div", "arkit-p-body");
  let timer, shown = {}, drawn = {}, cardOpen = null;

  const say = (words) => { alert.textContent = words; };
  function ask(what, given = {}) {
    if (what === "alias") { model.send({ do: what, ...given }); return; } // nobody waits for it
    if (root.hasAttribute("aria-busy")) return; // one thing at a time; a disabled button would lose the focus
    root.setAttribute("aria-busy", "true");
    model.send({ do: what, ...given });
    timer = setTimeout(() => { say(model.get("view").words.waiting); free(); }, PATIENCE);
  }
  const free = () => root.removeAttribute("aria-busy");
  function answered() {
    clearTimeout(timer);
    say(model.get("alert"));
    free();
  }
  function drawAll() {
    const view = model.get("view");
    const before = shown;
    if (drawn.update && before.screen === view.screen && before.lang === view.lang) {
      drawn.update(view); // the rest stays as it was typed, and the focus where it is
      shown = view;
      return;
    }
    const focused = root.contains(document.activeElement);
    const heldBy = focused ? document.activeElement.dataset.keep : undefined;
    const card = body.querySelector(".arkit-p-card");
    if (card) cardOpen = card.open;
    shown = view;
    free(); // what is drawn now can be answered now
    root.lang = view.lang;
    root.setAttribute("aria-label", view.title);
    head.replaceChildren();
    make(head, "h3", "", view.title);
    const switcher = button(head, view.words.language, () => ask("language"), "arkit-p-button arkit-p-quiet");
    switcher.setAttribute("aria-label", view.words.language_label);
    switcher.dataset.keep = "language";
    body.replaceChildren();
    body.dataset.screen = view.screen;
    const main = make(body, "div", "arkit-p-main-column");
    const side = make(body, "aside", "");
    side.setAttribute("aria-label", view.words.account);
    const wide = (root.clientWidth || window.innerWidth) > 720; // no width yet: not on the page yet
    drawCard(side, view.card, cardOpen ?? (wide && view.screen !== "review"));
    if (view.screen === "start") drawn = drawStart(main, view, ask, id);
    else if (view.screen === "play") drawn = drawPlay(main, view, ask, id, say);
    else drawn = drawReview(main, view, ask);
    live.textContent = news(view);
    if (drawn.log) drawn.log.scrollTop = drawn.log.scrollHeight;
    if (!focused) return;
    if (heldBy) head.querySelector(`[data-keep=${heldBy}]`).focus();
    else drawn.focus.focus(); // drawing anew threw the keyboard's focus away
    if (before.screen !== view.screen && before.screen) root.scrollIntoView({ block: "start" });
  }
  model.on("change:view", drawAll);
  model.on("change:answered", answered);
  drawAll();
  return () => {
    clearTimeout(timer);
    model.off("change:view", drawAll);
    model.off("change:answered", answered);
  };
}

export default { render };
