package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/commands/aws"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// runAWS is the program when it is called aws. In a lab it leads to the lab's endpoint, which it starts where it does
// not run; elsewhere to the one that the options and variables name. It prefers the real AWS CLI: the next aws on
// the path. HSMLAB_AWS=own takes hsmlab's own, real takes no other than the real one.
func runAWS(ctx context.Context, args []string) int {
	if os.Getenv("HSMLAB_HOME") != "" && !slices.ContainsFunc(args, namesEndpoint) {
		if err := enterLab(ctx, args); err != nil {
			fmt.Fprintf(os.Stderr, "aws: %v\n", err)
			return 255
		}
	}
	choice := os.Getenv("HSMLAB_AWS")
	if choice != "own" {
		if path := realAWS(); path != "" {
			os.Setenv("HSMLAB_AWS", "own") // another hsmlab that stands there must not look any further
			return runReal(path, withEndpoint(args))
		}
	}
	if choice == "real" {
		fmt.Fprintln(os.Stderr, "aws: the AWS CLI is not installed")
		return 255
	}
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		width = 0
	}
	return aws.Main(ctx, aws.Env{Args: args, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Width: width, Version: version})
}

func namesEndpoint(arg string) bool {
	return arg == "--endpoint-url" || strings.HasPrefix(arg, "--endpoint-url=")
}

// enterLab sets what the environment lacks to reach the lab, and notes in its log what is asked for. The endpoint is
// always the lab's.
func enterLab(ctx context.Context, args []string) error {
	h, err := lab.Locate(os.Getenv, "")
	if err != nil {
		return err
	}
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		return err
	}
	defer c.Close()
	log := lab.OpenTyped(h, c.Settings().Clock)
	log.Add("aws", argumentLine("aws", args), term.IsTerminal(int(os.Stdin.Fd())))
	log.Close()
	for _, v := range variables(h, c.Settings()) {
		if strings.HasPrefix(v.name, "AWS_") && (v.name == endpointVariable || os.Getenv(v.name) == "") {
			os.Setenv(v.name, v.value)
		}
	}
	return nil
}

const endpointVariable = "AWS_ENDPOINT_URL"

// withEndpoint names the endpoint on the command line too, since older versions of the real CLI do not know the
// variable.
func withEndpoint(args []string) []string {
	url := os.Getenv(endpointVariable)
	if url == "" || slices.ContainsFunc(args, namesEndpoint) {
		return args
	}
	return append([]string{"--endpoint-url", url}, args...)
}

// realAWS is the first aws on the path that is not this program, "" where there is none.
func realAWS() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	own, err := os.Stat(self)
	if err != nil {
		return ""
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path, err := exec.LookPath(filepath.Join(dir, "aws"))
		if err != nil || !filepath.IsAbs(path) {
			continue
		}
		if info, err := os.Stat(path); err == nil && !os.SameFile(info, own) {
			return path
		}
	}
	return ""
}
