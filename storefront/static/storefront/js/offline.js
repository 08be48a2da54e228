// Without a network the shop's own page says so; see service_worker.js.
navigator.serviceWorker?.register("/service-worker.js");
