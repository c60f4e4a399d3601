package steps

// Registry lists the experiments there are, by kind. A kind that is not in it is worked by hand.
func Registry() map[string]Experiment {
	return map[string]Experiment{
		"compare": compare{},
		"tune":    tune{},
		"command": command{},
	}
}
