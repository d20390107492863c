"""A data scientist picks fruit."""

import pytest


def choose(visitor, control, text):
    box = visitor.page.get_by_role("textbox", name=control, exact=True)
    box.click()
    box.fill(text)
    visitor.page.get_by_role("option", name=text).first.click()
    box.press("Escape")


def wait_for_count(visitor, images):
    visitor.page.locator("#pick-count .stat").first.get_by_text(
        f"{images:,}", exact=True
    ).wait_for()


def test_fruit_without_banana_at_most_forty_a_label(fruit, visit):
    visitor = visit(fruit, "data_scientist")
    visitor.go("/pick")
    choose(visitor, "Labels", "Fruit")
    wait_for_count(visitor, 115)
    choose(visitor, "Without", "Banana")
    wait_for_count(visitor, 75)
    visitor.page.get_by_label("At most, of each label").fill("40")
    wait_for_count(visitor, 40)


def test_the_recipe_is_in_the_address_and_back_works(fruit, visit):
    visitor = visit(fruit, "data_scientist")
    visitor.go("/pick")
    choose(visitor, "Labels", "Fruit")
    wait_for_count(visitor, 115)
    assert visitor.page.url.endswith("/pick?labels=Fruit&with_descendants=1")
    choose(visitor, "Without", "Banana")
    wait_for_count(visitor, 75)

    visitor.page.go_back()
    wait_for_count(visitor, 115)
    visitor.page.go_forward()
    wait_for_count(visitor, 75)
    visitor.page.go_back()
    wait_for_count(visitor, 115)
    visitor.page.go_back()
    visitor.page.get_by_text("Choose a label").wait_for()

    other = visit(fruit, "premium")
    other.go("/pick?labels=Fruit&none_of=Banana&with_descendants=1&max_per_label=7&balance=1")
    wait_for_count(other, 7)
    assert other.page.get_by_label("Balance").is_checked()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("labels=Frut", "There is no label 'Frut'; did you mean"),
        ("labels=Dog", "No published picture answers"),
        ("labels=Fruit&taken_from=2026-02-02&taken_until=2026-01-01", "is after"),
        ("labels=Fruit&seed=x", "which is no number"),
    ],
)
def test_what_cannot_be_picked_says_why(fruit, visit, query, said):
    visitor = visit(fruit, "data_scientist")
    visitor.go(f"/pick?{query}")
    visitor.page.get_by_text(said).wait_for()


def test_licences_that_do_not_go_together_are_explained(fruit, visit):
    visitor = visit(fruit, "data_scientist")
    visitor.go("/pick?labels=Orange")
    visitor.page.get_by_text("For all of them, commercial use is allowed.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_can_be_used_by_all(fruit, visit, scheme, width):
    visitor = visit(fruit, "data_scientist", scheme=scheme, width=width)
    visitor.go("/pick?labels=Fruit,Apple,Orange&with_descendants=1&min_side_px=100")
    wait_for_count(visitor, 115)
    visitor.page.get_by_text("How they fall out").wait_for()
    visitor.page.get_by_role("tab", name="Python").wait_for()
    visitor.page.wait_for_load_state("networkidle")
    visitor.shoot(f"pick-{scheme}-{width}")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.audit() == []
