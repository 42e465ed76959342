"""The kernel: the only code that makes a theorem. This is the page for sceptics: what has to be trusted, in order.

What `proved` says of a *bound* statement: a theorem of this kernel has, letter by letter, the proposition that `theory.goal` makes from
the statement and its stated assumptions. Proofs, tactics and families may be as clever and as wrong as they like. To believe it, read

1. `terms.py`      the language. Variables are real numbers, sizes, labels in {-1, 1} and matrices of symbolic size; no other flag of
                   SymPy survives. `Solution` says that a solution of a differential equation leads from 0 to a point. Beside it,
                   `named_words.py`: a product of matrices of any size has one name as a number; and `normal_form.py`: products,
                   sums and gradients have one form.
2. `rules.py`      the rules. Each takes theorems and returns one. A relation says, too, that both its sides are defined: divisors,
                   logarithms and roots are owed, and for a derivative differentiability. A theorem holds no state, so it can
                   be neither changed nor copied, and only functions of this file make one. Two rules, at the end, speak of
                   solutions: `along`, by which two of them are compared, and `passed`.
3. `deciders.py`   what rules ask of SymPy (is this number zero? is it positive?, with the hypotheses as its only flags) and of z3 (does
                   this follow for all real numbers?, where every e^u, root and word is a letter with the facts that stand there).
4. SymPy's expand, powsimp, factor, simplify, diff and assumptions, and z3's arithmetic. `balls.py` looks again at all that they
                   accept, with intervals at random points that satisfy the hypotheses, also far out and at edges; `enclosures.py` follows
                   the solutions that hypotheses speak of. It can only refuse.
5. `theory/goal.py` the proposition of each kind of statement, and `theory/meaning.py`, what a program means. Every meaning is compared
                   with the JAX program at all points kept by the attack, in 50 digits where float64 doubts.
6. `theory/symbols.py` the functions sigma and Phi, and the inner product.
7. Python: code that reaches into this module's memory (`gc`, closures, replaced functions of SymPy) can do anything. A test finds no
                   file of the project that tries.

A rule that cites a theorem of others marks all that uses it; the evidence says "resting on". Not trusted: `tactics.py`, which only
calls rules, and `sentence.py`, which only writes a proposition in words; the proposition itself stands in the evidence, too.
What is not there: matrices whose columns differ, and variables that stand for functions. So a statement about every loss speaks of its
gradients at the weights in question (`theory/setting/batch_of_one.py`). Of a differential equation there is one number y with y(0) = 0;
that its solution exists up to a point is a hypothesis, never a conclusion.
"""
