"""Questions that people ask, each answered in at most three steps from the first page, by links alone."""
import posixpath

import pytest
from built import pages

# The question: the addresses to go to, one after the other, and words of the answer that stands at the last one.
WAYS = {
    "Why keep the variance of activations fixed from layer to layer?": (
        ["practice/questions/", "practice/questions/#why-keep-variance-fixed"], "Because depth multiplies",
    ),
    "Is Xavier initialization outdated, and is He better for ReLU?": (
        ["practice/questions/", "practice/questions/#is-xavier-outdated"], "Xavier is not outdated",
    ),
    "Which variance do I take for a deep ReLU network?": (["variance/he/#listing-depth"], "fan_in σ² = 2.00: rms in layer 30"),
    "fan_in or fan_out?": (["variance/he/#should-i-use-fan-in-or-fan-out"], "Use fan in, unless"),
    "Is Keras' Glorot formula different from the paper's?": (
        ["variance/xavier/", "variance/xavier/#questions"],
        "It is the same number.",
    ),
    "How much variance does a truncated normal lose?": (
        ["variance/xavier/", "variance/xavier/#normal-uniform-truncated"], "What is left is 0.7737 of the variance",
    ),
    "My loss is NaN in float16. In which layer does it overflow?": (
        ["#something-went-wrong", "gradients/exploding/#the-layer-in-which-numbers-end"],
        "A signal whose root mean square starts at one typically reaches the number",
    ),
    "Why does dropout break the symmetry of hidden units, and minibatches do not?": (
        ["practice/questions/", "practice/questions/#dropout-and-minibatches"], "each unit has its own mask",
    ),
    "Why compute the cross-entropy from logits?": (
        ["#something-went-wrong", "precision/softmax/", "precision/softmax/#three-ways"], "From the logits nothing ends.",
    ),
    "What is the fan of a transposed convolution?": (["variance/fans/", "variance/fans/#every-kind-of-layer"], "transposed"),
    "How do I ask Keras for He?": (["practice/frameworks/", "practice/frameworks/#rules"], "HeNormal()"),
    "Why do my bfloat16 weights not move?": (["precision/training/#the-rule"], "leaves every weight of size"),
    "Why is a fully masked row nan?": (["precision/softmax/#masks"], "If none is open"),
    "Does the scale of the weights matter behind BatchNorm?": (["depth/normalization/", "depth/normalization/#layers"], "The scale of the weights cannot help here"),
    "Why does the condition number decide how fast gradient descent converges?": (
        [
            "gradients/conditioning/#what-it-costs-gradient-descent",
            "gradients/conditioning/#why-does-the-condition-number-of-the-hessian-decide-how-fast-gradient-descent-converges",
        ],
        "Because one fixed learning rate serves all directions.",
    ),
}


def links(site, page):
    """Where the links of a page lead, as addresses below the site."""
    for target in pages(site)[page].xpath("//a/@href"):
        path, mark, anchor = target.partition("#")
        place = posixpath.normpath(posixpath.join(page, path)).removeprefix(".") if path else page.rstrip("/")
        yield (f"{place}/" if place else "") + mark + anchor


def section(site, address):
    """What is at an address, in words: as far as the next heading, or the whole listing."""
    page, _, anchor = address.partition("#")
    [place] = pages(site)[page].xpath("//*[@id=$anchor]", anchor=anchor)
    place = place.getparent() if place.tag == "a" else place   # an old address, in the paragraph that answers
    words = [place.text_content()]
    for beside in place.itersiblings():
        if beside.tag in ("h1", "h2", "h3"):
            break
        words.append(beside.text_content())
    return " ".join(words)


@pytest.mark.parametrize("way, words", WAYS.values(), ids=WAYS)
def test_an_answer_is_three_steps_from_the_first_page(site, way, words):
    assert len(way) <= 3
    here = ""
    for step in way:
        assert step in links(site, here), f"there is no link to {step} on /{here}"
        here = step.partition("#")[0]
    assert words in section(site, way[-1])
