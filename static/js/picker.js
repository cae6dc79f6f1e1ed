// Pick list over many rows: <select data-picker data-url="…">, searched on the server.
// The address answers ?q= with {"results": [{value, text, note, disabled}]}.
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
  // Readers meet the search box, which took over the label; the old list stays for sending only.
  select.setAttribute("aria-hidden", "true");
  if (select.getAttribute("aria-invalid") === "true") picker.wrapper.classList.add("invalid");
};
const chooseIn = (root) => root.querySelectorAll("select[data-picker]").forEach(choose);
chooseIn(document);
document.addEventListener("htmx:load", (event) => chooseIn(event.detail.elt));
