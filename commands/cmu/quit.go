package cmu

import "context"

func quit(context.Context, *console, []string) error { return errQuit }
