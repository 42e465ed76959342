"""The paper's lemmas and propositions: stated in SymPy, proved where they hold, attacked against JAX autodiff."""
