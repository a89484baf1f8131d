"""Writes tests/golden/statistics.json: what scipy, statsmodels and scikit-learn say of the cases in it.

Of the versions named there it takes numpy, scikit-learn, scipy and statsmodels.

    python -m venv venv && venv/bin/pip install -r tests/reference/requirements.txt
    venv/bin/python tests/reference/golden_statistics.py

Running it again updates the file. (It is not called statistics.py, which would hide Python's own module of that name
from every script of this folder.)
"""

from __future__ import annotations

import json
import math
import platform
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

GOLDEN = Path(__file__).parent.parent / "golden" / "statistics.json"


def distributions() -> dict:
    levels = (0.001, 0.025, 0.05, 0.3, 0.5, 0.8, 0.95, 0.975, 0.9975, 0.9999)
    freedoms = (1, 2, 4.5, 9, 29, 99, 1000)
    counts = ((0, 5, 0.3), (7, 10, 0.5), (55, 60, 0.8), (3, 900, 0.001))
    shapes = ((1, 1), (59, 1), (1, 40), (196, 5), (3.5, 0.4), (0.6, 7.5))
    return {
        "normal": [[p, stats.norm.ppf(p)] for p in levels],
        "t": [[p, v, stats.t.ppf(p, v)] for p in levels for v in freedoms],
        "beta": [[p, a, b, stats.beta.ppf(p, a, b)] for p in levels for a, b in shapes],
        "binomial_tail": [[k, n, p, stats.binom.sf(k - 1, n, p)] for k, n, p in counts],
    }


def proportions() -> dict:
    cases = ((0, 20), (1, 29), (15, 148), (81, 263), (196, 200), (60, 60))
    wilson = [[k, n, c, *proportion_confint(k, n, 1 - c, "wilson")] for k, n in cases for c in (0.9, 0.95, 0.995)]
    # The lower end of the two-sided exact interval at twice the error is the one-sided bound.
    lower = [[k, n, c, proportion_confint(k, n, 2 * (1 - c), "beta")[0]] for k, n in cases for c in (0.9, 0.95)]
    return {"wilson": wilson, "lower": lower, "clustered": [clustered(n) for n in (2, 10, 30)]}


def clustered(n: int) -> dict:
    """Wilson's interval at the effective sample size, solved as a quadratic instead of by its formula."""
    trials = 36
    shares = np.random.default_rng(n).binomial(trials, stats.beta(7.5, 0.6).rvs(n, random_state=n)) / trials
    h, error = shares.mean(), stats.sem(shares)
    size = np.clip(h * (1 - h) / error**2, n, n * trials)
    z = stats.t.ppf(0.975, n - 1)
    low, high = sorted(np.roots([size + z * z, -(2 * size * h + z * z), size * h * h]).real)
    return {"shares": shares.tolist(), "trials": trials, "effective_n": size, "low": low, "high": high}


def coverage() -> list:
    """How often nominal 95 % intervals of beta-binomial pictures hold the mean, over 40,000 repeats.

    For each mean h, intraclass correlation and number of pictures: Wilson's interval as if all trials were independent,
    Student's of the pictures' mean, and Wilson's at the effective sample size.
    """
    cases = ((0.93, 0.11, 10), (0.93, 0.11, 30), (0.93, 0.18, 20), (0.98, 0.11, 20), (0.93, 0.11, 100))
    return [[*case, *cover(np.random.default_rng(9), *case)] for case in cases]


def cover(random: np.random.Generator, mean: float, correlation: float, n: int, trials: int = 36) -> list:
    total = 1 / correlation - 1
    chances = random.beta(mean * total, (1 - mean) * total, (40_000, n))
    shares = random.binomial(trials, chances) / trials
    h, square = shares.mean(axis=1), shares.var(axis=1, ddof=1) / n
    size = np.where(square > 0, np.clip(h * (1 - h) / np.maximum(square, 1e-300), n, n * trials), n)
    t = stats.t.ppf(0.975, n - 1)

    # A share lies in Wilson's interval where the score test at that share does not reject.
    def score(size: np.ndarray | int, z: float) -> float:
        return np.mean(np.abs(h - mean) <= z * np.sqrt(mean * (1 - mean) / size))

    return [score(n * trials, stats.norm.ppf(0.975)), np.mean(np.abs(h - mean) <= t * np.sqrt(square)), score(size, t)]


