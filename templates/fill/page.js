// The page: what is typed is judged, kept in the browser, counted at the foot, and made into the official workbook.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rules = makeRules(data.rules), book = makeWorkbook(data.template, rules);
  const figures = rules.figures, key = "form:" + data.key, touched = {};
  const BLANKS = {"blank": 1, "blank-yes-no": 1, "falls-to-blank": 1};
  let pressed = false;

  const box = name => document.getElementById("box-" + name);
  const inputs = name => Array.from(document.getElementsByName(name));
  const reasonOf = name => document.getElementById("reason-" + name);

  function typed(name) {
    const all = inputs(name);
    if (all[0].type !== "radio") return all[0].value;
    const chosen = all.filter(one => one.checked)[0];
    return chosen ? chosen.value : "";
  }

  // Everything that is typed, read and judged.
  function state() {
    const values = {}, written = {}, told = {}, problems = [];
    figures.forEach(figure => {
      const read = rules.read(figure.name, typed(figure.name));
      values[figure.name] = read.value;
      if (read.written) written[figure.name] = read.written;
      if (read.refused) { told[figure.name] = true; problems.push(read.refused); }
    });
    const byFigure = {};
    problems.concat(rules.verdict(values, written, told)).forEach(one => {
      (byFigure[one.figure] = byFigure[one.figure] || []).push(one);
    });
    return {values: values, written: written, told: told, byFigure: byFigure};
  }

  const refuses = one => one.severity === "error" || BLANKS[one.code];
  const words = name => reasonOf(name).value.trim();

  // Whether the figure keeps the workbook from being made: it is refused and no reason is given, or it is no number at all.
  function holds(now, name) {
    return (now.byFigure[name] || []).some(refuses) && (now.told[name] || !words(name));
  }

  function draw() {
    const now = state();
    let blank = 0, wrong = 0, doubtful = 0;
    figures.forEach(figure => {
      const name = figure.name, all = now.byFigure[name] || [];
      const empty = all.some(one => BLANKS[one.code]), held = holds(now, name);
      if (held) { if (empty) blank += 1; else wrong += 1; }
      else if (all.length) doubtful += 1;
      const visible = pressed || (touched[name] && !(empty && !words(name)));
      const place = box(name).querySelector(".said");
      place.textContent = "";
      (visible ? all : []).forEach(one => {
        const line = document.createElement("p");
        line.className = refuses(one) ? "error" : "warning";
        line.textContent = one.message + (one.code === "perhaps-yuan"
          ? "（在这一格里连单位写：" + now.values[name] + figure.unit + "）" : "");
        place.appendChild(line);
      });
      box(name).classList.toggle("wrong", Boolean(visible && held));
      inputs(name).forEach(one => one.setAttribute("aria-invalid", String(Boolean(visible && held))));
      box(name).querySelector(".reason").hidden = !((visible && all.length && !now.told[name]) || words(name));
      const step = box(name).querySelector(".step"), value = now.values[name];
      if (step) step.textContent = typeof value === "number" && figure.last !== null && value !== figure.last
        ? (value > figure.last ? "增加 " : "减少 ") + rules.shown(name, Math.abs(value - figure.last)) : "";
    });
    document.getElementById("blank-count").textContent = blank;
    document.getElementById("wrong-count").textContent = wrong;
    document.getElementById("doubt-count").textContent = doubtful;
    document.getElementById("bar").className = blank + wrong ? "open" : "done";
    return now;
  }

  function keep() {
    const kept = {values: {}, reasons: {}, texts: {}};
    figures.forEach(figure => {
      kept.values[figure.name] = typed(figure.name);
      kept.reasons[figure.name] = reasonOf(figure.name).value;
    });
    data.texts.forEach(id => { kept.texts[id] = document.getElementById(id).value; });
    try { localStorage.setItem(key, JSON.stringify(kept)); }
    catch (error) { say("这个浏览器不能保存草稿：请一次填完"); }
  }

  function take(kept) {
    figures.forEach(figure => {
      const text = String((kept.values || {})[figure.name] || "");
      inputs(figure.name).forEach(one => { if (one.type === "radio") one.checked = one.value === text; else one.value = text; });
      reasonOf(figure.name).value = String((kept.reasons || {})[figure.name] || "");
      touched[figure.name] = text !== "";
    });
    data.texts.forEach(id => { document.getElementById(id).value = String((kept.texts || {})[id] || ""); });
  }

  function restore() {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      if (kept) { take(kept); say("已恢复上次没有填完的内容"); }
    } catch (error) { say("没有取回草稿：请重新填写"); }
  }

  function say(text) { document.getElementById("message").textContent = text; }

  function make() {
    pressed = true;
    const now = draw(), first = figures.filter(figure => holds(now, figure.name))[0];
    if (first) {
      say("还有没填好的项：请填好；数字确实如此的，在该项下写明原因");
      inputs(first.name)[0].focus();
      box(first.name).scrollIntoView({block: "center"});
      return;
    }
    const reasons = figures.filter(figure => words(figure.name)).map(figure => ({
      label: figure.label, written: now.written[figure.name] || "",
      message: (now.byFigure[figure.name] || []).map(one => one.message).join(" "), words: words(figure.name)}));
    const texts = {};
    data.texts.forEach(id => { texts[id] = document.getElementById(id).value.trim(); });
    const asText = {};
    figures.forEach(figure => {
      if (figure.yuan && now.values[figure.name] !== null && (now.written[figure.name] || "").endsWith(figure.unit))
        asText[figure.name] = rules.printed(figure.name, now.values[figure.name]) + figure.unit;
    });
    const bytes = book.filled(now.values, texts, reasons, asText);
    const blob = new Blob([bytes], {type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"});
    if (navigator.msSaveBlob) navigator.msSaveBlob(blob, data.file);
    else {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = data.file;
      document.body.appendChild(link);
      link.click();
      document.body.removeChild(link);
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }
    say("已生成“" + data.file + "”，在浏览器的下载文件夹里：请核对、打印后报送" + (data.sendTo ? "（" + data.sendTo + "）" : ""));
  }

  function today() {
    const now = new Date(), two = number => (number < 10 ? "0" : "") + number;
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate());
  }

  function next(event) {  // Enter and the arrows go from one figure to the next
    const down = event.key === "Enter" || event.key === "ArrowDown";
    if (event.target.type === "radio" || !(down || event.key === "ArrowUp") || !event.target.hasAttribute("data-figure")) return;
    const all = Array.from(document.querySelectorAll("[data-figure]:not([type=radio])"));
    const other = all[all.indexOf(event.target) + (down ? 1 : -1)];
    event.preventDefault();
    if (other) { other.focus(); other.select(); }
  }

  const form = document.getElementById("form");
  form.addEventListener("input", () => { draw(); keep(); });
  form.addEventListener("change", event => {
    const name = event.target.getAttribute("data-figure");
    if (name) touched[name] = true;
    draw();
    keep();
  });
  form.addEventListener("keydown", next);
  form.addEventListener("submit", event => event.preventDefault());
  document.getElementById("make").addEventListener("click", make);
  document.getElementById("clear").addEventListener("click", () => {
    if (!window.confirm("清空已填的内容，重新填写？")) return;
    take({});
    try { localStorage.removeItem(key); } catch (error) { /* nothing was kept */ }
    pressed = false;
    draw();
    say("");
  });
  const day = today();
  if (day < data.days[0] || day > data.days[1])
    document.getElementById("stale").hidden = false;
  restore();
  draw();
})();
