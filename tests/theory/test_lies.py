"""Deliberate lies, told in a copy of the project, must be caught by the command line: exit status 1 and the claim named."""

import pytest

from tests.theory.source_lies import assert_caught, copied, told, verify

# claim, file, what stands there, the lie
LIES = {
    "a flipped sign in Eq. 4.1": (
        "eq-4.1",
        "theory/deep_linear/eq_4_1_to_4_4.py",
        "update_W = sigma(-t * f) * (t * v - rho / J * z) * x.T",
        "update_W = sigma(-t * f) * (t * v + rho / J * z) * x.T",
    ),
    "sigma(u) for sigma(-u) in Eq. 2.3": (
        "eq-2.3",
        "theory/setting/eq_2_3.py",
        "formula=t * sigma(-t * f) * df",
        "formula=t * sigma(t * f) * df",
    ),
    "C >= 0 for C > 0 in Lemma 3.1": ("lemma-3.1", "theory/linear/lemma_3_1.py", "C: Reals(1e-6, 40)", "C: Reals(0, 40)"),
    "a wrong factor in J": (
        "eq-4.1",
        "theory/deep_linear/network.py",
        "J: sp.sqrt(norm(z) ** 2 + norm(x) ** 2 * norm(v) ** 2)",
        "J: sp.sqrt(norm(z) ** 2 + 2 * norm(x) ** 2 * norm(v) ** 2)",
    ),
    "a missing factor in Eq. 3.5": (
        "lemma-3.1",
        "theory/linear/lemma_3_1.py",
        "slope = sp.exp(z) * (1 - sp.exp(-C)) / (1 + sp.exp(z - C)) ** 2",
        "slope = sp.exp(z) / (1 + sp.exp(z - C)) ** 2",
    ),
    "a missing 1 - 2 Delta in Eq. B.8": ("eq-b.8", "theory/toy/eq_b_8.py", "first_entry = 1 - 2 * Delta", "first_entry = 1 + 0 * Delta"),
    "a missing B in Eq. B.8": (
        "eq-b.8",
        "theory/toy/eq_b_8.py",
        "formula=first_entry * B, atoms=SHARE, defined_by=mean_first",
        "formula=first_entry, atoms=SHARE, defined_by=mean_first",
    ),
    "a missing 1 - 2 Delta in the shift of naive SAM": (
        "nsam-proportional",
        "theory/naive_sam/nsam_proportional.py",
        "eps_i * (1 - 2 * Delta) * B**2 / 2",
        "eps_i * B**2 / 2",
    ),
    "a corrected statement that is false": (
        "eq-4.3",
        "theory/deep_linear/eq_4_1_to_4_4.py",
        'Identity(part="left-side", formula=update_v, where=WHERE, defined_by=second_layer(j_sam), given=ASSUMED, theorem=by_definition),',
        'Identity(part="left-side", formula=update_v, where=WHERE, defined_by=second_layer(one_sam)),',
    ),
    "a statement that the ledger does not have": (
        "eq-2.3",
        "theory/setting/eq_2_3.py",
        'part="confidence"',
        'part="trust"',
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return copied(tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="module")
def ended(copy, tmp_path_factory):
    """How the command line ended for each lie."""
    return told(copy, LIES, tmp_path_factory.mktemp("out"))


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_caught(ended, name):
    assert_caught(LIES[name][0], ended[name])


def test_the_honest_copy_passes(copy, tmp_path):
    done = verify(copy, ["eq-4.1"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
