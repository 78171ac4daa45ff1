// The button that opens the menu shows three lines only, and is named here after what it opens.
(function () {
  "use strict";
  const menu = document.getElementById("jazzy-navigation");
  document.querySelectorAll("[data-lte-toggle=sidebar]").forEach(function (button) {
    button.setAttribute("aria-label", menu ? menu.getAttribute("aria-label") : button.title);
  });
})();

// Tells when a job of mine finishes while I am on another page. Asks the server only while one is at work.
(function () {
  "use strict";
  const INTERVAL = 4000;
  const KEY = "backoffice-jobs";
  const place = document.getElementById("bo-jobs");
  if (!place) {
    return;
  }
  // The job's own page shows it anyway.
  const here = document.getElementById("job");

  function known() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || [];
    } catch (error) {
      return [];
    }
  }

  function remember(ids) {
    localStorage.setItem(KEY, JSON.stringify(ids));
  }

  function tell(job) {
    const toast = document.createElement("div");
    toast.className = "toast show bo-toast bo-toast-" + job.state;
    toast.setAttribute("role", "status");
    const head = document.createElement("div");
    head.className = "toast-header";
    const state = document.createElement("strong");
    state.className = "me-auto";
    state.textContent = job.label;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", place.dataset.close);
    close.addEventListener("click", function () { toast.remove(); });
    head.append(state, close);
    const body = document.createElement("div");
    body.className = "toast-body";
    body.textContent = job.title + " ";
    const link = document.createElement("a");
    link.href = job.url;
    link.textContent = place.dataset.open;
    body.append(link);
    toast.append(head, body);
    place.append(toast);
  }

  async function ask() {
    let again = null;
    try {
      const before = known();
      const response = await fetch(place.dataset.url + "?known=" + before.join(","), {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!response.ok || !(response.headers.get("content-type") || "").includes("json")) {
        return;
      }
      const jobs = (await response.json()).jobs;
      const atWork = jobs.filter(function (job) { return !job.finished; });
      // Another tab may have told it in the meantime: what is no longer remembered was told.
      const stillKnown = known();
      jobs.forEach(function (job) {
        if (job.finished && stillKnown.includes(job.id) && !(here && location.pathname === job.url)) {
          tell(job);
        }
      });
      remember(atWork.map(function (job) { return job.id; }));
      again = atWork.length ? INTERVAL : null;
    } catch (error) {
      again = INTERVAL * 4;
    }
    if (again) {
      setTimeout(ask, again);
    }
  }

  ask();
})();
