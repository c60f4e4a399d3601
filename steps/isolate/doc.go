// Package isolate searches for the cause: which of the differences between a
// launch that works and one that fails make the difference. It is pure. Runs
// go in as results, runs that should be made come out as requests; it starts
// no process, reads no clock and draws no random number.
//
// # Words
//
// A configuration is one launch with a set of differences changed: the good
// launch with the set brought in, or the bad launch with the set undone. Its
// state is the set of differences that stand at their bad value, whichever
// launch it was made from. A state fails or passes; a run of it shows Fail or
// Pass with some rate, and Unresolved where it showed neither (another
// failure, a change that could not be applied). A cause is a minimal failing
// state; a fix is a minimal set that is undone to make the bad launch pass.
//
// # How it decides
//
// [Search] is a function of the list of results and of nothing else: after
// every result it derives the whole investigation anew from the first control
// on, and stops at the first question that the results leave open. So a search
// that was killed goes on where it was when its results are told again, a
// verdict that was believed is doubted again when a later run shows that a
// launch is flaky, and a wrong turn is left without any code for turning back.
//
//  1. Controls. Good has to pass, bad has to fail, more often than chance
//     explains (a Bayes factor of two rates against one). Else: not reproduced.
//  2. The two big questions: does good with everything brought in fail, does
//     bad with everything undone pass? If neither, nothing movable explains it.
//     If one, only that direction can be claimed. If both, a state can be made from
//     either launch, and is made from the other where the first gives no verdict. Where
//     everything at once can't be applied, the search goes on in the largest part that can.
//  3. One culprit after the other, as in QuickXplain (Junker, "QuickXplain:
//     preferred explanations and relaxations for over-constrained problems",
//     AAAI 2004) in its dichotomic form: in the order of suspicion, the shortest
//     prefix that fails, together with the culprits known so far, ends with a
//     culprit; what comes after it is not needed. The cut is not the middle but
//     where the next run teaches most for its price, given a prior per
//     difference made from its suspicion, and all runs so far. That is a noisy
//     binary search: with launches that are never flaky, every cut takes one run.
//  4. The same again among the rest, when undoing the cause was not enough.
//  5. Controls once more; if they changed, what came between is void.
//  6. Proof, with runs of its own: the cause breaks good, undone it mends bad, and
//     with any one of its members left out good passes. The runs go on until the
//     probability that all of this holds reaches the confidence asked for: a
//     sequential probability ratio test (Wald, "Sequential tests of statistical
//     hypotheses", 1945) with its error divided over all claims of the answer,
//     averaged over the failure rates that the runs so far allow.
//
// Step 3 believes that adding differences to a failing state never mends it.
// Runs that contradict this are repeated; if they stay, the search falls back
// to ddmin (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing
// input", TSE 2002; complements first and without repeated subsets as in Hodovan
// and Kiss, "Modernizing hierarchical delta debugging", A-TEST 2016) and the answer says so. It
// also falls back where so many configurations are unresolved that no cut is left.
//
// # Which rates
//
// Failing states fail with a rate, passing states with a lower one; both are
// unknown. The posterior over a grid of pairs is taken from every run, of a
// configuration whose state is not known as a mixture of the two. The search
// believes a launch to be steady until shown otherwise, since its errors are found by
// the proof; the proof starts from doubt (half the weight on flaky launches), and
// counts only runs that were made for it. A failing state may also fail with a rate
// of its own, since a cause alone can be weaker than all of bad. Where launches are flaky,
// every eighth run or so is a control of each side: without runs of known states a
// search can hold on to a wrong pair of rates for hundreds of runs.
//
// Measured in simulations, of 46 differences with two joint culprits: 13.8
// candidates on average without an order of suspicion and 10.2 with one, ddmin 30;
// at 90 % and 5 % failures 20 and 14 candidates of two runs each. In 2,000 searches
// at eight pairs of rates, between steady and 90/10, no claim of 99 % was wrong.
package isolate
