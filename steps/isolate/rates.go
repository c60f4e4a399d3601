package isolate

import (
	"math"
	"slices"
)

// The grid of failure rates: of failing states and of passing states. The first of
// each is a launch that is never flaky, up to an accident in a thousand or two.
var (
	badGrid  = []float64{0.9985, 0.985, 0.965, 0.94, 0.91, 0.88, 0.84, 0.8, 0.75, 0.7, 0.65, 0.6, 0.5, 0.4, 0.3, 0.2, 0.12}
	goodGrid = []float64{0.0015, 0.015, 0.035, 0.06, 0.09, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5}
)

// apartAtLeast is the least difference of the two rates that is considered:
// below it no search of a bearable length finds anything.
const apartAtLeast = 0.08

// ownRate is the prior that a failing state fails with a rate of its own, of which nothing is known:
// a cause alone may fail less often than the whole of bad. Passing states
// have no such excuse: a state that fails more often than good does is no passing one.
const ownRate = 0.004

// byOwnRate is the likelihood of a count for a rate somewhere from a quarter to one.
func byOwnRate(f, p int) float64 {
	const steps = 15
	sum := 0.0
	for i := range steps {
		rate := 0.25 + 0.05*float64(i)
		sum += math.Pow(rate, float64(f)) * math.Pow(1-rate, float64(p))
	}
	return sum / steps
}

// steadyWeight is the prior that a launch is never flaky.
type steadyWeight float64

const (
	trusting steadyWeight = 0.9 // for the search, whose errors the proof finds
	doubting steadyWeight = 0.5 // for what is claimed
)

// pair is one combination of rates.
type pair struct {
	logBF, logBP, logGF, logGP float64 // failing states that fail and pass, passing states that fail and pass
	bad, good                  float64
}

// grid is all pairs, and what was worked out for them once: the same few
// counts come up again and again.
type grid struct {
	pairs            []pair
	trusting, doubts []float64 // logarithms of the two priors
	seen             map[evidence][]float64
	states           map[[2]int][2][]float64
}

func newGrid() *grid {
	g := &grid{seen: map[evidence][]float64{}, states: map[[2]int][2][]float64{}}
	weight := func(w steadyWeight, i, n int) float64 {
		if i == 0 {
			return float64(w)
		}
		return (1 - float64(w)) / float64(n-1)
	}
	for i, b := range badGrid {
		for j, h := range goodGrid {
			if b-h < apartAtLeast {
				continue
			}
			g.pairs = append(g.pairs, pair{math.Log(b), math.Log1p(-b), math.Log(h), math.Log1p(-h), b, h})
			prior := func(w steadyWeight) float64 {
				return math.Log(weight(w, i, len(badGrid)) * weight(w, j, len(goodGrid)))
			}
			g.trusting = append(g.trusting, prior(trusting))
			g.doubts = append(g.doubts, prior(doubting))
		}
	}
	return g
}

// logOf is the logarithm of the likelihood of a count, for each pair.
func (g *grid) logOf(e evidence) []float64 {
	if v, ok := g.seen[e]; ok {
		return v
	}
	v := make([]float64, len(g.pairs))
	f, p, own := float64(e.failed), float64(e.passed), math.Log(byOwnRate(e.failed, e.passed))
	for i := range g.pairs {
		q := &g.pairs[i]
		switch lf, lp := f*q.logBF+p*q.logBP, f*q.logGF+p*q.logGP; e.prior {
		case 1: // a control of bad: its rate is the rate
			v[i] = lf
		case 0:
			v[i] = lp
		default:
			v[i] = logMix(e.prior, logMix(ownRate, own, lf), lp)
		}
	}
	g.seen[e] = v
	return v
}

// byState is the likelihood of a count for each pair, should the state fail and should it pass.
func (g *grid) byState(f, p int) [2][]float64 {
	if v, ok := g.states[[2]int{f, p}]; ok {
		return v
	}
	v := [2][]float64{make([]float64, len(g.pairs)), make([]float64, len(g.pairs))}
	own := ownRate * byOwnRate(f, p)
	for i := range g.pairs {
		q := &g.pairs[i]
		v[0][i] = own + (1-ownRate)*math.Exp(float64(f)*q.logBF+float64(p)*q.logBP)
		v[1][i] = math.Exp(float64(f)*q.logGF + float64(p)*q.logGP)
	}
	g.states[[2]int{f, p}] = v
	return v
}

// evidence is a count of runs of one configuration with what is believed of
// its state beforehand.
type evidence struct {
	failed, passed int
	prior          float64 // that the state fails
}

// weighted is evidence that occurs several times: most configurations were run
// once, so that there are few kinds of it.
type weighted struct {
	evidence
	times int
}

// rates is what is known about the two rates.
type rates struct {
	grid  *grid
	post  []float64 // the posterior of each pair
	cache map[[2]int][2]float64
}

// estimate turns a prior into a posterior.
func (g *grid) estimate(prior []float64, runs []weighted) *rates {
	r := &rates{grid: g, post: slices.Clone(prior), cache: map[[2]int][2]float64{}}
	for _, e := range runs {
		times := float64(e.times)
		for i, l := range g.logOf(e.evidence) {
			r.post[i] += times * l
		}
	}
	normalise(r.post)
	return r
}

// logMix is log(w e^a + (1-w) e^b).
func logMix(w, a, b float64) float64 {
	if a < b {
		a, b, w = b, a, 1-w
	}
	return a + math.Log(w+(1-w)*math.Exp(b-a))
}

// normalise turns logarithms of weights into probabilities, in place.
func normalise(x []float64) {
	top, sum := math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, v)
	}
	for i, v := range x {
		x[i] = math.Exp(v - top)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}

// logLikelihoods of a count, should the state fail and should it pass.
func (r *rates) logLikelihoods(f, p int) (fails, passes float64) {
	if v, ok := r.cache[[2]int{f, p}]; ok {
		return v[0], v[1]
	}
	by := r.grid.byState(f, p)
	for i, w := range r.post {
		fails += w * by[0][i]
		passes += w * by[1][i]
	}
	fails, passes = math.Log(fails+1e-300), math.Log(passes+1e-300)
	r.cache[[2]int{f, p}] = [2]float64{fails, passes}
	return fails, passes
}

// fails is the probability that a state with these runs is a failing one.
func (r *rates) fails(c Count, prior float64) float64 {
	lf, lp := r.logLikelihoods(c.Failed, c.Passed)
	return 1 / (1 + (1-prior)/prior*math.Exp(lp-lf))
}

// mean is the expected rates.
func (r *rates) mean() (bad, good float64) {
	for i, w := range r.post {
		bad += w * r.grid.pairs[i].bad
		good += w * r.grid.pairs[i].good
	}
	return bad, good
}

// claim is a configuration of which is said that it fails (or passes), and the runs that show it.
type claim struct {
	runs  Count
	fails bool
	doubt float64 // logarithm of the odds against it beforehand; 0: as likely as not
}

// together is the probability that all claims hold. It averages over the rates
// last, since all claims share them.
func (r *rates) together(cs ...claim) float64 {
	sum := 0.0
	for i, w := range r.post {
		all := 1.0
		for _, c := range cs {
			by := r.grid.byState(c.runs.Failed, c.runs.Passed)
			yes, no := by[0][i], by[1][i]
			if !c.fails {
				yes, no = no, yes
			}
			all *= yes / (yes + no*math.Exp(c.doubt) + 1e-300)
		}
		sum += w * all
	}
	return sum
}
