// Package tui is the face of Casebook: a terminal notebook over one session.
// It knows the session and nothing below it: no process, no file format.
//
// Rules of the screen:
//
//   - Update never waits. What may wait (the store, a run, an editor) is a
//     command; its result comes back as a message that carries the number it
//     was asked under, and a stale one is dropped.
//   - There is one outstanding read of what changed, asked for again after it
//     was applied, and writes go one after another in the order of the keys.
//   - Only the rows that are visible are rendered.
//   - Text that somebody else wrote passes clean before it is shown.
//   - State is told by a sign and a word; colour only repeats it. There is one
//     accent colour and it means: look here.
//   - What the footer and the help say is made from the key map.
//
// Glossary: a pane is what has the right side of the screen; the front is the
// pane that has the keys; a page is a column of blocks that scrolls as one; a
// block is a run of lines that belong together; a door is one way in from the
// start screen.
package tui
