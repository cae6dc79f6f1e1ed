// htmx: the token for writes, and a sentence when something goes wrong.
const words = document.querySelector("[data-toasts]");
const say = (text) => document.dispatchEvent(new CustomEvent("portal:toast", { detail: text }));

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
});
document.addEventListener("htmx:sendError", () => say(words.dataset.offline));
document.addEventListener("htmx:timeout", () => say(words.dataset.offline));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) window.location.reload();
  else say(status === 403 || status === 404 ? words.dataset.refused : words.dataset.broken);
});
// A form that comes back with errors (422) is shown in place; other failures keep the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:beforeRequest", (event) =>
  event.detail.target.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) =>
  event.detail.target.removeAttribute("aria-busy"));
// Focus follows the content only where the fragment asks for it.
document.addEventListener("htmx:afterSettle", (event) => {
  // A line of a table that was replaced is no longer the target: the event comes from the new one.
  const wanted = "[data-focus]";
  const heading = event.detail.target.querySelector(wanted) || event.target.querySelector(wanted);
  if (heading) heading.focus();
});
