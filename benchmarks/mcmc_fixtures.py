"""The same model fitted by NUTS, once and offline: what the fast fit has to agree with.

    pip install numpyro scipy      (made with numpyro 0.22.0 and jax 0.10.2; no part of any lock file)
    python -m benchmarks.mcmc_fixtures tests/fixtures/forecast_mcmc [names of some]

Nothing runs this but who wants to make the fixtures again; they are compared in
`tests/pilots/test_agreeing_with_full_mcmc.py`. All pilots are of invented worlds. Hoffman and Gelman 2014, J. Mach.
Learn. Res. 15, 1593-1623.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpy.polynomial.hermite_e import hermegauss
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS
from scipy.special import expit

from benchmarks import invented_worlds
from benchmarks.agreement import Case
from pilots.stats.forecast import Observed, observe
from pilots.stats.forecast.observed import LOGISTIC_SD
from pilots.stats.forecast.terms import USER_SPREAD

SEED, EACH = 2024, 4
CHAINS, WARM, SAMPLES = 4, 1000, 2000
_NODES, _RAW = hermegauss(9)


def model(case: Case, design: Any) -> None:
    """As terms.py has it, with every effect drawn as a standard normal number: no funnels for the sampler."""
    observed, terms = case.observed, invented_worlds.TERMS
    means, sds = terms.fixed
    effects = [numpyro.sample("fixed", dist.Normal(jnp.array(means), jnp.array(sds)).to_event(1))]
    for number, block in enumerate(terms.blocks):
        spread = numpyro.sample(f"spread{number}", dist.HalfNormal(block.spread))
        raw = numpyro.sample(f"raw{number}", dist.Normal(0, 1).expand([block.size]).to_event(1))
        effects.append(spread * raw)
    b = numpyro.deterministic("b", jnp.concatenate(effects))
    own = numpyro.sample("own", dist.HalfNormal(USER_SPREAD))
    users = numpyro.sample("users", dist.Normal(0, 1).expand([observed.users]).to_event(1))
    eta = (design @ b)[observed.cell] + own * users[observed.user]
    if observed.kind == "binary":
        good = (observed.count * observed.mean).round()
        numpyro.sample("good", dist.Binomial(observed.count.astype(int), logits=eta).to_event(1), obs=good)
        return
    residual = LOGISTIC_SD * jnp.exp(numpyro.sample("residual", dist.Normal(0, 1)))
    off = (observed.count * (observed.mean - eta) ** 2).sum() + observed.squares.sum()
    numpyro.factor("minutes", -off / residual**2 / 2 - observed.total * jnp.log(residual))


def posterior(case: Case, seed: int) -> dict[str, Any]:
    design = jnp.array(invented_worlds.TERMS.matrix(case.observed.cells))
    kernel = NUTS(model, target_accept_prob=0.95)
    sampler = MCMC(kernel, num_warmup=WARM, num_samples=SAMPLES, num_chains=CHAINS, progress_bar=False)
    sampler.run(jax.random.PRNGKey(seed), case, design)
    samples = sampler.get_samples(group_by_chain=True)
    figure = np.stack([_figure(case, b, own) for b, own in zip(samples["b"], samples["own"], strict=True)])
    told = summary({"figure": figure})["figure"]
    quantiles = np.quantile(figure, (0.025, 0.1, 0.5, 0.9, 0.975))
    return {
        "mean": float(figure.mean()),
        "sd": float(figure.std()),
        "quantiles": [round(float(one), 8) for one in quantiles],
        "r_hat": round(float(told["r_hat"]), 4),
        "effective": round(float(told["n_eff"])),
        "divergent": int(sampler.get_extra_fields()["diverging"].sum()),
    }


def _figure(case: Case, b: Any, own: Any) -> Any:
    """The rollout's true rate in each sample, new users averaged over."""
    eta = np.asarray(b) @ invented_worlds.TERMS.matrix(case.rollout.cells).T
    if case.observed.kind == "continuous":
        return (case.observed.centre + case.observed.unit * eta) @ case.rollout.weights
    rates = sum(
        weight * expit(eta + np.asarray(own)[:, None] * node)
        for node, weight in zip(_NODES, _RAW / _RAW.sum(), strict=True)
    )
    return rates @ case.rollout.weights


def cases() -> Iterator[tuple[str, Case]]:
    for name, (hidden, harsh) in invented_worlds.WORLDS.items():
        for number, (world, observed, _) in enumerate(invented_worlds.pilots(hidden, harsh, range(EACH), SEED)):
            yield f"{name}-{number}".replace(" ", "-"), Case(observed, world.rollout)
    for number, (world, observed, _) in enumerate(invented_worlds.pilots(0, 1, range(2), SEED + 1)):
        yield f"minutes-{number}", Case(_minutes(world, observed, number), world.rollout)


def _minutes(world: invented_worlds.World, observed: Observed, seed: int) -> Observed:
    """How long the same tasks took: longer where they go worse, and with a long tail."""
    chance = np.random.default_rng([SEED, seed])
    row = np.repeat(np.arange(len(observed.cell)), observed.count.astype(int))
    codes, users = observed.cells[observed.cell[row]], observed.user[row]
    own = chance.normal(0, 3, observed.users)[users]
    minutes = 30 - 5 * world.eta(codes) + own + chance.gamma(2, 5, len(row))
    return observe(codes, minutes, users, "continuous")


def main() -> int:
    folder = Path(sys.argv[1])
    for seed, (name, case) in enumerate(cases()):
        if name not in (sys.argv[2:] or [name]):
            continue
        found = posterior(case, seed)
        (folder / f"{name}.json").write_text(
            json.dumps(case.plain | {"posterior": found}, separators=(",", ":")) + "\n"
        )
        sys.stdout.write(f"{name}: {found}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    numpyro.enable_x64()
    numpyro.set_host_device_count(1)
    sys.exit(main())
