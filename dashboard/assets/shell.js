// What the shell does without asking the hub, and what it says when the hub says no.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.shell = {
  show_title: function (title) {
    if (title) {
      document.title = title;
    }
    return title || "";
  },
  // Closed again whenever the address changes.
  toggle_menu: function (opened) {
    var byMenu = window.dash_clientside.callback_context.triggered_id === "shell-menu";
    var shown = Boolean(byMenu && opened);
    if (!byMenu && opened) {
      window.dash_clientside.set_props("shell-menu", { opened: false });
    }
    return { width: 220, breakpoint: "md", collapsed: { mobile: !shown } };
  },
  // Puts what a page shows into the address; going back shows it again.
  push_search: function (search) {
    var no_update = window.dash_clientside.no_update;
    if (typeof search !== "string" || search === window.location.search) {
      return no_update;
    }
    window.history.pushState(null, "", window.location.pathname + search);
    return no_update;
  },
};

(function () {
  var ask = window.fetch;

  function say(message) {
    window.dash_clientside.set_props("shell-notices", {
      sendNotifications: [
        {
          action: "show",
          title: "That did not work",
          message: message,
          color: "red",
          closeButtonProps: { "aria-label": "Close" },
        },
      ],
    });
  }

  window.fetch = function (resource, options) {
    var address = typeof resource === "string" ? resource : resource.url;
    var answered = ask.apply(this, arguments);
    if (address.indexOf("/_dash-") < 0) {
      return answered;
    }
    return answered.then(
      function (response) {
        if (response.status === 401) {
          var here = window.location.pathname + window.location.search;
          window.location.assign("/sign-in?next=" + encodeURIComponent(here));
        } else if (response.status >= 400) {
          response
            .clone()
            .json()
            .then(
              function (problem) { say(problem.detail); },
              function () { say("The hub failed to answer; try again."); }
            );
        }
        return response;
      },
      function (error) {
        say("The hub does not answer; look whether you are connected, and try again.");
        throw error;
      }
    );
  };
})();
