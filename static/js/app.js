// Progressive enhancement only; every page works without it.
const root = document.documentElement;

// theme: applied at once, and posted so that the server knows it before the next page is drawn
document.addEventListener("submit", (event) => {
  const form = event.target, theme = event.submitter?.value;
  if (!form.matches(".theme") || !theme) return;
  event.preventDefault();
  root.dataset.theme = theme;
  for (const button of document.querySelectorAll(".theme button")) button.setAttribute("aria-pressed", button.value === theme);
  const body = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
});

// a double click sends once
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches(".theme")) return;
  if (event.timeStamp - (sent.get(form) ?? -Infinity) > 2000) return void sent.set(form, event.timeStamp);
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// a row of tabs that is wider than the screen shows the tab that the reader is in
for (const tab of document.querySelectorAll(":is(.tabs, .nav) [aria-current]")) {
  const row = tab.closest(".tabs, .nav"), over = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
  if (over > 0) row.scrollLeft += over + 24;
}

// menus close on Escape and on a click elsewhere
const close = (except) => {
  for (const menu of document.querySelectorAll("details.account[open]")) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener("click", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.account[open]");
  close(null);
  menu?.querySelector("summary").focus();
  tip.hidden = true;
});

// tooltips of chart marks, for pointer and keyboard
const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
const show = (event) => {
  const mark = event.target.closest?.("[data-tip]");
  tip.hidden = !mark;
  if (!mark) return;
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = mark.dataset.tip;
  const box = mark.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${box.bottom + 6}px`;
};
document.addEventListener("pointerover", show);
document.addEventListener("focusin", show);
