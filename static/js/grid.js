// A grid of boxes by keyboard: arrow keys move from cell to cell, Home and End to the ends of a row. Tab and Space
// work as ever, and everything is sent by the form. In boxes for text Enter moves down, Escape takes back what was
// typed, and what is pasted from a spreadsheet fills the cells below and to the right.
const table = document.querySelector("table[data-grid]");
const rows = table ? [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1)) : [];
const box = (cell) => cell?.querySelector("input");
const isText = (input) => input.matches("input:not([type=checkbox])");

const find = (row, column, down, right) => {
  for (let r = row + down, c = column + right; rows[r]?.[c]; r += down, c += right) if (box(rows[r][c])) return box(rows[r][c]);
  return null;
};
const place = (input) => {
  const cell = input.closest("td"), row = rows.findIndex((cells) => cells.includes(cell));
  return [row, rows[row]?.indexOf(cell) ?? -1];
};
const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

// Inside a text the caret moves first; where all of it is selected, as after a step, the next step follows at once.
const stays = (input, { key, shiftKey }) => {
  if (!isText(input) || ["ArrowUp", "ArrowDown", "Enter"].includes(key)) return false;
  const { selectionStart: from, selectionEnd: to, value } = input;
  const isWhole = from === 0 && to === value.length;
  return shiftKey || !(isWhole || (from === to && from === (["ArrowLeft", "Home"].includes(key) ? 0 : value.length)));
};

let before = "";
table?.addEventListener("focusin", ({ target }) => {
  if (!isText(target)) return;
  before = target.value;
  target.select();
});

table?.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isText(input) && event.key === "Escape") return void (input.value = before, input.select());
  const [row, column] = place(input);
  let next = null;
  if (stays(input, event)) return;
  if (event.key in STEPS) next = find(row, column, ...STEPS[event.key]);
  else if (event.key === "Home") next = find(row, -1, 0, 1);
  else if (event.key === "End") next = find(row, rows[row].length, 0, -1);
  else if (event.key === "Enter" && isText(input)) next = find(row, column, event.shiftKey ? -1 : 1, 0);
  else return;
  event.preventDefault();
  if (event.shiftKey && next && !isText(next)) next.checked = input.checked;
  next?.focus();
});

table?.addEventListener("paste", (event) => {
  const pasted = event.clipboardData.getData("text").replace(/\r?\n$/, "");
  if (!isText(event.target) || !/[\t\n]/.test(pasted)) return;
  event.preventDefault();
  const [row, column] = place(event.target);
  pasted.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
    const to = box(rows[row + down]?.[column + right]);
    if (to) to.value = value.trim();
  }));
});

// A link in the grid leads away from it: what was typed and not saved is asked about first.
let isSent = false;
table?.closest("form")?.addEventListener("submit", () => (isSent = true));
addEventListener("beforeunload", (event) => {
  const isTyped = [...(table?.querySelectorAll("input") ?? [])].some((input) => isText(input) && input.value !== input.defaultValue);
  if (isTyped && !isSent) event.preventDefault();
});
