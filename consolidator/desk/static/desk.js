// Dropping files, copying texts, asking before what cannot be undone. Every page can be read and used without it.
"use strict";
document.addEventListener("submit", event => {
  const question = event.submitter && event.submitter.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});
document.addEventListener("change", event => {
  if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-drop] input[type=file]") && event.target.files.length) event.target.form.requestSubmit();
});
document.addEventListener("click", async event => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.select();
    document.execCommand("copy");
  }
  button.textContent = "已复制";
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, event => {
    const zone = document.querySelector("[data-drop]");
    if (!zone || !event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    zone.requestSubmit();
  });
}
// A page that rests (too many are open) shows what is so now as soon as it is looked at again.
let rests = false;
document.addEventListener("rest", () => { rests = true; }, true);
document.addEventListener("visibilitychange", () => {
  if (rests && !document.hidden) window.location.reload();
});
