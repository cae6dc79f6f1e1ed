// Progress is fetched by htmx; readers hear it at most every 5 seconds or 25 %.
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
