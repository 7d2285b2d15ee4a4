// Package docs holds what people read about the service, for the console to
// show: a manual of two pages for each role, with its pictures. It says nothing
// itself.
package docs

import "embed"

// Manuals are the files manual/ROLE.md and the pictures that they show, under
// screens/.
//
//go:embed manual/*.md
//go:embed screens/accounts.png screens/audit.png screens/clues.png screens/dashboard.png screens/home-unit.png
//go:embed screens/policy.png screens/reading.png screens/supervision.png screens/ticket-clue.png screens/ticket-reply.png screens/triage.png
var Manuals embed.FS
