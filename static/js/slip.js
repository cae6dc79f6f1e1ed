// A slip's QR code carries its code behind "#", where no server sees it: put it into the form.
const slip = document.querySelector("form[data-slip]");
if (slip && window.location.hash.length > 1) {
  slip.elements.code.value = window.location.hash.slice(1);
  history.replaceState(null, "", window.location.pathname);
}
