// Upload box: a file may be dropped; its name and size are said before it is sent.
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
