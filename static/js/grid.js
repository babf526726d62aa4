// A grid of boxes by keyboard: arrow keys move from cell to cell, Home and End to the ends of a row. Tab and Space
// work as ever, and everything is sent by the form.
const table = document.querySelector("table[data-grid]");
const rows = table ? [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1)) : [];
const box = (cell) => cell?.querySelector("input[type=checkbox]");

const find = (row, column, down, right) => {
  for (let r = row + down, c = column + right; rows[r]?.[c]; r += down, c += right) if (box(rows[r][c])) return box(rows[r][c]);
  return null;
};
const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

table?.addEventListener("keydown", (event) => {
  if (!event.target.matches("input[type=checkbox]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = event.target.closest("td"), row = rows.findIndex((cells) => cells.includes(cell));
  const column = rows[row]?.indexOf(cell) ?? -1;
  let next = null;
  if (event.key in STEPS) next = find(row, column, ...STEPS[event.key]);
  else if (event.key === "Home") next = find(row, -1, 0, 1);
  else if (event.key === "End") next = find(row, rows[row].length, 0, -1);
  else return;
  event.preventDefault();
  if (event.shiftKey && next) next.checked = event.target.checked;
  next?.focus();
});
