"""The cross-entropy of a confident mistake is infinite if it is computed from
the rounded probability, and right from the logit; the slope is lost likewise."""
import numpy as np

from_p = {}
from_z = {}
for z, y in ((5.0, 0), (40.0, 0), (800.0, 0), (-800.0, 1)):
    with np.errstate(over="ignore", divide="ignore"):
        p = 1 / (1 + np.exp(-z))          # exactly 1 from z = 37 on
        from_p[z] = -np.log(p if y == 1 else 1 - p)
    from_z[z] = max(z, 0) - y * z + np.log1p(np.exp(-abs(z)))
    print(f"z = {z:4g}, y = {y}: from p {from_p[z]:.12g}, from z {from_z[z]:.12g}")

h = 1 / (1 + np.exp(-40))  # no mutate: it is 1, to rounding, and that is the trap
lost = h * (1 - h)                        # 1 - 1: all digits cancel
rest = 1 + np.exp(40)  # no mutate: e^40 to rounding
kept = h / rest                           # sigmoid(z) sigmoid(-z)
print(f"slope at 40: {lost} from h (1 - h), {kept:.1e} from two sigmoids")

# %% check
# A mistake of a logit of size a costs a + exp(-a) - ..., to rounding.
for z, loss in from_z.items():
    assert abs(loss - (abs(z) + np.log1p(np.exp(-abs(z))))) < 1e-12
assert np.isinf([from_p[40.0], from_p[800.0], from_p[-800.0]]).all()
assert lost == 0                                     # to the last digit
assert abs(kept / np.exp(-40) - 1) < 1e-14           # a few roundings
