// How the labels to choose from are searched and drawn.
window.dashMantineFunctions = window.dashMantineFunctions || {};
(function (functions) {
  // By any name; those that begin with what was typed come first.
  functions.filterLabels = function (asked) {
    var wanted = asked.search.trim().toLowerCase().replace(/_/g, " ");
    var found = asked.options.filter(function (one) {
      return (one.label + "\n" + (one.other || "")).toLowerCase().indexOf(wanted) >= 0;
    });
    if (wanted) {
      found.sort(function (one, two) {
        return starts(two) - starts(one);
      });
    }
    return found.slice(0, asked.limit);

    function starts(one) {
      return one.label.toLowerCase().indexOf(wanted) === 0 ? 1 : 0;
    }
  };

  functions.showLabel = function (shown) {
    var draw = window.React.createElement;
    var other = shown.option.other ? " (" + shown.option.other + ")" : "";
    return draw(
      "div",
      { className: "label-choice" },
      draw("span", null, shown.option.label, draw("small", null, other)),
      draw("span", { className: "label-choice-count" }, shown.option.images)
    );
  };
})(window.dashMantineFunctions);
