package steps

// WhyEstimate is what a search is expected to take, before anything ran: the
// controls, and the runs of a search where both launches are steady and one factor is to blame.
func WhyEstimate(in Input) Estimate {
	e := compare{}.Expect(in)
	e.Runs += usualSearch
	e.Each, e.Upper = expectedTime(in, e.Runs)
	return e
}
