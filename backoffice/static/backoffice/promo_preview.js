// Select2 tells of a change through jQuery alone, which htmx does not hear.
window.addEventListener("load", () => {
  django.jQuery(document).on("change", "select", (event) => {
    if (!event.originalEvent) document.body.dispatchEvent(new Event("promo:changed"));
  });
});
