// Keeps the page of a job or an upload at work up to date without reloading it, in a background tab too.
(function () {
  "use strict";
  const INTERVAL = 1000;
  // What is already there of a plan in the making comes from the server not oftener than this.
  const LIVE_INTERVAL = 3000;
  let page = document.getElementById("job");
  if (!page || !page.dataset.statusUrl) {
    return;
  }
  const title = document.title;
  let timer = null;
  let busy = false;
  let told = null;
  let toldAt = 0;

  function part(name) {
    return page.querySelector('[data-job="' + name + '"]');
  }

  function put(name, text) {
    const element = part(name);
    if (element && element.textContent !== text) {
      element.textContent = text;
    }
  }

  function duration(seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    const minutes = Math.floor(seconds / 60);
    return minutes < 60 ? minutes + " min " + (seconds % 60) + " s" : Math.floor(minutes / 60) + " h " + (minutes % 60) + " min";
  }

  function show(job) {
    const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
    put("label", job.label);
    part("label").className = "badge bo-state-" + job.state;
    put("phase", job.phase);
    put("done", numbers.format(job.done));
    if (job.total !== null) {
      put("total", numbers.format(job.total));
    }
    const left = part("left");
    put("left", job.seconds_left === null ? "" : duration(job.seconds_left) + " " + left.dataset.text);
    if (job.percent !== null) {
      const bar = part("bar");
      bar.setAttribute("aria-valuenow", job.percent);
      bar.firstElementChild.style.width = job.percent + "%";
      document.title = job.percent + " % – " + title;
    }
  }

  async function fetched() {
    const response = await fetch(location.href, { credentials: "same-origin" });
    return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("job");
  }

  async function refresh(done) {
    // Rows that are ready while the rest is being worked on; not under the hands of somebody who uses them.
    if (!done || done === told || Date.now() - toldAt < LIVE_INTERVAL || !page.querySelector("[data-live]")) {
      return;
    }
    told = done;
    toldAt = Date.now();
    const fresh = await fetched();
    page.querySelectorAll("[data-live]").forEach(function (old) {
      const now = fresh && fresh.querySelector("#" + old.id + "[data-live]");
      if (now && !old.contains(document.activeElement)) {
        old.replaceWith(document.importNode(now, true));
      }
    });
  }

  async function finish() {
    // The finished page has a result, a log and other buttons: take them from the server, stay on the page.
    const fresh = await fetched();
    if (fresh) {
      const next = document.importNode(fresh, true);
      page.replaceWith(next);
      page = next;
    }
    // Says so on the tab, until somebody looks.
    const word = page.dataset.finished;
    document.title = word && document.hidden ? word + " – " + title : title;
    return Boolean(page.dataset.statusUrl);
  }

  async function ask() {
    if (busy) {
      return;
    }
    busy = true;
    clearTimeout(timer);
    let again = INTERVAL;
    try {
      const response = await fetch(page.dataset.statusUrl, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (response.ok) {
        const job = await response.json();
        show(job);
        if (!job.finished) {
          await refresh(job.done);
        } else if (!(await finish())) {
          again = null;
        }
      } else if (response.status === 403 || response.status === 404) {
        again = null;
      }
    } catch (error) {
      again = INTERVAL * 5;
    }
    busy = false;
    if (again) {
      timer = setTimeout(ask, again);
    }
  }

  // A background tab's timers are slowed down: catch up at once when somebody looks.
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) {
      return;
    }
    if (page.dataset.statusUrl) {
      ask();
    } else {
      document.title = title;
    }
  });
  ask();
})();
