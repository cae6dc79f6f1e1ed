// Lazy tree: [role=tree][data-tree]; an item with data-children-url fetches its <li> children once.
// Arrow keys move, right opens, left closes or goes up, letters search among the visible items.
const item = (node) => node && node.closest("[role=treeitem]");
const label = (node) => node.querySelector("a,button.mr")?.textContent.trim() || "";
const visible = (tree) =>
  [...tree.querySelectorAll("[role=treeitem]")].filter((node) => node.offsetParent !== null);

const focus = (tree, node) => {
  if (!node) return;
  for (const other of tree.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  node.tabIndex = 0;
  node.focus();
};
const fetchRows = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  for (const link of holder.content.querySelectorAll("a,button")) link.tabIndex = -1;
  return holder.content;
};
const unfold = async (node) => {
  let group = node.querySelector(":scope > [role=group]");
  if (!group && node.dataset.childrenUrl) {
    node.setAttribute("aria-busy", "true");
    try {
      const rows = await fetchRows(node.dataset.childrenUrl);
      group = document.createElement("ul");
      group.setAttribute("role", "group");
      group.className = "gp";
      group.append(rows);
      node.append(group);
    } catch (problem) {
      const text = document.querySelector("[data-toasts]")?.dataset.offline;
      document.dispatchEvent(new CustomEvent("portal:toast", { detail: text || String(problem) }));
      return;
    } finally {
      node.removeAttribute("aria-busy");
    }
  }
  if (group) group.hidden = false;
  node.setAttribute("aria-expanded", "true");
};
const fold = (node) => {
  const group = node.querySelector(":scope > [role=group]");
  if (group) group.hidden = true;
  node.setAttribute("aria-expanded", "false");
};
const showRest = async (tree, node) => {
  const rows = await fetchRows(node.dataset.moreUrl);
  const first = rows.querySelector("[role=treeitem]");
  node.replaceWith(rows);
  focus(tree, first);
};
const go = (tree, node, key) => {
  const all = visible(tree);
  const at = all.indexOf(node);
  const state = node.getAttribute("aria-expanded");
  if (key === "ArrowDown") focus(tree, all[at + 1]);
  else if (key === "ArrowUp") focus(tree, all[at - 1]);
  else if (key === "Home") focus(tree, all[0]);
  else if (key === "End") focus(tree, all[all.length - 1]);
  else if (key === "ArrowRight" && state === "false") unfold(node);
  else if (key === "ArrowRight" && state === "true") focus(tree, all[at + 1]);
  else if (key === "ArrowLeft" && state === "true") fold(node);
  else if (key === "ArrowLeft") focus(tree, item(node.parentElement));
  else if (key === "Enter" && node.dataset.moreUrl) showRest(tree, node);
  else if (key === "Enter") node.querySelector("a")?.click();
  else if (key.length === 1 && key !== " ") {
    focus(tree, [...all.slice(at + 1), ...all.slice(0, at)].find((n) => label(n).startsWith(key)));
    return false;
  } else return false;
  return true;
};

for (const tree of document.querySelectorAll("[data-tree]")) {
  for (const link of tree.querySelectorAll("a,button")) link.tabIndex = -1;
  const start = tree.querySelector("[aria-selected=true]") || tree.querySelector("[role=treeitem]");
  if (start) start.tabIndex = 0;
  tree.addEventListener("keydown", (event) => {
    const node = item(event.target);
    if (node && !event.ctrlKey && !event.metaKey && !event.altKey && go(tree, node, event.key)) {
      event.preventDefault();
    }
  });
  tree.addEventListener("click", (event) => {
    const node = item(event.target);
    if (!node) return;
    if (event.target.closest("[data-toggle]")) {
      if (node.getAttribute("aria-expanded") === "true") fold(node);
      else unfold(node);
    } else if (event.target.closest("[data-more]")) showRest(tree, node);
  });
}
