// Of a table that is wider than the page the first fault is in sight, however far right it is.
for (const row of document.querySelectorAll(".xl tbody tr:first-child")) {
  const cell = row.querySelector(".e, .o") || row.querySelector(".w");
  const box = row.closest(".tw");
  if (cell && box) box.scrollLeft = cell.offsetLeft + cell.offsetWidth + 24 - box.clientWidth;
}
