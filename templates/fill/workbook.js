// The official workbook, filled: the parts of the blank with the values put into its cells, as a zip of stored entries.
function makeWorkbook(template, rules) {
  const bytesOf = text => new TextEncoder().encode(text);

  function escaped(text) {  // as XML takes it; what XML cannot hold is left out
    return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "").replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, "")
      .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  }

  function textCell(text) {
    return ' t="inlineStr"><is><t xml:space="preserve">' + escaped(text) + "</t></is></c>";
  }

  // What follows <c r="D3" s="7" : the end of an empty cell, or a value.
  // asText: name → what is written as it was typed (520万元: the unit says that it is meant).
  function cell(names, values, texts, asText) {
    if (names.text) return texts[names.text] ? textCell(texts[names.text]) : "/>";
    const filled = names.figures.filter(name => values[name] !== null && values[name] !== undefined);
    if (!filled.length) return "/>";
    if (names.figures.length === 2) return textCell(pair(names.figures, values));
    if (asText[filled[0]]) return textCell(asText[filled[0]]);
    const value = values[filled[0]];
    return typeof value === "boolean" ? textCell(value ? "是" : "否") : "><v>" + String(value) + "</v></c>";
  }

  function pair(names, values) {
    const units = names.map(name => rules.byName[name].unit);
    return units[0] === units[1] ? names.map(name => rules.printed(name, values[name])).join("/") : rules.pairText(names, values);
  }

  function reasonRow(number, style, reason) {
    const texts = [reason.label, reason.written, reason.message, reason.words];
    return '<row r="' + number + '">' + texts.map((text, n) =>
      '<c r="' + "ABCD"[n] + number + '" s="' + style + '"' + textCell(text)).join("") + "</row>";
  }

  // The bytes of the workbook. reasons: [{label, written, message, words}], of figures that the page refuses.
  function filled(values, texts, reasons, asText) {
    const parts = Object.assign({}, template.parts, reasons.length ? template.withReasons : {});
    return zip(Object.keys(parts).map(name => {
      const part = parts[name];
      const text = typeof part === "string" ? part : part.map(piece => typeof piece === "string" ? piece
        : piece.rows ? reasons.map((reason, n) => reasonRow(piece.rows + n, piece.style, reason)).join("")
        : cell(piece, values, texts, asText)).join("");
      return [name, bytesOf(text)];
    }));
  }

  const table = [];
  for (let n = 0; n < 256; n++) {
    let rest = n;
    for (let k = 0; k < 8; k++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
    table.push(rest >>> 0);
  }

  function crc(bytes) {
    let sum = 0xffffffff;
    for (let n = 0; n < bytes.length; n++) sum = table[(sum ^ bytes[n]) & 255] ^ (sum >>> 8);
    return (sum ^ 0xffffffff) >>> 0;
  }

  function littleEndian(fields) {  // [[bytes, value], …]
    const bytes = [];
    fields.forEach(field => {
      let value = field[1];
      for (let n = 0; n < field[0]; n++) { bytes.push(value & 255); value = Math.floor(value / 256); }
    });
    return bytes;
  }

  // APPNOTE.TXT 4.3: local headers with their data, the central directory, its end. Nothing is compressed.
  function zip(entries) {
    const out = [], directory = [], day = template.zipDay;
    let offset = 0;
    const put = bytes => { out.push(bytes); offset += bytes.length; };
    entries.forEach(entry => {
      const name = bytesOf(entry[0]), data = entry[1], start = offset;
      const common = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, day], [4, crc(data)], [4, data.length], [4, data.length],
        [2, name.length], [2, 0]];
      put(littleEndian([[4, 0x04034b50]].concat(common)));
      put(name);
      put(data);
      directory.push([littleEndian([[4, 0x02014b50], [2, 20]].concat(common, [[2, 0], [2, 0], [2, 0], [4, 0], [4, start]])), name]);
    });
    const begin = offset;
    directory.forEach(one => one.forEach(put));
    put(littleEndian([[4, 0x06054b50], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, offset - begin], [4, begin], [2, 0]]));
    const whole = new Uint8Array(offset);
    let at = 0;
    out.forEach(bytes => { whole.set(bytes, at); at += bytes.length; });
    return whole;
  }

  return {filled: filled};
}
