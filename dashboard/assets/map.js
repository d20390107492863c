// Draws the map larger in its frame, around what was in the middle.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.map = {
  zoom: function (value) {
    var frame = document.getElementById("map-frame");
    var world = frame && frame.firstElementChild;
    if (!world) {
      return window.dash_clientside.no_update;
    }
    var middleX = (frame.scrollLeft + frame.clientWidth / 2) / world.offsetWidth;
    var middleY = (frame.scrollTop + frame.clientHeight / 2) / world.offsetHeight;
    world.style.width = Number(value) * 100 + "%";
    frame.scrollLeft = middleX * world.offsetWidth - frame.clientWidth / 2;
    frame.scrollTop = middleY * world.offsetHeight - frame.clientHeight / 2;
    return value;
  },
};
