// Triage by keyboard. A letter opens a form and decides nothing; every row is a link and every form works without this.
const VERBS = { c: "confirm", a: "acknowledge", x: "decline", s: "snooze", m: "merge" };
const dialog = document.getElementById("keys"), setting = dialog.querySelector("[data-keys-on]");
const rows = [...document.querySelectorAll("a[data-row]")], up = document.querySelector("a[data-up]");

const on = () => localStorage.getItem("triage-keys") !== "off";
setting.checked = on();
setting.addEventListener("change", () => localStorage.setItem("triage-keys", setting.checked ? "on" : "off"));
for (const button of document.querySelectorAll("button[data-keys]")) {
  button.dataset.ready = "";
  button.addEventListener("click", () => dialog.showModal());
}

const open = (verb) => {
  const form = document.getElementById(`do-${verb}`);
  if (!form) return false;
  form.open = true;
  form.scrollIntoView({ block: "nearest" });
  (form.querySelector("input:not([type=hidden]), select, textarea") ?? form.querySelector("button")).focus();
  return true;
};
// In the query: a fragment would take the focus away again once the page has loaded.
open(new URLSearchParams(location.search).get("do"));

const step = (by) => {
  const here = rows.indexOf(document.activeElement);
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  if (!on() || typing || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  if (key === "?") dialog.showModal();
  else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (key === "u" && up) up.click();
  else if (key === "d") {
    const item = document.activeElement.closest("li") ?? document.getElementById("now");
    const link = item?.querySelector("a[data-here]"), form = item?.querySelector("form");
    if (link) link.click();
    else if (form) form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    else return;
  }
  else if (key in VERBS) {
    const row = rows.includes(document.activeElement) && document.activeElement.pathname.includes("/patterns/");
    if (row) location.assign(`${document.activeElement.href}?do=${VERBS[key]}`);
    else if (!open(VERBS[key])) return;
  } else return;
  event.preventDefault();
});
