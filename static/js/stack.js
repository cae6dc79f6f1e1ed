// Tables that become cards on a phone: every cell learns the heading of its column.
const label = (root) => {
  for (const table of root.querySelectorAll("table.stack")) {
    const heads = [...table.querySelectorAll("thead tr:last-child th")].map((th) =>
      th.hasAttribute("data-bare") ? "" : th.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, i) => {
        if (i && heads[i] && !cell.hasAttribute("data-l") && !cell.matches(".ckc,.opc")) {
          cell.dataset.l = heads[i];
        }
      });
    }
  }
};
label(document);
document.addEventListener("htmx:load", (event) => label(event.detail.elt.parentElement || document));