def signs() -> list:
    def p(wins: int, losses: int, alternative: str) -> float:
        return stats.binomtest(wins, wins + losses, 0.5, alternative=alternative).pvalue

    cases = ((9, 1), (5, 5), (3, 12), (30, 14), (260, 190))
    return [[w, l, p(w, l, "greater"), p(w, l, "two-sided")] for w, l in cases]


def multiplicity() -> list:
    random = np.random.default_rng(1)
    lists = [random.uniform(size=12) ** 3, np.repeat([0.01, 0.02, 0.5], 4), random.uniform(size=1)]

    def adjusted(p: np.ndarray, method: str) -> list:
        return multipletests(p, method=method)[1].tolist()

    return [{"p": p.tolist(), "holm": adjusted(p, "holm"), "bh": adjusted(p, "fdr_bh")} for p in lists]


def max_t() -> dict:
    """Step-down by its definition: a statistic against the largest of those not larger than it."""
    random = np.random.default_rng(2)
    observed, deals = random.normal(size=7) + 1, random.normal(size=(60, 7)).round(3)
    raw = [
        (1 + np.sum(deals[:, observed <= value].max(axis=1) >= value)) / (1 + len(deals)) for value in observed
    ]
    adjusted = [max(r for r, other in zip(raw, observed) if other >= value) for value in observed]
    return {"observed": observed.tolist(), "deals": deals.tolist(), "adjusted": adjusted}


def bootstrap() -> list:
    random = np.random.default_rng(3)
    # Of 32 trials, so that sums are exact and scipy sees the same ties as a program that allows for rounding.
    skewed, rule = random.exponential(size=25), random.binomial(32, 0.9, 24) / 32
    control = random.binomial(32, 0.4, 24) / 32

    def skill(r: np.ndarray, c: np.ndarray) -> float:
        return (r.mean() - c.mean()) / (1 - c.mean())

    cases = (("mean", (skewed,), np.mean), ("variance", (skewed,), np.var), ("skill", (rule, control), skill))
    return [bca(name, data, figure) for name, data, figure in cases]


def bca(name: str, data: tuple, figure) -> dict:
    random = np.random.default_rng(4)
    paired = len(data) > 1
    got = stats.bootstrap(
        data, figure, paired=paired, vectorized=False, n_resamples=499, method="BCa", random_state=random
    )
    left_out = [figure(*(np.delete(values, i) for values in data)) for i in range(len(data[0]))]
    return {
        "name": name,
        "data": [values.tolist() for values in data],
        "estimate": figure(*data),
        "draws": got.bootstrap_distribution.tolist(),
        "leave_one_out": left_out,
        "low": got.confidence_interval.low,
        "high": got.confidence_interval.high,
    }


def divergence(p: float, q: float) -> float:
    return stats.entropy([p, 1 - p], [q, 1 - q])


def kl_bounds() -> list:
    def bound(share: float, trials: int, rate: float, end: float) -> float:
        return optimize.brentq(lambda q: trials * divergence(share, q) - rate, share, end, xtol=1e-15)

    cases = ((0.95, 300, 14.5), (0.5, 8, 3.0), (0.125, 64, 9.0), (0.8, 40, 12.0))
    return [[s, n, r, bound(s, n, r, 1e-15), bound(s, n, r, 1 - 1e-15)] for s, n, r in cases]


def association() -> list:
    random = np.random.default_rng(5)
    several = []
    for _ in range(8):
        with_, without = random.integers(2, 40, 2)
        several.append([random.binomial(with_, 0.5), with_, random.binomial(without, 0.35), without])
    # Counts x1, n1, x0, n0.
    small = [[3, 3, 1, 4], [1, 2, 0, 6]]
    return [mantel_haenszel(np.array(strata, dtype=float)) for strata in (several, several[:2], small)]


