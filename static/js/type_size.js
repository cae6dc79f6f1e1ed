// Size of type: shown at once, kept with the account. Without this script the form does the same.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-type-size]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const chosen = event.submitter;
  const size = chosen.dataset.size;
  if (size) document.documentElement.dataset.size = size;
  else delete document.documentElement.dataset.size;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === chosen));
  }
  const body = new FormData(form);
  body.append(chosen.name, chosen.value);
  await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
});
