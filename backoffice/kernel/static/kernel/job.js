// Keeps the page of a job at work up to date without reloading it, in a background tab too.
(function () {
  "use strict";
  const INTERVAL = 1000;
  const page = document.getElementById("job");
  if (!page || !page.dataset.statusUrl) {
    return;
  }
  const title = document.title;
  let timer = null;
  let busy = false;

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

  async function finish() {
    // The finished page has a result, a log and other buttons: take them from the server, stay on the page.
    const response = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("job");
    if (fresh) {
      page.replaceWith(document.importNode(fresh, true));
    }
    document.title = title;
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
        if (job.finished) {
          again = null;
          await finish();
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
    if (!document.hidden) {
      ask();
    }
  });
  ask();
})();
