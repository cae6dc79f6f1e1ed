// Short messages at the foot of the page. Any script asks with a "portal:toast" event.
const area = document.querySelector("[data-toasts]");
const cross = document.querySelector("#icon-x");

document.addEventListener("portal:toast", (event) => {
  if (!area) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  const text = document.createElement("span");
  text.textContent = event.detail;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icb";
  close.setAttribute("aria-label", area.dataset.close);
  if (cross) close.append(cross.content.cloneNode(true));
  close.addEventListener("click", () => toast.remove());
  toast.append(text, close);
  area.replaceChildren(toast);
});
