// Long parts stay folded on a phone, where a leader wants figures and problems first.
if (window.matchMedia("(max-width: 760px)").matches) {
  for (const part of document.querySelectorAll("details[data-fold-on-phone]")) {
    part.open = false;
  }
}
