"""The words of reports: reasons, relations, outcomes and measures as a person would say them."""

from hub.rules.reasons import Reason

FOUND: dict[str, str] = {
    Reason.EMPTY_FILE: "The file has no bytes.",
    Reason.TOO_LARGE: "The file has more bytes than HUB_MAX_FILE_BYTES.",
    Reason.NOT_AN_IMAGE: "The first bytes are those of no picture format.",
    Reason.UNSUPPORTED_FORMAT: "A picture, but neither JPEG, PNG nor WebP.",
    Reason.ANIMATED: "A WebP with several frames.",
    Reason.TRUNCATED: "The file ends before the picture does.",
    Reason.CORRUPT: "The structure or the picture data are broken, a checksum fails, or a PNG holds"
    " more data than its rows.",
    Reason.TOO_MANY_PIXELS: "Width times height exceeds HUB_MAX_PIXELS, or decoding it would take"
    " more than HUB_DECODE_MEMORY_BYTES.",
    Reason.TOO_MANY_SCANS: "A progressive JPEG that would have to be decoded more often than any"
    " encoder asks for.",
    Reason.TOO_SMALL: "A side is shorter than HUB_MIN_SIDE_PX.",
    Reason.TOO_DARK: "Hardly a pixel is bright.",
    Reason.TOO_LIGHT: "Hardly a pixel is not white.",
    Reason.TOO_BLURRY: "Nothing has edges, even at 64 pixels.",
    Reason.LOW_INFORMATION: "Hardly more than one colour.",
    Reason.ODD_ASPECT_RATIO: "One side is less than 0.35 of the other.",
    Reason.GREYSCALE: "It has no colours.",
    Reason.TOO_SLOW: "The checks took more than HUB_DECODE_SECONDS of processor time, or hung for a"
    " minute.",
    Reason.TOO_MUCH_MEMORY: "The checks asked for more than HUB_DECODE_MEMORY_BYTES beyond what the"
    " header lets expect.",
    Reason.DECODER_CRASHED: "Decoding it ended the process that does nothing else, twice.",
}
"""What was found, by reason: the words of docs/reasons.md without its numbers (a test compares)."""

RELATIONS = {
    "bytes": ("Same bytes", "The very same file was received before."),
    "pixels": ("Same pixels", "Equal pixel by pixel; only the file around the pixels differs."),
    "near": (
        "Near duplicates",
        "The same picture, changed a little: resized, saved anew, brightened, cut at the edge.",
    ),
    "mirrored": ("Mirrored", "One is the other, left and right exchanged."),
    "turned": ("Turned", "One is the other, turned by 90, 180 or 270 degrees."),
    "cropped": ("Cropped", "One is a part of the other."),
    "alike": ("Alike", "They look much the same, and are not the same picture."),
    "burst": (
        "Burst",
        "Taken by one supplier of one thing, one right after the other.",
    ),
}
"""What each relation is called, and what it means."""

UNDONE = {
    "pixels": "Equal pixel by pixel; a person said that they are two pictures.",
    "near": "Found to be one picture by the rule; a person said that they are two.",
}
"""What those relations mean between pictures that are both published."""

ISSUES = {
    "dark": "Very dark",
    "light": "Very light",
    "blurry": "Blurred",
    "low_information": "Shows little",
    "odd_aspect_ratio": "Very long or very wide",
    "odd_size": "Odd size",
    "greyscale": "Without colour",
}
