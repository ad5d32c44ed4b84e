// Package docs has those of the documents that the program itself reads.
package docs

import "embed"

// Runbooks are the runbooks, in runbooks/, numbered in the order in which they are best practised.
//
//go:embed runbooks/*.md
var Runbooks embed.FS
