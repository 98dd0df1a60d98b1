#!/usr/bin/python3
"""Makes the tables of this folder and expected.json: figures computed with numpy, pandas, scipy and scikit-learn, for the tests of
Microsoft.ML.Diffusion.Models to agree with. Run it in this folder; it needs no argument and gives the same files each time."""
import itertools
import json

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics

CATEGORIES = {"ward": ["a", "b", "c", "d", "e"], "smoker": ["no", "yes"]}
NUMBERS = ["age", "income", "visits", "ill", "pressure"]


def table(rows, seed, shift):
    r = np.random.default_rng(seed)
    age = r.normal(50 + shift, 12, rows).round(1)
    pressure = (90 + 0.6 * age + r.normal(0, 6 + shift, rows)).round(2)
    ward = r.choice(CATEGORIES["ward"], rows, p=[.5, .25, .15, .095, .005])
    d = pd.DataFrame({
        "age": age,
        "income": np.exp(r.normal(10 + age / 100, .7, rows)).round(0),
        "visits": r.poisson(2 + shift / 4 + (ward == "b") * 2),
        "ward": ward,
        "smoker": r.choice(CATEGORIES["smoker"], rows, p=[.7 - shift / 40, .3 + shift / 40]),
        "ill": (r.random(rows) < .2 + .2 * (age > 55)).astype(int),
        "pressure": pressure,
    })
    d.loc[r.random(rows) < .1, "pressure"] = np.nan
    d.loc[r.random(rows) < .1, "smoker"] = np.nan
    return d


real, held_out, synthetic = table(240, 1, 0), table(240, 2, 0), table(180, 3, 3)
real.loc[7, "ward"] = "e"
synthetic.iloc[:4] = real.iloc[10:14].values
synthetic = synthetic.astype(real.dtypes)
for name, d in ("real", real), ("heldout", held_out), ("synthetic", synthetic):
    d.to_csv(name + ".csv", index=False, lineterminator="\n")
names = list(real.columns)
expected = {}

# Shapes. Missing cells are left out.
expected["shapes"] = {c: 1 - stats.ks_2samp(real[c].dropna(), synthetic[c].dropna()).statistic if c in NUMBERS else
                      1 - (real[c].value_counts(normalize=True).reindex(CATEGORIES[c], fill_value=0)
                           - synthetic[c].value_counts(normalize=True).reindex(CATEGORIES[c], fill_value=0)).abs().sum() / 2 for c in names}

# Trends. SDMetrics puts numbers into ten bins with numpy's edges and np.digitize, where a missing number lands with the largest;
# a missing category is one more category.
def binned(d, c):
    if c in NUMBERS:
        return np.digitize(d[c], np.histogram_bin_edges(d[c].dropna(), 10))
    return d[c].fillna("missing").to_numpy()

def shares(d, a, b):
    return pd.crosstab(binned(d, a), binned(d, b), normalize=True).stack()

def pearson(d, a, b):
    both = d[[a, b]].dropna()
    return stats.pearsonr(both[a], both[b])[0]

def cramers_v(a, b):
    counts = pd.crosstab(a, b)
    return np.sqrt(stats.chi2_contingency(counts, correction=False)[0] / counts.values.sum() / (min(counts.shape) - 1))

expected["pairs"], every, associated = [], [], []
for a, b in itertools.combinations(names, 2):
    if a in NUMBERS and b in NUMBERS:
        association = abs(pearson(real, a, b))
        score = 1 - abs(pearson(real, a, b) - pearson(synthetic, a, b)) / 2
        counts = association > .5
    else:
        p, q = shares(real, a, b).align(shares(synthetic, a, b), fill_value=0)
        association, score = cramers_v(binned(real, a), binned(real, b)), 1 - (p - q).abs().sum() / 2
        counts = association > .3
    every.append(score)
    associated += [score] if counts else []
    expected["pairs"].append(dict(first=a, second=b, score=score, association=association))
shape = np.mean(list(expected["shapes"].values()))
expected["scores"] = dict(shapes=shape, trendsAllPairs=np.mean(every), trendsAssociatedPairs=np.mean(associated),
                          qualityAllPairs=(shape + np.mean(every)) / 2, qualityAssociatedPairs=(shape + np.mean(associated)) / 2)
expected["associatedPairs"] = len(associated)

# Coverage and rare categories (at most 1 % of the column).
def coverage(c):
    r, s = real[c].dropna(), synthetic[c].dropna()
    if c not in NUMBERS:
        return len(set(r) & set(s)) / r.nunique()
    return max(0, 1 - max(0, s.min() - r.min()) / np.ptp(r) - max(0, r.max() - s.max()) / np.ptp(r))

expected["coverage"] = {c: coverage(c) for c in names}
rare = [(c, v) for c in CATEGORIES for v, p in real[c].value_counts(normalize=True).items() if p <= .01]
expected["rareCategories"] = len(rare)
expected["scores"]["coverage"] = np.mean(list(expected["coverage"].values()))
expected["scores"]["rareCategoryRecall"] = np.mean([(synthetic[c] == v).any() for c, v in rare])

