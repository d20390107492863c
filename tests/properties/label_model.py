"""The reference: labels, edges and claims as plain sets, counted by walking."""


class Refused(Exception):
    """The rules do not allow it."""


class Model:
    def __init__(self):
        self.label_of = {}
        """Every name and alias -> label, a number."""
        self.title = {}
        self.edges = set()
        """(child, parent, kind)"""
        self.claims = {}
        """(image, label) -> {"review": bool, "disputed": bool}"""
        self.files = []
        """[file, image, label, undone]"""
        self.withdrawn = set()

    def add(self, name, parents, kind):
        label = len(self.label_of) + 1
        self.edges |= {(label, self.label_of[parent], kind) for parent in parents}
        self.label_of[name] = label
        self.title[label] = name

    def alias(self, name, alias):
        self.label_of[alias] = self.label_of[name]

    def rename(self, name, new):
        label = self.label_of[name]
        if self.title[label] == new or self.label_of.get(new, label) != label:
            raise Refused
        self.label_of[new] = label
        self.title[label] = new

    def parent_names(self, name):
        label = self.label_of[name]
        return sorted({self.title[above] for child, above, _ in self.edges if child == label})

    def move(self, name, to, source, kind):
        label, parent = self.label_of[name], self.label_of[to]
        old = {edge for edge in self.edges if edge[0] == label}
        if source is None and len({above for _, above, _ in old}) > 1:
            raise Refused
        if source is not None:
            old = {edge for edge in old if edge[1] == self.label_of[source]}
        kinds = {kind} if kind else {edge[2] for edge in old} or {"is-a"}
        new = {(label, parent, each) for each in kinds}
        edges = (self.edges - old) | new
        if new == old or has_cycle(edges):
            raise Refused
        self.edges = edges

    def merge(self, name, into):
        gone, kept = self.label_of[name], self.label_of[into]
        if gone == kept:
            raise Refused

        def now(label):
            return kept if label == gone else label

        edges = {(now(child), now(parent), kind) for child, parent, kind in self.edges}
        edges = {edge for edge in edges if edge[0] != edge[1]}
        if has_cycle(edges):
            raise Refused
        self.edges = edges
        self.label_of = {name: now(label) for name, label in self.label_of.items()}
        del self.title[gone]
        for row in self.files:
            row[2] = now(row[2])
        claims, self.claims = self.claims, {}
        for (image, label), said in claims.items():
            self.claim(image, now(label), **said)

    def claim(self, image, label, *, review=False, disputed=False):
        said = self.claims.setdefault((image, label), {"review": False, "disputed": False})
        said["review"] |= review
        said["disputed"] |= disputed

    def publish(self, image, names):
        for label in {self.label_of[name] for name in names}:
            self.files.append([None, image, label, False, False])
            self.claim(image, label)

    def repeat(self, image, name, file, is_near):
        self.files.append([file, image, self.label_of[name], False, is_near])
        self.claim(image, self.label_of[name])

    def undo(self, file):
        [row] = [row for row in self.files if row[0] == file]
        if row[3]:
            raise Refused
        row[3] = True
        _, image, label, *_ = row
        supported = any(each[1:4] == [image, label, False] for each in self.files)
        if not supported and not self.claims.get((image, label), {"review": True})["review"]:
            del self.claims[image, label]

    def review(self, image, name, is_disputed):
        self.claim(image, self.label_of[name], review=True, disputed=is_disputed)

    def withdraw(self, image):
        self.withdrawn.add(image)

    def below(self, label):
        found, waiting = set(), [label]
        while waiting:
            here = waiting.pop()
            found.add(here)
            waiting += [c for c, p, kind in self.edges if p == here and kind == "is-a"]
        return found

    def closure(self):
        return [
            (self.title[label], self.title[below])
            for label in self.title
            for below in self.below(label)
        ]

    def listed(self, evidence):
        return {self.title[label]: self.count(label, evidence) for label in self.title}

    def is_said(self, image, label):
        """Whether more than a near duplicate, which only proposes, says it of the picture."""
        return any(each[1:] == [image, label, False, False] for each in self.files)

    def count(self, label, evidence):
        below = self.below(label)
        standing = [
            (image, claimed, said)
            for (image, claimed), said in self.claims.items()
            if image not in self.withdrawn and (said["review"] or self.is_said(image, claimed))
        ]
        under = [(image, said) for image, claimed, said in standing if claimed in below]
        own = [(image, said) for image, claimed, said in standing if claimed == label]
        undisputed = {image for image, said in under if not said["disputed"]}
        verified = {image for image, said in under if said["review"]}
        return {
            "own": len({image for image, _ in own}),
            "rollup": len({image for image, _ in under}),
            "verified": len({image for image, said in own if said["review"]}),
            "trainable": len(verified if evidence == "verified" else undisputed),
            "aliases": {
                name
                for name, named in self.label_of.items()
                if named == label and name != self.title[label]
            },
            "edges": {(self.title[p], kind) for c, p, kind in self.edges if c == label},
            "children": {self.title[c] for c, p, _ in self.edges if p == label},
        }


def has_cycle(edges):
    """Take away labels without parents until nothing, or only cycles and what is below, is left."""
    left = {(child, parent) for child, parent, _ in edges}
    while left:
        children = {child for child, _ in left}
        kept = {(child, parent) for child, parent in left if parent in children}
        if kept == left:
            return True
        left = kept
    return False
