{% load static %}// Shows a page of the shop's own where there is no network; it keeps nothing else.
const KEPT = [
  "{% url 'offline' %}",
  "{% static 'storefront/css/shop.css' %}",
  "{% static 'storefront/favicon.svg' %}",
  "{% static 'storefront/drawings/in-the-nest.svg' %}",
  "{% static 'storefront/fonts/commissioner-latin.woff2' %}",
  "{% static 'storefront/fonts/vollkorn-latin.woff2' %}",
];
const SHELF = `offline ${KEPT[1]}`;

async function forgetOthers() {
  const shelves = await caches.keys();
  await Promise.all(shelves.filter((name) => name !== SHELF).map((name) => caches.delete(name)));
}

async function fromShelf(request) {
  const kept = await caches.match(request.mode === "navigate" ? KEPT[0] : request);
  return kept ?? Response.error();
}

addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(KEPT)));
});

addEventListener("activate", (event) => event.waitUntil(forgetOthers()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const isKept = KEPT.includes(new URL(request.url).pathname);
  if (request.method !== "GET" || !(request.mode === "navigate" || isKept)) return;
  event.respondWith(fetch(request).catch(() => fromShelf(request)));
});
