{
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
}
{
for (const row of document.querySelectorAll(".xl tbody tr:first-child")) {
const cell = row.querySelector(".e, .o") || row.querySelector(".w");
const box = row.closest(".tw");
if (cell && box) box.scrollLeft = cell.offsetLeft + cell.offsetWidth + 24 - box.clientWidth;
}
}
{
if (window.matchMedia("(max-width: 760px)").matches) {
for (const part of document.querySelectorAll("details[data-fold-on-phone]")) {
part.open = false;
}
}
}
{
const summary = document.querySelector(".esum[tabindex]");
if (summary) summary.focus();
document.addEventListener("submit", (event) => {
const button = event.submitter;
if (!button || !button.dataset.busy || event.defaultPrevented) return;
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
}
{
document.addEventListener("click", (event) => {
for (const menu of document.querySelectorAll("details[data-menu][open]")) {
if (!menu.contains(event.target)) menu.open = false;
}
});
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
}
{
const choose = (select) => {
if (!window.TomSelect || select.tomselect) return;
const words = select.dataset;
const line = (item, escape) =>
`<div${item.disabled ? ' aria-disabled="true"' : ""}>${escape(item.text)}${
item.note ? `<small>${escape(item.note)}</small>` : ""}</div>`;
const picker = new window.TomSelect(select, {
valueField: "value",
labelField: "text",
searchField: ["text", "note"],
score: () => () => 1,
sortField: [{ field: "$order" }],
maxOptions: 50,
loadThrottle: 250,
placeholder: words.placeholder || "",
allowEmptyOption: false,
shouldLoad: (query) => query.trim().length > 0,
load(query, done) {
this.clearOptions((option) => this.items.includes(String(option.value)));
const url = new URL(words.url, window.location.origin);
url.searchParams.set("q", query);
fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
.then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
.then((found) => done(found.results))
.catch(() => done());
},
render: {
option: line,
item: (item, escape) => `<div>${escape(item.text)}</div>`,
no_results: (data, escape) => `<div class="no-results">${escape(words.none || "")}</div>`,
loading: () => `<div class="loading">…</div>`,
},
});
select.setAttribute("aria-hidden", "true");
if (select.getAttribute("aria-invalid") === "true") picker.wrapper.classList.add("invalid");
};
const chooseIn = (root) => root.querySelectorAll("select[data-picker]").forEach(choose);
chooseIn(document);
document.addEventListener("htmx:load", (event) => chooseIn(event.detail.elt));
}
{
let spokenAt = 0;
let spokenPercent = -25;
document.addEventListener("htmx:afterSettle", () => {
const bar = document.querySelector("[data-progress]");
const voice = document.querySelector("[data-progress-voice]");
if (!bar || !voice) return;
const percent = Number(bar.dataset.progress);
const now = Date.now();
if (now - spokenAt < 5000 && percent - spokenPercent < 25 && percent < 100) return;
spokenAt = now;
spokenPercent = percent;
voice.textContent = bar.dataset.progressText || "";
});
}
{
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
document.addEventListener("htmx:afterSettle", (event) => {
const wanted = "[data-focus]";
const heading = event.detail.target.querySelector(wanted) || event.target.querySelector(wanted);
if (heading) heading.focus();
});
}
{
const slip = document.querySelector("form[data-slip]");
if (slip && window.location.hash.length > 1) {
slip.elements.code.value = window.location.hash.slice(1);
history.replaceState(null, "", window.location.pathname);
}
}
{
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
}
{
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
}
{
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
}
{
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
}
{
for (const box of document.querySelectorAll("[data-drop]")) {
const input = box.querySelector("input[type=file]");
const said = box.querySelector("[data-drop-name]");
const tell = () => {
const file = input.files[0];
if (!said) return;
const many = box.dataset.dropMany;
if (many && input.files.length > 1) {
said.textContent = many.replace("{count}", input.files.length);
said.hidden = false;
return;
}
const size = file && Math.max(1, Math.round(file.size / 1024)).toLocaleString("zh-CN");
said.textContent = file ? `${file.name}（${size} KB）` : "";
said.hidden = !file;
};
input.addEventListener("change", tell);
for (const name of ["dragenter", "dragover"]) {
box.addEventListener(name, (event) => {
event.preventDefault();
box.classList.add("over");
});
}
box.addEventListener("dragleave", () => box.classList.remove("over"));
box.addEventListener("drop", (event) => {
event.preventDefault();
box.classList.remove("over");
if (event.dataTransfer.files.length === 0) return;
input.files = event.dataTransfer.files;
input.dispatchEvent(new Event("change", { bubbles: true }));
});
}
}
