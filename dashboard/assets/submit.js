// Brings files of a supplier to the hub, three at a time, and shows what would become of each.
// Names of files are text that anybody wrote: they are only ever put in as textContent.
window.dash_clientside = window.dash_clientside || {};
window.dashMantineFunctions = window.dashMantineFunctions || {};
window.dashMantineFunctions.all_of_them = function (asked) { return asked.options; };

(function () {
  var API = "/api/v1";
  var AT_ONCE = 3;
  var CHECK_PAUSE_MS = 500;
  // What waits, is under way, is there, was not taken, or was stopped.
  var WAITS = "waits", COMES = "comes", THERE = "there", FAILED = "failed", STOPPED = "stopped";

  var limits = { files: 2000, bytes: Infinity, bytes_text: "", issues: {} };
  var entries = [];
  var said = {};
  var upload = null;
  var receipt = null;
  var checking = false, isStale = false, checkTimer = null, checkFault = "";
  var sending = false;
  var leftOut = 0;
  var seer = null;

  function at(id) { return document.getElementById("submit-" + id); }

  function make(tag, className, text) {
    var made = document.createElement(tag);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  function link(text, href) {
    var made = make("a", "submit-link", text);
    made.href = href;
    return made;
  }

  function button(text, told, act) {
    var made = make("button", "submit-button", text);
    made.type = "button";
    made.setAttribute("aria-label", told);
    made.addEventListener("click", act);
    return made;
  }

  function files(count) { return count + (count === 1 ? " picture" : " pictures"); }

  function size(bytes) {
    return bytes < 1e6 ? Math.ceil(bytes / 1e3) + " kB" : (bytes / 1e6).toFixed(1) + " MB";
  }

  function in_state() {
    var states = Array.prototype.slice.call(arguments);
    return entries.filter(function (entry) { return states.indexOf(entry.state) >= 0; });
  }

  function with_outcome(outcome) {
    return in_state(THERE).filter(function (entry) {
      return entry.verdict && entry.verdict.outcome === outcome;
    });
  }

  // -- the hub ------------------------------------------------------------------------------

  // Asks again where the hub is busy. Fails with the sentence that the hub says.
  function ask(method, address, body) {
    var options = { method: method, headers: {}, credentials: "same-origin" };
    if (body !== undefined) {
      options.body = JSON.stringify(body);
      options.headers["Content-Type"] = "application/json";
    }
    return fetch(API + address, options).then(
      function (response) {
        if (response.status === 429 || response.status === 503) {
          var wait = Number(response.headers.get("Retry-After")) || 5;
          return pause(wait * 1000).then(function () { return ask(method, address, body); });
        }
        if (response.status === 204) { return null; }
        return response.json().then(function (answer) {
          if (response.ok) { return answer; }
          throw new Error(problem_of(response.status, answer));
        });
      },
      function () { throw new Error("The hub does not answer; look whether you are connected."); }
    );
  }

  function problem_of(status, answer) {
    if (status === 401) { return "You are signed out: sign in in another tab, and try again."; }
    return answer.detail || "The hub failed to answer; try again.";
  }

  function pause(ms) {
    return new Promise(function (resolve) { window.setTimeout(resolve, ms); });
  }

  function opened() {
    if (!upload) {
      upload = ask("POST", "/uploads").then(
        function (made) { return made.id; },
        function (error) { upload = null; throw error; }
      );
    }
    return upload;
  }

  function file_address(id, path) {
    return "/uploads/" + id + "/files?path=" + encodeURIComponent(path);
  }

  // -- bringing files -----------------------------------------------------------------------

  function add(found) {
    if (receipt) { start_anew(); }
    var known = {};
    entries.forEach(function (entry) { known[entry.path] = entry.file; });
    var twice = 0, many = 0;
    found.forEach(function (one) {
      var path = one.path;
      var same = known[path];
      if (same && same.size === one.file.size && same.lastModified === one.file.lastModified) {
        twice += 1;
        return;
      }
      if (entries.length >= limits.files) { many += 1; return; }
      for (var number = 2; known[path]; number += 1) { path = number + "/" + one.path; }
      known[path] = one.file;
      entries.push(new_entry(path, one.file));
    });
    var words = [files(found.length - twice - many) + " added."];
    if (twice) { words.push(files(twice) + " were there already."); }
    if (many) { words.push(files(many) + " more than one upload takes: submit these first."); }
    if (leftOut) { words.push(leftOut + " hidden files were left out."); leftOut = 0; }
    aloud(words.join(" "));
    advance();
  }

  function new_entry(path, file) {
    var entry = { path: path, file: file, state: WAITS, sent: 0, fault: "", verdict: null };
    if (file.size > limits.bytes) {
      entry.state = FAILED;
      entry.fault = "It is larger than " + limits.bytes_text + ": save it smaller.";
      entry.isHopeless = true;
    }
    draw_entry(entry);
    return entry;
  }

  function advance() {
    while (in_state(COMES).length < AT_ONCE) {
      var next = in_state(WAITS)[0];
      if (!next) { break; }
      bring(next);
    }
    summarise();
  }

  function bring(entry) {
    entry.state = COMES;
    entry.sent = 0;
    entry.fault = "";
    show(entry);
    opened().then(
      function (id) { if (entry.state === COMES) { send(entry, id); } },
      function (error) { fail(entry, error.message); }
    );
  }

  function send(entry, id) {
    var asked = new XMLHttpRequest();
    entry.asked = asked;
    asked.open("PUT", API + file_address(id, entry.path));
    asked.setRequestHeader("Content-Type", "application/octet-stream");
    asked.upload.addEventListener("progress", function (event) {
      entry.sent = event.loaded;
      show_progress(entry);
      summarise();
    });
    asked.addEventListener("load", function () {
      entry.asked = null;
      if (asked.status === 200) {
        entry.state = THERE;
        entry.sent = entry.file.size;
        show(entry);
        advance();
        check_soon();
      } else if (asked.status === 429 || asked.status === 503) {
        var wait = Number(asked.getResponseHeader("Retry-After")) || 5;
        pause(wait * 1000).then(function () { if (entry.state === COMES) { send(entry, id); } });
      } else {
        fail(entry, detail_of(asked));
      }
    });
    asked.addEventListener("error", function () {
      fail(entry, "It did not arrive: the hub does not answer.");
    });
    asked.send(entry.file);
  }

  function detail_of(asked) {
    try {
      return problem_of(asked.status, JSON.parse(asked.responseText));
    } catch (error) {
      return "It did not arrive.";
    }
  }

  function fail(entry, words) {
    if (entry.state !== COMES) { return; }
    entry.asked = null;
    entry.state = FAILED;
    entry.fault = words;
    show(entry);
    advance();
  }

  function stop(entry) {
    entry.state = STOPPED;
    if (entry.asked) { entry.asked.abort(); entry.asked = null; }
    show(entry);
    advance();
  }

  function retry(entry) {
    entry.state = WAITS;
    show(entry);
    advance();
  }

  function remove(entry) {
    if (entry.asked) { entry.asked.abort(); }
    var wasThere = entry.state === THERE;
    entries.splice(entries.indexOf(entry), 1);
    var follower = entry.row.nextElementSibling || entry.row.previousElementSibling;
    entry.row.remove();
    if (entry.url) { URL.revokeObjectURL(entry.url); }
    var handle = follower ? follower.querySelector("button") : at("choose-files");
    if (handle) { handle.focus(); }
    advance();
    if (!wasThere) { return Promise.resolve(); }
    return opened()
      .then(function (id) { return ask("DELETE", file_address(id, entry.path)); })
      // What it was the same as may be new now.
      .then(check_soon, check_soon);
  }

  function remove_useless() {
    with_outcome("rejected").concat(with_outcome("duplicate")).forEach(remove);
    in_state(FAILED, STOPPED).forEach(remove);
    aloud("What the hub would refuse, or has already, was taken out.");
  }

  // -- what would become of them ------------------------------------------------------------

  function check_soon() {
    isStale = true;
    if (checking || checkTimer) { return; }
    checkTimer = window.setTimeout(function () { checkTimer = null; check(); }, CHECK_PAUSE_MS);
  }

  // One at a time, of all that came meanwhile: each costs the hub a pass over its pictures.
  function check() {
    if (!entries.length || receipt) { return; }
    checking = true;
    isStale = false;
    checkFault = "";
    summarise();
    opened()
      .then(function (id) { return ask("POST", "/uploads/" + id + "/check"); })
      .then(
        function (answer) {
          checking = false;
          take(answer.files);
          if (answer.unchecked || isStale) { check_soon(); }
          summarise();
        },
        function (error) {
          checking = false;
          checkFault = error.message;
          summarise();
        }
      );
  }

  function take(verdicts) {
    var by_path = {};
    verdicts.forEach(function (verdict) { by_path[verdict.path] = verdict; });
    var before = counts();
    in_state(THERE).forEach(function (entry) {
      var verdict = by_path[entry.path];
      if (verdict && JSON.stringify(verdict) !== JSON.stringify(entry.verdict)) {
        entry.verdict = verdict;
        show(entry);
      }
    });
    var after = counts();
    if (JSON.stringify(before) !== JSON.stringify(after) && !in_state(WAITS, COMES).length) {
      aloud(said_of(after));
    }
  }

  function counts() {
    return {
      fresh: with_outcome("published").length + with_outcome("pending").length,
      known: with_outcome("duplicate").length,
      broken: with_outcome("rejected").length + with_outcome("refused").length,
    };
  }

  function said_of(counted) {
    var words = [counted.fresh + " new"];
    if (counted.known) { words.push(counted.known + " already there or brought twice"); }
    if (counted.broken) { words.push(counted.broken + " refused"); }
    return words.join(", ") + ".";
  }

  // -- what is shown ------------------------------------------------------------------------

  function draw_entry(entry) {
    var row = make("li", "submit-file");
    entry.row = row;
    entry.frame = make("div", "submit-thumbnail");
    entry.name = make("span", "submit-name", entry.path);
    entry.size = make("span", "submit-size", size(entry.file.size));
    entry.progress = make("progress", "submit-progress");
    entry.progress.max = Math.max(entry.file.size, 1);
    entry.progress.setAttribute("aria-label", "Brought of " + entry.path);
    entry.words = make("div", "submit-words");
    entry.buttons = make("div", "submit-buttons");
    var text = make("div", "submit-text");
    var head = make("div", "submit-head");
    head.append(entry.name, entry.size);
    text.append(head, entry.progress, entry.words);
    row.append(entry.frame, text, entry.buttons);
    row.entry = entry;
    show(entry);
    attach(entry);
  }

  function attach(entry) {
    var list = at("files");
    if (list) { list.append(entry.row); }
    if (seer) { seer.observe(entry.row); }
  }

  function show_progress(entry) { entry.progress.value = entry.sent; }

  function show(entry) {
    var words = {
      waits: "Waits",
      comes: "On its way",
      there: "Is being looked at",
      failed: entry.fault,
      stopped: "Stopped",
    }[entry.state];
    var kind = entry.state;
    entry.words.replaceChildren();
    if (entry.state === THERE && entry.verdict) {
      kind = entry.verdict.outcome;
      entry.words.append.apply(entry.words, verdict_words(entry.verdict));
    } else {
      entry.words.textContent = words;
    }
    entry.row.dataset.kind = kind;
    entry.progress.hidden = entry.state !== COMES;
    show_progress(entry);
    var held = entry.buttons.contains(document.activeElement);
    entry.buttons.replaceChildren.apply(entry.buttons, buttons_of(entry));
    if (held && entry.buttons.firstChild) { entry.buttons.firstChild.focus(); }
  }

  function buttons_of(entry) {
    var shown = [];
    if (receipt) { return shown; }
    if (entry.state === COMES || entry.state === WAITS) {
      shown.push(button("Stop", "Stop " + entry.path, function () { stop(entry); }));
    }
    if ((entry.state === FAILED && !entry.isHopeless) || entry.state === STOPPED) {
      shown.push(button("Try again", "Try again " + entry.path, function () { retry(entry); }));
    }
    if (entry.state !== COMES) {
      shown.push(button("Remove", "Remove " + entry.path, function () { remove(entry); }));
    }
    return shown;
  }

  function verdict_words(verdict) {
    if (verdict.outcome === "duplicate") { return repeat_words(verdict); }
    if (verdict.outcome === "rejected" || verdict.outcome === "refused") {
      var remedy = verdict.message ? ": " + verdict.message + "." : ".";
      return [badge("Refused"), make("span", "", reason_words(verdict.reason) + remedy)];
    }
    var shown = [badge(verdict.outcome === "pending" ? "Perhaps new" : "New")];
    if (verdict.outcome === "pending") { shown.push(make("span", "", verdict.message)); }
    var issues = verdict.issues.map(function (issue) { return limits.issues[issue] || issue; });
    if (issues.length) {
      shown.push(make("span", "submit-hint", "Hint: it is " + issues.join(", ") + "."));
    }
    verdict.related.slice(0, 1).forEach(function (one) {
      shown.push(make("span", "submit-hint", "Much like another picture: " + one.why + "."));
    });
    return shown;
  }

  function repeat_words(verdict) {
    var kept = make("img", "submit-thumbnail");
    kept.width = 72;
    kept.height = 72;
    kept.loading = "lazy";
    var shown = make("div", "submit-repeat");
    var twin = verdict.same_as !== null && entries.find(function (entry) {
      return entry.path === verdict.same_as;
    });
    if (verdict.same_as !== null) {
      kept.alt = "The same picture, in " + verdict.same_as;
      if (twin) { kept.src = url_of(twin); }
      shown.append(kept, make("span", "", "The same as " + verdict.same_as + ": " + verdict.why + "."));
      return [badge("You bring it twice"), shown];
    }
    var way = link("", "/images/" + verdict.duplicate_of);
    kept.alt = "The picture that the hub has";
    kept.src = API + "/images/" + verdict.duplicate_of + "/thumbnail?side=100";
    way.append(kept);
    shown.append(way, make("span", "", "Why: " + verdict.why + "."));
    return [badge("We already have this picture"), shown];
  }

  function badge(text) { return make("strong", "submit-badge", text); }

  function reason_words(reason) {
    var words = reason.replace(/_/g, " ");
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  function url_of(entry) {
    if (!entry.url) { entry.url = URL.createObjectURL(entry.file); }
    return entry.url;
  }

  // Pictures are drawn once they come into view: two thousand would take the browser's memory.
  function see(found) {
    found.forEach(function (one) {
      var entry = one.target.entry;
      if (one.isIntersecting && entry && !entry.isDrawn) {
        entry.isDrawn = true;
        draw_picture(entry);
      }
    });
  }

  function draw_picture(entry) {
    var picture = make("img", "submit-thumbnail");
    picture.alt = "";
    // What a browser cannot draw leaves its frame empty.
    picture.addEventListener("error", function () { picture.remove(); });
    picture.src = url_of(entry);
    entry.frame.append(picture);
  }

  function summarise() {
    var box = at("summary");
    if (!box) { return; }
    var coming = in_state(WAITS, COMES);
    var there = in_state(THERE);
    var unseen = there.filter(function (entry) { return !entry.verdict; }).length;
    if (!entries.length) {
      box.replaceChildren();
    } else {
      var all = 0, sent = 0;
      entries.forEach(function (entry) {
        if (entry.state === FAILED || entry.state === STOPPED) { return; }
        all += entry.file.size;
        sent += Math.min(entry.sent, entry.file.size);
      });
      var bar = make("progress", "submit-progress");
      bar.max = Math.max(all, 1);
      bar.value = sent;
      bar.setAttribute("aria-label", "Brought in all");
      bar.style.visibility = coming.length ? "visible" : "hidden";
      var words = there.length + " of " + files(entries.length) + " brought. ";
      words += there.length > unseen ? said_of(counts()) : "";
      if (unseen && !checkFault) { words += " " + unseen + " being looked at."; }
      var lost = in_state(FAILED, STOPPED).length;
      if (lost) { words += " " + lost + " not brought."; }
      var line = make("div", "submit-line");
      line.append(make("span", "", words));
      if (checkFault) {
        line.append(
          make("span", "submit-fault", checkFault),
          button("Look again", "Look at the pictures again", check)
        );
      }
      var counted = counts();
      if ((counted.known || counted.broken || lost) && !receipt && !coming.length) {
        line.append(
          button("Take out what is not new", "Take out pictures that are not new", remove_useless)
        );
      }
      box.replaceChildren(line, bar);
    }
    show_missing();
  }

  function aloud(words) {
    var box = at("said");
    if (box) { box.textContent = words; }
  }

  // -- submitting ---------------------------------------------------------------------------

  function missing() {
    var wanted = [];
    if (!in_state(THERE).length) { wanted.push("bring pictures"); }
    if (in_state(WAITS, COMES).length) { wanted.push("wait until all are brought"); }
    if (!(said.labels || []).length) { wanted.push("choose a label"); }
    if (is_number(said.lon) !== is_number(said.lat)) {
      wanted.push("give both longitude and latitude, or neither");
    }
    if (!said.consent) { wanted.push("give your consent"); }
    return wanted;
  }

  function is_number(value) { return typeof value === "number"; }

  function show_missing() {
    var box = at("missing"), way = at("send");
    if (!box || !way) { return; }
    var wanted = receipt ? [] : missing();
    box.textContent = wanted.length ? "Still to do: " + wanted.join("; ") + "." : "";
    way.disabled = Boolean(wanted.length || sending || receipt);
    way.textContent = sending ? "Submitting…" : "Submit";
  }

  function submit() {
    if (sending || receipt || missing().length) { return; }
    sending = true;
    show_missing();
    opened()
      .then(function (id) {
        return ask("POST", "/uploads/" + id + "/submission", {
          labels: said.labels,
          licence: said.licence,
          author: said.author || "",
          source_url: said.source || "",
          lon: is_number(said.lon) ? said.lon : null,
          lat: is_number(said.lat) ? said.lat : null,
          consent: true,
        });
      })
      .then(
        function (answer) {
          sending = false;
          receipt = answer;
          entries.forEach(show);
          summarise();
          show_receipt();
        },
        function (error) {
          sending = false;
          show_missing();
          at("missing").textContent = error.message;
          aloud(error.message);
        }
      );
  }

  function show_receipt() {
    var box = at("receipt");
    if (!box) { return; }
    box.replaceChildren();
    if (!receipt) { return; }
    var paper = make("div", "submit-paper");
    var title = receipt.receipt === null ? "Nothing new came" : "Receipt " + receipt.receipt;
    paper.append(make("h2", "section-title", title));
    receipt.submissions.forEach(function (one) { paper.append(submission_line(one)); });
    paper.append(
      make("p", "", "The next batch decides on them; what becomes of each is told there.")
    );
    var line = make("p", "submit-line");
    line.append(link("My submissions", "/submissions"), button("Bring more", "Bring more pictures", start_anew));
    paper.append(line);
    box.append(paper);
    box.focus();
  }

  function submission_line(one) {
    var line = make("p", "");
    line.append(make("strong", "", one.label), ": " + files(one.received) + " received. ");
    if (one.id !== null) { line.append(link("Submission " + one.id, "/submissions/" + one.id)); }
    if (one.already.length) {
      var first = one.already[0].submission;
      line.append(" " + one.already.length + " you had submitted before: ");
      line.append(link("submission " + first, "/submissions/" + first), ".");
    }
    one.refused.forEach(function (file) {
      line.append(make("br"), file.path + " was not taken: " + file.message + ".");
    });
    return line;
  }

  function start_anew() {
    entries.forEach(function (entry) { if (entry.url) { URL.revokeObjectURL(entry.url); } });
    entries = [];
    upload = null;
    receipt = null;
    window.dash_clientside.set_props("submit-consent", { checked: false });
    if (at("files")) { at("files").replaceChildren(); }
    show_receipt();
    summarise();
  }

  // -- choosing and dropping ----------------------------------------------------------------

  function choose(isFolder) {
    var input = make("input");
    input.type = "file";
    input.multiple = true;
    input.hidden = true;
    input.className = isFolder ? "submit-folder-input" : "submit-files-input";
    if (isFolder) { input.webkitdirectory = true; } else { input.accept = "image/*"; }
    input.addEventListener("change", function () {
      add(Array.prototype.map.call(input.files, function (file) {
        return { path: file.webkitRelativePath || file.name, file: file };
      }).filter(is_shown));
      input.value = "";
    });
    return input;
  }

  function is_shown(one) {
    var names = one.path.split("/");
    var isHidden = names.length > 1 && names.some(function (name) { return name[0] === "."; });
    leftOut += isHidden ? 1 : 0;
    return !isHidden;
  }

  function drop(event) {
    event.preventDefault();
    at("drop").classList.remove("submit-over");
    var items = Array.prototype.slice.call(event.dataTransfer.items || []);
    var dropped = items
      .map(function (item) { return item.webkitGetAsEntry && item.webkitGetAsEntry(); })
      .filter(Boolean);
    if (!dropped.length) {
      add(Array.prototype.map.call(event.dataTransfer.files, function (file) {
        return { path: file.name, file: file };
      }));
      return;
    }
    Promise.all(dropped.map(walk)).then(function (found) {
      add([].concat.apply([], found).filter(is_shown));
    });
  }

  // Resolves to the files of what was dropped; what cannot be read is passed over.
  function walk(item) {
    if (item.isFile) {
      return new Promise(function (resolve) {
        item.file(function (file) {
          resolve([{ path: item.fullPath.replace(/^\//, ""), file: file }]);
        }, function () { resolve([]); });
      });
    }
    var reader = item.createReader();
    var inside = [];
    return new Promise(function (resolve) {
      // A folder is read some hundred entries at a time.
      function more() {
        reader.readEntries(function (some) {
          if (some.length) { inside = inside.concat(some); more(); } else { resolve(inside); }
        }, function () { resolve(inside); });
      }
      more();
    })
      .then(function (some) { return Promise.all(some.map(walk)); })
      .then(function (found) { return [].concat.apply([], found); });
  }

  function is_under_way() {
    return !receipt && entries.some(function (entry) { return entry.state !== FAILED; });
  }

  window.addEventListener("beforeunload", function (event) {
    if (is_under_way()) { event.preventDefault(); }
  });
  // What is left behind makes room at once.
  window.addEventListener("pagehide", function () {
    if (!receipt && upload) {
      upload.then(function (id) {
        fetch(API + "/uploads/" + id, { method: "DELETE", keepalive: true });
      }, function () {});
    }
  });
  // A file that misses its place must not take the page away.
  ["dragover", "drop"].forEach(function (kind) {
    window.addEventListener(kind, function (event) {
      if (at("drop")) { event.preventDefault(); }
    });
  });

  window.dash_clientside.submit = {
    // Is called whenever the page is laid out; what was brought before is shown again.
    start: function (given) {
      limits = given || limits;
      var zone = at("drop");
      var pictures = choose(false), folder = choose(true);
      zone.append(pictures, folder);
      at("choose-files").addEventListener("click", function () { pictures.click(); });
      at("choose-folder").addEventListener("click", function () { folder.click(); });
      zone.addEventListener("dragover", function (event) {
        event.preventDefault();
        zone.classList.add("submit-over");
      });
      zone.addEventListener("dragleave", function () { zone.classList.remove("submit-over"); });
      zone.addEventListener("drop", drop);
      at("send").addEventListener("click", submit);
      seer = new IntersectionObserver(see, { rootMargin: "2000px" });
      entries.forEach(attach);
      show_receipt();
      summarise();
      return true;
    },
    say: function (labels, licence, author, source, lon, lat, consent) {
      said = {
        labels: labels, licence: licence, author: author, source: source,
        lon: lon, lat: lat, consent: consent,
      };
      show_missing();
      return window.dash_clientside.no_update;
    },
    place: function (value) {
      var point = (value || "").split(",").map(Number);
      return value ? point : ["", ""];
    },
  };
})();
