// Of a table that is wider than the page the first fault is in sight, however far right it is.
for (const fault of document.querySelectorAll(".xl tr:first-child > .e")) {
  const box = fault.closest(".tw");
  const end = fault.offsetLeft + fault.offsetWidth + 24;
  if (box && !box.scrollLeft) box.scrollLeft = end - box.clientWidth;
}
