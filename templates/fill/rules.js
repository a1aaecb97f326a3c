// What is wrong with the figures: the same verdict as consolidator/judging, from the data that fill_rules.py takes out of the form.
// No rule of a form stands here. Plain ECMAScript 2015, for browsers of 2017 and later.
function makeRules(given) {
  const byName = {};
  given.figures.forEach(figure => { byName[figure.name] = figure; });

  // A number to so many decimals, halves to the even one, as numpy rounds.
  function rounded(value) {
    const scaled = value * Math.pow(10, given.decimals), low = Math.floor(scaled), rest = scaled - low;
    const whole = rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
    return whole / Math.pow(10, given.decimals);
  }

  // A value within a sentence: 3, 5.2, 是, 未填.
  function shown(value, money) {
    if (value === null || value === undefined) return "未填";
    if (typeof value === "boolean") return value ? "是" : "否";
    if (!money && Number.isInteger(value)) return String(value);
    const parts = value.toFixed(given.decimals).split(".");
    return parts[0] + "." + (parts[1].replace(/0+$/, "") || "0");
  }

  // A value as it is printed in its cell; a number without the decimals that it has not.
  function printed(name, value) {
    if (value === null || value === undefined) return "";
    return byName[name].kind === "count" ? String(Math.trunc(value)) : shown(value, byName[name].kind === "money");
  }

  function plainNumber(value) { return value.toFixed(given.decimals).replace(/\.?0+$/, ""); }

  // How people print the two figures of an item: 3次，5.2万元.
  function pairText(names, values) {
    return names.map(name => printed(name, values[name]) && printed(name, values[name]) + byName[name].unit).join("，");
  }

  function shownOf(name, value) { return shown(value, byName[name].kind === "money"); }

  function shorten(text) {
    const line = text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, " ").trim().replace(/\s+/g, " ");
    return line.length <= 40 ? line : line.slice(0, 39) + "…";
  }

  function problem(code, name, words) {
    const sentence = given.sentences[code], values = Object.assign({label: byName[name].label}, words);
    return {code: code, figure: name, severity: sentence[0],
      message: sentence[1].replace(/\{(\w+)\}/g, (all, key) => values[key])};
  }

  function ofOneFigure(figure, value) {
    const codes = [];
    if (!Number.isFinite(value)) codes.push("absurd");
    if (!(value >= 0)) codes.push("negative");
    if (!Number.isFinite(value)) return codes;
    if (figure.kind === "count" && !Number.isInteger(value)) codes.push("not-whole");
    const near = rounded(value);
    if (figure.kind === "money" && !(Math.abs(value - near) <= 1e-9 + 1e-12 * Math.abs(near))) codes.push("too-many-decimals");
    return codes;
  }

  // values: name → number, boolean or null; written: name → what was typed; told: name → whether it is refused already.
  function verdict(values, written, told) {
    const found = [], wrong = {}, wanting = {};
    const known = name => !told[name] && values[name] !== null && values[name] !== undefined;
    const ready = names => names.every(name => known(name) && !wrong[name]);
    given.figures.forEach(figure => {
      if (figure.kind === "yes_no" || !known(figure.name)) return;
      ofOneFigure(figure, values[figure.name]).forEach(code => {
        wrong[figure.name] = true;
        const text = written[figure.name] === undefined ? shownOf(figure.name, values[figure.name]) : written[figure.name];
        found.push(problem(code, figure.name, {written: shorten(text), decimals: given.decimals}));
      });
    });
    given.parts.forEach(rule => {
      const part = rule[0], whole = rule[1];
      const blank = !told[whole] && !known(whole);  // beside a part above zero it counts as zero
      if (blank ? ready([part]) && rounded(values[part]) > 0 : ready([part, whole]) && rounded(values[whole] - values[part]) < 0) {
        if (blank) wanting[whole] = true;
        found.push(problem(rule[2], part, {value: shownOf(part, values[part]), whole_label: byName[whole].label,
          whole: blank ? "未填" : shownOf(whole, values[whole])}));
      }
    });
    given.sums.forEach(rule => {
      const total = rule[0], parts = rule[1];
      if (!ready([total].concat(parts))) return;
      const sum = parts.reduce((all, name) => all + values[name], 0);
      if (rounded(values[total] - sum) !== 0)
        found.push(problem(rule[2], total, {value: shownOf(total, values[total]), parts: rule[3],
          sum: shown(sum, sum !== 0 && parts.some(name => byName[name].kind === "money"))}));
    });
    given.together.forEach(rule => {
      const name = rule[0], other = rule[1];
      if (!known(name) || wrong[name] || wrong[other] || told[other] || !(values[name] > 0)) return;
      if (!(values[other] > 0))
        found.push(problem("without-other", name, {value: shownOf(name, values[name]), other_label: byName[other].label}));
    });
    const large = {};
    given.figures.forEach(figure => {
      if (!known(figure.name) || !perhapsYuan(figure, values[figure.name], written[figure.name] || "")) return;
      large[figure.name] = true;
      const number = plainNumber(values[figure.name]);
      found.push(problem("perhaps-yuan", figure.name, {value: number, unit: figure.unit,
        converted: plainNumber(Number((values[figure.name] / figure.yuan.ratio).toFixed(given.decimals))),
        example: figure.pair ? pairText(figure.pair, values) : number + figure.unit}));
    });
    given.figures.forEach(figure => {
      const name = figure.name, value = values[name];
      if (told[name]) return;
      if (!known(name)) {
        const fallen = figure.flow && figure.last;
        if (figure.asked && !wanting[name] && !(fallen && figure.kind !== "yes_no"))
          found.push(problem(figure.kind === "yes_no" ? "blank-yes-no" : "blank", name, {}));
      } else if (value && !figure.asked)
        found.push(problem("not-to-fill", name, {kinds: figure.kinds, value: shownOf(name, value)}));
      if (!large[name]) againstLast(figure, known(name) ? value : null).forEach(one => found.push(one));
    });
    return found;
  }

  // An amount that only makes sense in 元; who means it writes the unit behind it.
  function perhapsYuan(figure, value, written) {
    if (!figure.yuan || !value || written.indexOf(figure.unit) >= 0) return false;
    return (figure.yuan.from !== null && value >= figure.yuan.from) || (figure.yuan.ceiling !== null && value > figure.yuan.ceiling);
  }

  function againstLast(figure, value) {
    const before = figure.last, name = figure.name, found = [];
    const words = {week: given.lastWeek, before: before === null ? "" : shownOf(name, before), value: shownOf(name, value)};
    if (before && !(value !== null && value >= before) && (value !== null || figure.flow))
      found.push(problem(!figure.flow ? "level-falls" : value !== null ? "falls" : "falls-to-blank", name, words));
    if (figure.jump && value !== null && before !== null && value - before > figure.jump[0])
      found.push(problem("jump", name, {week: given.lastWeek, increase: shownOf(name, value - before), usual: figure.jump[1]}));
    return found;
  }

  // What a person typed: {value, written, refused}; refused is the problem of what is no number of the figure.
  function read(name, typed) {
    const figure = byName[name];
    let text = typed.replace(/[\uff01-\uff5e]/g, sign => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).trim();
    const written = text;
    if (text === "") return {value: null, written: "", refused: null};
    if (figure.kind === "yes_no") return {value: text === "是", written: text, refused: null};
    if (text.endsWith(figure.unit)) text = text.slice(0, -figure.unit.length).trim();
    if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) text = text.replace(/,/g, "");
    const refuse = (code, words) => ({value: null, written: written,
      refused: problem(code, name, Object.assign({written: shorten(written), unit: figure.unit}, words))});
    if (/^-?[\d.]+\s*[\u4e00-\u9fff]{1,2}$/.test(text)) return refuse("wrong-unit");
    if (!/^-?(\d+(\.\d+)?|\.\d+)$/.test(text)) return refuse("not-a-number");
    if (figure.kind === "count" && /\.0{3}$/.test(text)) return refuse("not-a-number");  // 1.000 is a thousand to some
    const value = Number(text);
    if (value === 0 && text[0] === "-") return refuse("negative");
    if (Math.abs(value) > figure.most) return refuse("absurd");
    if (figure.kind === "money" && new RegExp("\\.\\d{" + given.decimals + "}\\d*[1-9]").test(text))
      return refuse("too-many-decimals", {decimals: given.decimals});
    return {value: value, written: written, refused: null};
  }

  return {figures: given.figures, byName: byName, verdict: verdict, read: read, shown: shownOf, printed: printed,
    pairText: pairText};
}
