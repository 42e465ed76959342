"""What is no method is refused when a direction is asked for, before any step runs."""

import re

import pytest

from empirical.methods import cross_entropy, direction, m_sam


def affine(params, example):
    return example @ params


@pytest.mark.parametrize(("method", "came"), [("1-SAM", "'1-SAM'"), (m_sam, "<function m_sam at 0x"), (None, "None")])
def test_what_is_no_method_is_refused_with_the_methods_that_there_are(method, came):
    methods = "a method must be one of SGD, ONE_SAM, L_SAM, J_SAM, N_SAM or m_sam(SHARD), got "
    with pytest.raises(TypeError, match=re.escape(f"{methods}{came}")):
        direction(affine, cross_entropy, method)
