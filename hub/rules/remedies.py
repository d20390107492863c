"""What a supplier can do about a file that was rejected, by reason."""

from hub.rules.reasons import Reason

REMEDIES: dict[str, str] = {
    Reason.EMPTY_FILE: "send it again",
    Reason.TOO_LARGE: "save it smaller",
    Reason.NOT_AN_IMAGE: "send a photograph",
    Reason.UNSUPPORTED_FORMAT: "save it as JPEG, PNG or WebP",
    Reason.ANIMATED: "send one still frame",
    Reason.TRUNCATED: "send it again, whole",
    Reason.CORRUPT: "save it anew from the original",
    Reason.TOO_MANY_PIXELS: "save it with fewer pixels",
    Reason.TOO_MANY_SCANS: "save it as a JPEG of the ordinary kind",
    Reason.TOO_SMALL: "send it in a larger size",
    Reason.TOO_DARK: "send it taken in more light",
    Reason.TOO_LIGHT: "send it taken in less light",
    Reason.TOO_BLURRY: "send a sharp one",
    Reason.LOW_INFORMATION: "send one that shows something",
    Reason.ODD_ASPECT_RATIO: "cut it to an ordinary shape",
    Reason.GREYSCALE: "send it in colour",
    Reason.TOO_SLOW: "save it anew, as a plain JPEG",
    Reason.TOO_MUCH_MEMORY: "save it with fewer pixels",
    Reason.DECODER_CRASHED: "save it anew from the original",
}