# Dimension-wise probability of the two binary columns and of three more made of them.
p = [[(d.smoker == "yes").sum() / d.smoker.count(), d.ill.mean()] for d in (real, synthetic)]
expected["scores"]["dimensionAbsoluteError"] = np.abs(np.subtract(*p)).sum()
bits = [np.random.default_rng(seed).random((rows, 6)) < np.linspace(.1, .8, 6) for seed, rows in ((4, 50), (5, 40))]
for name, b in zip(("real", "synthetic"), bits):
    pd.DataFrame(b.astype(int), columns=list("uvwxyz")).to_csv(f"bits_{name}.csv", index=False, lineterminator="\n")
expected["bits"] = dict(rho=stats.pearsonr(bits[0].mean(0), bits[1].mean(0))[0], absoluteError=np.abs(bits[0].mean(0) - bits[1].mean(0)).sum())

# Correlation of mixed columns: Pearson, correlation ratio, Cramer's V.
def ratio(d, number, category):
    both = d[[number, category]].dropna()
    fitted = both.groupby(category)[number].transform("mean")
    return fitted.std() / both[number].std()

def correlation(d, a, b):
    if a in NUMBERS and b in NUMBERS:
        return pearson(d, a, b)
    if a not in NUMBERS and b not in NUMBERS:
        return cramers_v(binned(d, a), binned(d, b))
    return ratio(d, a, b) if a in NUMBERS else ratio(d, b, a)

expected["correlations"] = [[1 if a == b else correlation(d, a, b) for a in names for b in names] for d in (real, synthetic)]

# Density, with Silverman's bandwidth by equation 3.31.
income = real.income
width = .9 * min(income.std(), (income.quantile(.75) - income.quantile(.25)) / 1.34) * len(income) ** -.2
points = np.linspace(income.min(), income.max(), 9)
expected["density"] = dict(at=points, value=stats.gaussian_kde(income, width / income.std())(points))

# Distances: numbers by the real range; a category or a missing cell that differs adds 1.
def embedded(d):
    columns = []
    for c in names:
        if c in NUMBERS:
            scaled = (d[c] - real[c].min()) / (real[c].max() - real[c].min())
            columns += [scaled]
        else:
            columns += [(d[c].fillna("missing") == v) / np.sqrt(2) for v in CATEGORIES[c] + ["missing"]]
    return np.column_stack(columns).astype(float)

def distance(x, y):
    different = (x - y) ** 2
    return np.sqrt(np.where(np.isnan(x) & np.isnan(y), 0, np.where(np.isnan(x) | np.isnan(y), 1, different)).sum())

def nearest(source, target):
    x, y = embedded(source), embedded(target)
    return np.array([np.sort([distance(u, v) for v in y])[:2] for u in x])

to_real, to_held_out, held_out_to_real = nearest(synthetic, real), nearest(synthetic, held_out), nearest(held_out, real)
attack = np.r_[nearest(real, synthetic)[:, 0], nearest(held_out, synthetic)[:, 0]]
quantiles = lambda d: dict(mean=d.mean(), minimum=d.min(), quantile05=np.quantile(d, .05), quantile25=np.quantile(d, .25), median=np.median(d),
                           quantile75=np.quantile(d, .75), quantile95=np.quantile(d, .95), maximum=d.max())
expected["privacy"] = dict(
    syntheticToReal=quantiles(to_real[:, 0]), syntheticToHeldOut=quantiles(to_held_out[:, 0]), heldOutToReal=quantiles(held_out_to_real[:, 0]),
    shareNearerToReal=np.mean((to_real[:, 0] < to_held_out[:, 0]) + .5 * (to_real[:, 0] == to_held_out[:, 0])),
    nearestRatio=quantiles(to_real[:, 0] / to_real[:, 1]), exactCopies=(to_real[:, 0] == 0).mean(), nearCopies=(to_real[:, 0] <= .01).mean(),
    membershipAuc=metrics.roc_auc_score(np.repeat([1, 0], [len(real), len(held_out)]), -attack))

# Predictions.
r = np.random.default_rng(6)
y, score = r.random(60) < .3, r.random(60).round(2)
score = np.where(y, np.sqrt(score), score).round(2)
guess = score > .5
k, kscore = r.integers(0, 4, 80), r.random((80, 4)).round(3)
kscore[np.arange(80), k] += .3
kguess = kscore.argmax(1)
x = r.normal(3, 2, 50).round(3)
xguess = (x + r.normal(0, 1, 50)).round(3)

def weighted(y, p):
    labels = np.unique(np.r_[y, p])
    each = metrics.f1_score(y, p, labels=labels, average=None)
    return sum(f * (1 - (y == l).mean()) for f, l in zip(each, labels)) / (len(labels) - 1)

expected["binary"] = dict(labels=y, scores=score, predicted=guess, expected=[
    metrics.roc_auc_score(y, score), metrics.accuracy_score(y, guess), metrics.f1_score(y, guess), metrics.f1_score(y, guess, average="macro"), weighted(y, guess)])
expected["multiclass"] = dict(labels=k, scores=kscore, predicted=kguess, expected=[
    np.mean([metrics.roc_auc_score(k == c, kscore[:, c]) for c in range(4)]), metrics.accuracy_score(k, kguess), metrics.f1_score(k, kguess, average="macro"), weighted(k, kguess)])
expected["regression"] = dict(labels=x, predicted=xguess, expected=[metrics.r2_score(x, xguess), metrics.mean_squared_error(x, xguess) ** .5])

with open("expected.json", "w") as f:
    json.dump(expected, f, indent=1, default=lambda v: v.tolist())
    f.write("\n")
