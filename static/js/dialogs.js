// Dialogs: [data-dialog] is the overlay. It opens from [data-dialog-open="id"] or when htmx brings it.
let opener = null;
const focusable = "a[href],button:not([disabled]),input:not([disabled]):not([type=hidden]),select,textarea,[tabindex='0']";
const current = () => document.querySelector("[data-dialog]:not([hidden])");

const open = (dialog, by) => {
  opener = by;
  dialog.hidden = false;
  const first = dialog.querySelector("[autofocus]") || dialog.querySelector(".df .btn");
  (first || dialog.querySelector(focusable) || dialog).focus();
};
const close = () => {
  const dialog = current();
  if (!dialog) return;
  if (dialog.hasAttribute("data-dialog-remove")) dialog.remove();
  else dialog.hidden = true;
  if (opener && opener.isConnected) opener.focus();
  opener = null;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dialog-open]");
  if (button) {
    event.preventDefault();
    open(document.getElementById(button.dataset.dialogOpen), button);
  } else if (event.target.closest("[data-dialog-close]") || event.target.matches("[data-dialog]")) {
    close();
  }
});
document.addEventListener("keydown", (event) => {
  const dialog = current();
  if (!dialog) return;
  if (event.key === "Escape") close();
  if (event.key !== "Tab") return;
  const stops = [...dialog.querySelectorAll(focusable)].filter((e) => e.offsetParent !== null);
  const last = stops[stops.length - 1];
  if (event.shiftKey && document.activeElement === stops[0]) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    stops[0].focus();
  }
});
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.detail.target.querySelector("[data-dialog]:not([hidden])");
  if (dialog && !dialog.contains(document.activeElement)) open(dialog, event.detail.requestConfig.elt);
});
