"""`make shots`: draws the pictures of pages in docs/screens, on a hub of drawn pictures."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

from PIL import Image

from cluster import local
from cluster.postgres import database_url
from dashboard.pages import PAGES
from hub.config import Settings
from hub.db import connect
from hub.rules.recipes import make_recipe
from hub.services import models, subsets
from tests.fixtures.browsers import open_chromium, open_window
from tests.fixtures.sites import hub_command

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 390)}
SHOWN_PX = 960
MOST_PX = 2400
"""Pages may be longer than anybody reads in a document."""
CLASSES = 4
TRAINING = (
    *("--arch", "smaller_vgg", "--side", "64", "--batch", "8", "--epochs", "12"),
    *("--minimum", "10"),
)


def main():
    # Under /tmp: the account that root's server runs under cannot reach every folder.
    with tempfile.TemporaryDirectory(prefix="hub-shots-") as folder:
        os.chmod(folder, 0o711)
        home = Path(folder) / "hub"
        os.environ["HUB_HOME"] = str(home)
        settings = Settings.from_env(os.environ)
        fill(home)
        named = Settings.from_env({**os.environ, "HUB_DATABASE_URL": database_url(home)})
        site = SimpleNamespace(url=local.up_site(settings), settings=named)
        try:
            shoot_all(site, addresses(named))
        finally:
            local.down_site(settings)
            local.down(settings)


def fill(home):
    for words in (
        ("init",),
        (
            "simulate",
            "--images",
            "400",
            "--labels",
            "12",
            "--seed",
            "1",
            "--out",
            str(home / "drawn"),
        ),
        ("job", "run"),
        ("verify",),
    ):
        subprocess.run(hub_command(*words), check=True, stdout=subprocess.DEVNULL)
    train()


def train():
    """Train a small net for a minute, so that pages have something to tell of."""
    told = subprocess.run(
        hub_command("label", "list", "--json"), check=True, stdout=subprocess.PIPE
    )
    labels = sorted(json.loads(told.stdout), key=lambda label: (-label["own"], label["name"]))
    asked = [word for label in labels[:CLASSES] for word in ("--label", label["name"])]
    subprocess.run(hub_command("train", "request", *asked, *TRAINING), check=True)
    subprocess.run(hub_command("train", "run"), check=True)


def addresses(settings):
    """Return what stands for the variables of addresses."""
    with connect(settings.database_url) as db:
        recipe = make_recipe({"labels": ["Fruit"], "with_descendants": True})
        made = subsets.create(db, "fruit", recipe=recipe, settings=settings, by="ops")
        with db.cursor() as cursor:
            cursor.execute(
                "SELECT image_id, label_key, (SELECT min(submission_id) FROM submission)"
                " FROM image JOIN image_relation USING (image_id) ORDER BY image_no LIMIT 1"
            )
            image_id, key, submission_id = cursor.fetchone()
        [model] = models.list_models(db)
    return {
        "/labels/<key>": f"/labels/{key}",
        "/submissions/<key>": f"/submissions/{submission_id}",
        "<image_id>": image_id,
        "<root>": made.lock.root,
        "<topic>": "picking",
        "<training_id>": model.training_id,
        "<model_id>": model.model_id,
        "/pick": "/pick?labels=Fruit&with_descendants=1&max_per_label=40",
    }


def shoot_all(site, known):
    SCREENS.mkdir(exist_ok=True)
    with open_chromium() as browser:
        for page in PAGES:
            path = page.path
            for name, value in known.items():
                path = path.replace(name, str(value))
            if page.name != "tour":
                for look in LOOKS:
                    shoot(browser, site, path, name=f"{page.name}-{look}", look=look)


def shoot(browser, site, path, *, name, look):
    scheme, width = LOOKS[look]
    visitor = open_window(browser, site, "ops", scheme=scheme, width=width)
    visitor.go(path)
    visitor.page.wait_for_timeout(500)
    visitor.page.wait_for_load_state("networkidle")
    raw = SCREENS / f"{name}.png"
    visitor.page.screenshot(path=raw, full_page=True)
    with Image.open(raw) as drawn:
        drawn = drawn.crop((0, 0, drawn.width, min(drawn.height, MOST_PX)))
        drawn.thumbnail((SHOWN_PX, MOST_PX))
        drawn.convert("RGB").save(SCREENS / f"{name}.webp", quality=60, method=6)
    raw.unlink()
    visitor.page.context.close()


if __name__ == "__main__":
    main()
