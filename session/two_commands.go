package session

import "casebook/notes"

// twoCommands is the plan of an investigation that has none: two launches, one
// works, one fails.
func twoCommands() notes.Plan {
	p := notes.ParsePlan("", []byte(twoCommandsText))
	p.File, p.Hash = "", hashOf([]byte(twoCommandsText))
	return p
}

const twoCommandsText = `# Two launches: one works, one fails

## Objective

Find the smallest difference between the two launches that makes the difference, and prove it.

## Debugging Plan

1.  **Environment & Context Comparison:**
    *   **Goal:** Know every difference between the two launches.
    *   **Actions:**
        *   Run the launch that works, twice.
        *   Run the launch that fails, twice.
        *   Compare what the target was given in both.

2.  **Parameter Tuning:**
    *   **Goal:** Find which of the differences is the cause, and prove it in both directions.
    *   **Actions:**
        *   Change one difference at a time and run again.
        *   Undo the suspected cause in the failing launch: it must pass.
        *   Bring it into the working launch: it must fail.
`
