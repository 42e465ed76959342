"""Coq checks every formal proof; each formal statement, changed into a false one, loses its proof. Both need all sources compiled."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from theory.formal import coq, theorems

pytestmark = pytest.mark.skipif(coq.find() is None, reason="coqc is not installed, so that no proof can be checked here")

# the file, its true words, which stand there once, and false words in their place
LIES = {
    "Lemma 3.1 for C >= 0": ("lemma_3_1", "0 < C -> z1 < z2 -> ratio C z1 < ratio C z2", "0 <= C -> z1 < z2 -> ratio C z1 < ratio C z2"),
    "Eq. 3.5 with its sign flipped": ("lemma_3_1", "z (exp z * (1 - exp (- C))", "z (exp z * (1 + exp (- C))"),
    "the weight below e^(C/2)": ("lemma_3_1", "1 < ratio C z < exp C", "1 < ratio C z < exp (C / 2)"),
    "the sharp bound up to sqrt(7)": ("sharp_bound", "C <= sqrt 6 -> cross_entropy K t f <=", "C <= sqrt 7 -> cross_entropy K t f <="),
    "the bound with sqrt(2) is strict for two classes": (
        "sharp_bound",
        "(t < K)%nat -> (3 <= K)%nat -> norm K f <= C -> 0 < C ->",
        "(t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> 0 < C ->",
    ),
    "the bound with sqrt(2) is strict at C = 0": (
        "sharp_bound",
        "(3 <= K)%nat -> norm K f <= C -> 0 < C ->",
        "(3 <= K)%nat -> norm K f <= C -> 0 <= C ->",
    ),
    "three classes attain the bound with sqrt(2)": ("sharp_bound", "<-> K = 2%nat", "<-> K = 3%nat"),
    "symmetric logits with all signs positive": (
        "sharp_bound_extremes",
        "then - (C * sqrt (wrong_classes K / INR K)) else",
        "then C * sqrt (wrong_classes K / INR K) else",
    ),
    "the sharp bound fails at sqrt(K(K-1))": ("sharp_bound_extremes", "(forall h, 0 < h -> exists f", "(forall h, 0 <= h -> exists f"),
    "some norm of the failure is sqrt(K(K-1))": ("sharp_bound_extremes", "edge K < C <->", "edge K <= C <->"),
    "the sharp bound serves every K up to sqrt(7)": ("sharp_bound_extremes", "<-> radius <= sqrt 6.", "<-> radius <= sqrt 7."),
    "J without the input": ("two_layers", "norm d x ^ 2 * norm h (last w) ^ 2)", "norm h (last w) ^ 2)"),
    "Eq. 4.1 with + rho": ("eq_4_1_to_4_4", "(t * last w i - rho /", "(t * last w i + rho /"),
    "Eq. 4.2 with J^2": (
        "eq_4_1_to_4_4",
        "/ jacobian_norm h d w x * (hidden d w x i * x j)",
        "/ jacobian_norm h d w x ^ 2 * (hidden d w x i * x j)",
    ),
    "Eq. 4.3 with |x|": ("eq_4_1_to_4_4", "(t * hidden d w x i - rho * norm d x ^ 2 /", "(t * hidden d w x i - rho * norm d x /"),
    "one coefficient for two examples": ("prop_4_1", "<> first (sgd h d w x2", "= first (sgd h d w x2"),
    "Proposition 4.1 without J": ("prop_4_1", "(- (t * output h d w x)) / jacobian_norm h d w x.", "(- (t * output h d w x))."),
    "a coefficient that does not grow": ("prop_4_1", "        bound < rho *", "        bound < 0 * rho *"),
    "J-SAM raises J": ("jsam_exact", "= - first L i j - rho * scale", "= - first L i j + rho * scale"),
    "1-SAM's margin without its square": ("jsam_exact", "t * output h d w x * (1 + rho ^ 2 *", "t * output h d w x * (1 + rho *"),
    "1-SAM and J-SAM of one speed": ("jsam_exact", "let speed := sigma (- moved_margin rho h d w x t)", "let speed := sigma 0"),
    "f of degree 1": ("dead_zone", "along h d w (jacobian d w x) = 2 * output", "along h d w (jacobian d w x) = output"),
    "|f| at most J^2/(3 |x|)": (
        "dead_zone",
        "(forall w, Rabs (output h d w x) <= jacobian_norm h d w x ^ 2 / (2 *",
        "(forall w, Rabs (output h d w x) <= jacobian_norm h d w x ^ 2 / (3 *",
    ),
    "a dead zone of twice the radius": ("dead_zone", "length h d (w s) < rho ->\n  along", "length h d (w s) < 2 * rho ->\n  along"),
    "|w| grows in the dead zone": ("dead_zone", "(fun r => length h d (w r)) s l /\\ l < 0", "(fun r => length h d (w r)) s l /\\ 0 < l"),
    "q moves as p": ("no_cap", "(- sigma (- (t * output", "(sigma (- (t * output"),
    "p grows within rho": ("no_cap", "rho < norm h (half 1 d (w s) x t) ->", "0 < norm h (half 1 d (w s) x t) ->"),
    "the rate without rho": ("no_cap", "/\\ norm d x ^ 2 * size * (size - rho) <= l", "/\\ norm d x ^ 2 * size * size <= l"),
    "N without the input": ("classes", "sqrt (norm h (back K (upper w) g) ^ 2 * norm d x ^ 2 +", "sqrt (norm h (back K (upper w) g) ^ 2 +"),
    "J-SAM of K classes ascends": (
        "jsam_multiclass",
        "lower (class_j_sam rho K h d t w x) i j = - lower G i j",
        "lower (class_j_sam rho K h d t w x) i j = lower G i j",
    ),
    "a penalty on |g|": ("jsam_multiclass", "rho * norm K g ^ 2 / N * (activation", "rho * norm K g / N * (activation"),
    "K classes in half the zone": ("jsam_multiclass", "<= N * (extent K h d w - rho)", "<= N * (extent K h d w / 2 - rho)"),
    "a step with both kinds at the clean rate": (
        "early_stopping_reduction",
        "b + eta * noisy_rate D rho a b))\n  /\\",
        "b + eta * clean_rate D rho a b))\n  /\\",
    ),
    "a flow of twice the rate": (
        "early_stopping_reduction",
        "derivable_pt_lim a s (clean_rate D rho (a s) (b s)) /\\",
        "derivable_pt_lim a s (2 * clean_rate D rho (a s) (b s)) /\\",
    ),
    "clean points first at any step size": (
        "early_stopping_slope",
        "(forall eta, (forall j, 0 < eta j <= largest_step D)",
        "(forall eta, (forall j, 0 < eta j)",
    ),
    "a slope below 1": ("early_stopping_slope", "clean_margin D a b -> 1 < slope", "clean_margin D a b -> 1 > slope"),
    "a slope that grows in rho": (
        "early_stopping_slope",
        "rho < rho' -> slope D rho' a b < slope",
        "rho < rho' -> slope D rho' a b > slope",
    ),
    "the accuracy with N in place of its root": (
        "early_stopping_accuracy",
        "Phi (signal D ^ 2 / (s * sqrt (noise_size D)) * quotient",
        "Phi (signal D ^ 2 / (s * noise_size D) * quotient",
    ),
    "a ceiling without b >= a": ("early_stopping_accuracy", "0 < s -> 0 < a -> a <= b ->", "0 < s -> 0 < a ->"),
    "comparison without growth at a tie": ("comparison", "F s <= 0 -> 0 < F' s", "F s < 0 -> 0 < F' s"),
    "a level that a falling function keeps": ("comparison", "F s < k -> 0 < F' s", "F s < k -> F' s < 0"),
    "every path is a flow": ("early_stopping_flow", "exists w : R -> vector, is_flow D rho w.", "forall w : R -> vector, is_flow D rho w."),
    "equal radii, different accuracies": ("early_stopping_progress", "0 < s -> rho < rho' ->", "0 < s -> rho <= rho' ->"),
    "equal progress with a majority of wrong labels": (
        "early_stopping_progress",
        "(noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s ->",
        "(0 < clean D)%nat -> (0 < noisy D)%nat -> 0 < s ->",
    ),
    "a gain before the first progress": ("early_stopping_progress", "0 <= r' -> 0 < a ->", "0 <= r' -> 0 <= a ->"),
    "a peak from the origin": (
        "early_stopping_peak",
        "0 < norm (dimension D) (start D) ->\n  (forall rho, exists w",
        "0 <= norm (dimension D) (start D) ->\n  (forall rho, exists w",
    ),
    "equal radii, different peaks": (
        "early_stopping_peak",
        "(forall rho rho' w w', rho < rho' ->",
        "(forall rho rho' w w', rho <= rho' ->",
    ),
    "equal radii, different best accuracies of small steps": (
        "early_stopping_small_steps",
        "-> rho < rho' -> 0 < t ->\n  exists eta_0, 0 < eta_0 /\\ forall Phi",
        "-> rho <= rho' -> 0 < t ->\n  exists eta_0, 0 < eta_0 /\\ forall Phi",
    ),
    "a gain of small steps in no time": (
        "early_stopping_small_steps",
        "rho < rho' -> 0 < t ->\n  exists eta_0, 0 < eta_0 /\\ forall Phi",
        "rho < rho' -> 0 <= t ->\n  exists eta_0, 0 < eta_0 /\\ forall Phi",
    ),
    "a gain by steps of any size": ("early_stopping_small_steps", "0 < s -> 0 < eta <= eta_0 ->", "0 < s -> 0 < eta ->"),
    "a gain of small steps from the origin": (
        "early_stopping_small_steps",
        "-> 0 < norm (dimension D) (start D) -> rho",
        "-> 0 <= norm (dimension D) (start D) -> rho",
    ),
    "short steps of any size": (
        "early_stopping_every_start",
        "0 < eta <= short_step D -> 0 <= rho ->",
        "0 < eta -> 0 <= rho ->",
    ),
    "equal radii, different best steps": ("early_stopping_all_steps", "rho < rho' ->\n", "rho <= rho' ->\n"),
    "a best step that is better from the origin": (
        "early_stopping_all_steps",
        "0 < norm (dimension D) (start D) -> rho < rho' ->\n",
        "0 <= norm (dimension D) (start D) -> rho < rho' ->\n",
    ),
    "a best step that is better, at steps of any size": (
        "early_stopping_all_steps",
        "forall eta, 0 < eta <= eta_0 ->\n    exists j j'",
        "forall eta, 0 < eta ->\n    exists j j'",
    ),
    "a best accuracy over no step": ("no_gain_from_origin", "(1 <= J)%nat ->\n       exists best", "(0 <= J)%nat ->\n       exists best"),
    "no gain by steps of any size": (
        "no_gain_from_origin",
        "0 < s -> (forall i, 0 < eta i <= largest_step D) -> (1 <= J)%nat ->\n       exists",
        "0 < s -> (forall i, 0 < eta i) -> (1 <= J)%nat ->\n       exists",
    ),
    "a gain over gradient descent from the origin": (
        "follows_by_induction",
        "(0 < norm (dimension D) (start D) ->\n     (exists w",
        "(0 <= norm (dimension D) (start D) ->\n     (exists w",
    ),
    "a gain of gradient descent over itself": ("follows_by_induction", "0 < s -> 0 < rho ->", "0 < s -> 0 <= rho ->"),
    "a gain without mislabelled points": (
        "follows_by_induction",
        "(0 < noisy D)%nat -> 0 < s -> 0 < rho ->",
        "(0 <= noisy D)%nat -> 0 < s -> 0 < rho ->",
    ),
    "a ceiling for weights away from the origin": (
        "follows_by_induction",
        "(norm (dimension D) (start D) = 0 -> forall eta",
        "(0 <= norm (dimension D) (start D) -> forall eta",
    ),
    "equal radii, different rays": ("rays_met", "starts_ahead D -> C < C' -> is_run", "starts_ahead D -> C <= C' -> is_run"),
    "a smaller radius further out": (
        "rays_met",
        "exists r, 0 < r /\\ x s < x' r /\\ y' r",
        "exists r, 0 < r /\\ x' r < x s /\\ y' r",
    ),
    "a lead that margins need not start with": (
        "two_numbers",
        "square G m k -> 0 < n -> 0 < head_start G -> C < C'",
        "square G m k -> 0 < n -> 0 <= head_start G -> C < C'",
    ),
    "one sum for both groups": (
        "two_groups",
        "margin_n G a b) * sum_noisy D i) / INR (points D).\nProof. intros good. rewrite (direction_reached",
        "margin_n G a b) * sum_clean D i) / INR (points D).\nProof. intros good. rewrite (direction_reached",
    ),
    "a slope that falls where neither group leads": ("two_groups", ": v < u -> C < C' ->", ": v <= u -> C < C' ->"),
    "an accuracy that rises along a ray without w0": (
        "two_groups",
        "0 <= q -> 0 < T -> 0 < k -> k < k' ->",
        "0 <= q -> 0 <= T -> 0 < k -> k < k' ->",
    ),
    "a best accuracy that rises from the origin": (
        "two_groups",
        "0 < norm (dimension D) (start D) -> 0 < s ->\n  (forall rho",
        "0 <= norm (dimension D) (start D) -> 0 < s ->\n  (forall rho",
    ),
    "a gain where margins start alike": (
        "two_groups",
        "/\\ (head_start G <> 0 -> forall r",
        "/\\ (head_start G = head_start G -> forall r",
    ),
    "a gain at the start": (
        "two_groups",
        "0 <= r -> accuracy_of Phi D B s (w 0) < accuracy_of",
        "0 <= r -> accuracy_of Phi D B s (w 0) <= accuracy_of",
    ),
    "a higher best accuracy without more radius": (
        "two_groups",
        "(forall rho rho' w w', rho < rho' ->",
        "(forall rho rho' w w', rho' < rho ->",
    ),
    "the first step of naive SAM at the ceiling": (
        "nsam_first_step",
        "(forall rho, 0 < rho -> ceiling",
        "(forall rho, 0 <= rho -> ceiling",
    ),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[coq.Checked]]:
    """A folder in which every source is compiled, so that a changed one can use those before it, and what Coq said of each."""
    folder = tmp_path_factory.mktemp("coq")
    return folder, [coq.check_one(str(coq.find()), coq.read(coq.SOURCES / f"{name}.v"), folder) for name in theorems.FILES]


def test_coq_checks_every_proof_from_the_axioms_of_its_reals_alone(checked: tuple[Path, list[coq.Checked]]):
    assert [item.source.name for item in checked[1]] == list(theorems.FILES)
    assert all(set(item.axioms) <= coq.REALS for item in checked[1])


@pytest.mark.parametrize("lie", LIES)
def test_a_statement_changed_into_a_false_one_breaks_its_proof(checked: tuple[Path, list[coq.Checked]], lie: str):
    name, true, false = LIES[lie]
    text = (coq.SOURCES / f"{name}.v").read_text(encoding="utf-8")
    assert text.count(true) == 1, textwrap.shorten(true, 80)
    with pytest.raises(coq.ProofError, match=f"{name}.v, line .* Coq refuses the proof"):
        coq.check_one(str(coq.find()), coq.Source(name, text.replace(true, false), {"any": ""}), checked[0])
