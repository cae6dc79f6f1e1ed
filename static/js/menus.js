// Menus are details elements; they also close by Esc, by a click outside, and one at a time.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
// What would reach beyond the edge of the screen opens towards the other side.
document.addEventListener("toggle", ({ target }) => {
  const list = target.matches("details.src[open]") && target.querySelector(".list");
  if (!list) return;
  list.classList.remove("flip");
  const { right } = list.getBoundingClientRect();
  list.classList.toggle("flip", right > document.documentElement.clientWidth);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
