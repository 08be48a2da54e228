/* Shows what needs a passkey where the browser has them, and says when one did not work. */
if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  const fault = document.querySelector("[data-passkey-fault]");
  if (!fault) return;
  event.preventDefault();
  fault.hidden = true;
  // Shown anew, it is read aloud anew.
  requestAnimationFrame(() => (fault.hidden = false));
});