def mantel_haenszel(strata: np.ndarray) -> dict:
    x1, n1, x0, n0 = strata.T
    n = n1 + n0
    # The difference as the root of Sato's estimating equation; its variance from the sums.
    estimate = optimize.brentq(lambda d: np.sum((x1 * n0 - x0 * n1 - d * n1 * n0) / n), -1, 1, xtol=1e-15)
    p = np.sum((n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / n**2)
    q = np.sum((x1 * (n0 - x0) + x0 * (n1 - x1)) / n / 2)
    error = math.sqrt(estimate * p + q) / np.sum(n1 * n0 / n)
    tables = [np.array([[a, b - a], [c, d - c]]) for a, b, c, d in strata]
    chi = StratifiedTable(tables).test_null_odds(correction=False).statistic
    return {"strata": strata.astype(int).tolist(), "estimate": estimate, "error": error, "chi_squared": chi}


def kendall() -> list:
    random = np.random.default_rng(6)
    lists = [(random.normal(size=14), random.normal(size=14)), (random.integers(0, 4, 30), random.integers(0, 5, 30))]
    return [{"a": a.tolist(), "b": b.tolist(), "tau": stats.kendalltau(a, b, variant="b").statistic} for a, b in lists]


def receiver() -> dict:
    random = np.random.default_rng(7)
    clean, attacked = random.normal(size=40).round(1), (random.normal(size=30) + 1).round(1)
    truth, scores = np.repeat([0, 1], [40, 30]), np.concatenate([clean, attacked])
    false, true, _ = roc_curve(truth, scores, drop_intermediate=False)
    return {
        "clean": clean.tolist(),
        "attacked": attacked.tolist(),
        "area": roc_auc_score(truth, scores),
        "false_positive_rate": false.tolist(),
        "true_positive_rate": true.tolist(),
    }


def logistic() -> list:
    random = np.random.default_rng(8)
    rows = (random.normal(size=(60, 4)) * [1, 20, 0.01, 3] + [0, 5, 1, -2]).round(6)
    labels = (rows[:, 0] + rows[:, 1] / 15 + random.logistic(size=60) > 0).astype(int)
    folds = np.arange(60) // 2 % 5
    return [fit(rows, labels, folds, penalty) for penalty in (0.01, 1.0, 30.0)]


def fit(rows: np.ndarray, labels: np.ndarray, folds: np.ndarray, penalty: float) -> dict:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-12))
    unseen = cross_val_predict(model, rows, labels, cv=PredefinedSplit(folds), method="predict_proba")[:, 1]
    model.fit(rows, labels)
    return {
        "rows": rows.tolist(),
        "labels": labels.astype(bool).tolist(),
        "folds": folds.tolist(),
        "penalty": penalty,
        "intercept": model[-1].intercept_[0],
        "weights": model[-1].coef_[0].tolist(),
        "out_of_fold": unseen.tolist(),
    }


def power() -> list:
    """The paired t-test's own power: the effect in deviations that n pairs show in four of five studies."""
    return [[n, TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8)] for n in (40, 100, 400)]


def main() -> None:
    golden = {
        "made_by": {
            "command": "venv/bin/python tests/reference/golden_statistics.py",
            "python": platform.python_version(),
            **{library.__name__: library.__version__ for library in (np, scipy, statsmodels, sklearn)},
        },
        "distributions": distributions(),
        "proportions": proportions(),
        "coverage": coverage(),
        "signs": signs(),
        "multiplicity": multiplicity(),
        "max_t": max_t(),
        "bootstrap": bootstrap(),
        "kl_bounds": kl_bounds(),
        "association": association(),
        "kendall": kendall(),
        "receiver": receiver(),
        "logistic": logistic(),
        "power": power(),
    }
    GOLDEN.write_text(json.dumps(golden, default=lambda number: number.item()) + "\n")


if __name__ == "__main__":
    main()
