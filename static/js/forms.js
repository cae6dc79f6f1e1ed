// Forms: errors first, no double sending, choices in boxes, passwords that can be read back.
const summary = document.querySelector(".esum[tabindex]");
if (summary) summary.focus();

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !button.dataset.busy || event.defaultPrevented) return;
  // After the event: a disabled button would not send its own name and value.
  setTimeout(() => {
    button.disabled = true;
    button.textContent = button.dataset.busy;
  });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("[data-busy][disabled]")) window.location.reload();
});
document.addEventListener("change", (event) => {
  const group = event.target.closest(".opts");
  if (group) {
    for (const box of group.querySelectorAll("label")) {
      const input = box.querySelector("input");
      box.classList.toggle("on", Boolean(input && input.checked));
    }
  }
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-password]");
  if (button) {
    const input = document.getElementById(button.dataset.showPassword);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  }
  if (event.target.closest("[data-print]")) window.print();
});
